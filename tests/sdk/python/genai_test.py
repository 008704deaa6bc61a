"""The official PyPI client for Gemini.

Arguments: where everything is, as RecordedServer wrote it.
"""

import base64

from google import genai
from google.genai import errors, types

from suite import PARAMETERS, TOOLS, place, run, same, scenarios, summary, truncated


class Client:
    words = {"stop": "STOP", "length": "MAX_TOKENS", "filtered": "SAFETY"}

    def __init__(self, root):
        self.client = genai.Client(
            api_key="none", http_options=types.HttpOptions(base_url=root, timeout=30_000)
        )

    def send(self, model, stream, contents):
        body = {
            "model": model,
            "contents": contents,
            "config": types.GenerateContentConfig(
                tools=[
                    types.Tool(
                        function_declarations=[
                            types.FunctionDeclaration(
                                name=name, parameters_json_schema=PARAMETERS
                            )
                            for name in TOOLS
                        ]
                    )
                ],
                automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            ),
        }
        if not stream:
            return [self.client.models.generate_content(**body)]
        return list(self.client.models.generate_content_stream(**body))

    def ask(self, model, stream):
        chunks = self.send(model, stream, "Play.")
        usage = chunks[-1].usage_metadata
        return {
            **told(chunks),
            "finish": chunks[-1].candidates[0].finish_reason.value,
            "input": usage.prompt_token_count,
            "cached": usage.cached_content_token_count,
            "output": (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
        }

    def round_trip(self, model, stream, results):
        contents = [types.UserContent("Where is it warm?")]
        chunks = self.send(model, stream, contents)
        calls = [part.function_call for part in parts(chunks) if part.function_call]
        contents += [
            types.ModelContent(parts(chunks)),
            types.UserContent(
                [
                    types.Part(
                        function_response=types.FunctionResponse(
                            id=call.id, name=call.name, response={"result": result}
                        )
                    )
                    for call, result in zip(calls, results, strict=True)
                ]
            ),
        ]
        first = told(chunks)
        del first["reasoning"]
        return first, told(self.send(model, stream, contents))["text"]

    def see(self, model, stream, images):
        content = [
            *[
                types.Part.from_bytes(
                    data=base64.b64decode(scenarios["bytes"][i]), mime_type=i
                )
                for i in images
            ],
            "What is this?",
        ]
        return told(self.send(model, stream, content))["text"]

    def part(self, model):
        text = ""
        try:
            for chunk in self.client.models.generate_content_stream(
                model=model, contents="Play."
            ):
                text += told([chunk])["text"]
        except Exception as e:
            return text, e
        return text, None

    def status(self, error):
        assert isinstance(error, errors.APIError), repr(error)
        return error.code


def parts(chunks):
    return [
        part
        for chunk in chunks
        for candidate in chunk.candidates or []
        for part in (candidate.content.parts if candidate.content else None) or []
    ]


def told(chunks):
    all_parts = parts(chunks)
    return {
        "text": "".join(p.text for p in all_parts if p.text and not p.thought),
        "reasoning": "".join(p.text for p in all_parts if p.text and p.thought),
        "calls": [
            (p.function_call.name, p.function_call.args) for p in all_parts if p.function_call
        ],
    }


run(Client(place["roots"]["simulator"]), "simulator")
summary()
