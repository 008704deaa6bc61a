"""LangChain with its packages for OpenAI and Anthropic.

Arguments: where everything is, as RecordedServer wrote it.
"""

import anthropic
import openai
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI

from suite import PARAMETERS, TOOLS, everywhere, scenarios, summary

FUNCTIONS = [
    {
        "type": "function",
        "function": {"name": name, "description": "", "parameters": PARAMETERS},
    }
    for name in TOOLS
]


class Client:
    def __init__(self, root):
        self.root = root

    def send(self, model, stream, messages):
        chat = self.chat(model).bind_tools(FUNCTIONS)
        if not stream:
            return chat.invoke(messages)
        whole = None
        for chunk in chat.stream(messages):
            whole = chunk if whole is None else whole + chunk
        return whole

    def ask(self, model, stream):
        got = self.send(model, stream, [HumanMessage("Play.")])
        usage = got.usage_metadata
        return {
            **told(got),
            "reasoning": self.reasoning(got),
            "finish": got.response_metadata.get(self.finish),
            "input": usage["input_tokens"],
            "cached": usage.get("input_token_details", {}).get("cache_read"),
            "output": usage["output_tokens"],
        }

    def round_trip(self, model, stream, results):
        messages = [HumanMessage("Where is it warm?")]
        got = self.send(model, stream, messages)
        messages.append(AIMessage(content=got.content, tool_calls=got.tool_calls))
        messages += [
            ToolMessage(result, tool_call_id=call["id"])
            for call, result in zip(got.tool_calls, results, strict=True)
        ]
        return told(got), told(self.send(model, stream, messages))["text"]

    def see(self, model, stream, images):
        parts = [
            {"type": "image", "base64": scenarios["bytes"][i], "mime_type": i} for i in images
        ]
        content = [*parts, {"type": "text", "text": "What is this?"}]
        return told(self.send(model, stream, [HumanMessage(content)]))["text"]

    def part(self, model):
        text = ""
        try:
            for chunk in self.chat(model).stream("Play."):
                text += chunk.text
        except Exception as e:
            return text, e
        return text, None

    def status(self, error):
        assert isinstance(error, (openai.APIStatusError, anthropic.APIStatusError)), repr(error)
        return error.status_code


class OpenAI(Client):
    words = {"stop": "stop", "length": "length", "filtered": "content_filter"}
    finish = "finish_reason"

    def chat(self, model):
        return ChatOpenAI(
            model=model,
            base_url=self.root + "/v1",
            api_key="none",
            max_retries=0,
            timeout=30,
            stream_usage=True,
        )

    def reasoning(self, message):
        # It looks for none on this path.
        return None


class Anthropic(Client):
    words = {"stop": "end_turn", "length": "max_tokens", "filtered": "refusal"}
    finish = "stop_reason"

    def chat(self, model):
        return ChatAnthropic(
            model=model,
            base_url=self.root,
            api_key="none",
            max_tokens=1000,
            max_retries=0,
            timeout=30,
        )

    def reasoning(self, message):
        return "".join(
            block["thinking"]
            for block in message.content
            if isinstance(block, dict) and block["type"] == "thinking"
        )


def told(message):
    return {
        "text": message.text,
        "calls": [(call["name"], call["args"]) for call in message.tool_calls],
    }


for kind in (OpenAI, Anthropic):
    print(f"   {kind.__name__}")
    everywhere(kind)
summary()
