"""What tutorials print: FastAPI in front of an OpenAI-compatible provider, with either client."""

import json

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

app = FastAPI()
asynchronous = AsyncOpenAI()
blocking = OpenAI()


class Chat(BaseModel):
    message: str
    model: str


def event(data: dict) -> str:
    return f"data: {json.dumps(data)}\n\n"


@app.post("/chat/stream")
async def chat(request: Chat):
    async def generate():
        try:
            stream = await asynchronous.chat.completions.create(
                model=request.model,
                messages=[{"role": "user", "content": request.message}],
                stream=True,
            )
            async for chunk in stream:
                if chunk.choices and chunk.choices[0].delta.content:
                    yield event({"content": chunk.choices[0].delta.content})
        except Exception as failure:
            yield event({"error": str(failure)})
        yield "data: [DONE]\n\n"

    return StreamingResponse(generate(), media_type="text/event-stream")


@app.post("/blocking/chat/stream")
async def chat_blocking(request: Chat):
    async def generate():
        try:
            stream = blocking.chat.completions.create(
                model=request.model,
                messages=[{"role": "user", "content": request.message}],
                stream=True,
            )
            for chunk in stream:
                if chunk.choices and chunk.choices[0].delta.content:
                    yield event({"content": chunk.choices[0].delta.content})
        except Exception as failure:
            yield event({"error": str(failure)})
        yield "data: [DONE]\n\n"

    return StreamingResponse(generate(), media_type="text/event-stream")
