"""The official PyPI client for OpenAI's Responses.

Arguments: where everything is, as RecordedServer wrote it.
"""

import json

import openai

from suite import PARAMETERS, TOOLS, everywhere, scenarios, summary


class Client:
    words = {
        "stop": ("completed", None),
        "length": ("incomplete", "max_output_tokens"),
        "filtered": ("incomplete", "content_filter"),
    }

    def __init__(self, root):
        self.client = openai.OpenAI(
            base_url=root + "/v1", api_key="none", max_retries=0, timeout=30
        )

    def send(self, model, stream, items):
        body = {
            "model": model,
            "input": items,
            "store": False,
            "include": ["reasoning.encrypted_content"],
            "tools": [
                {"type": "function", "name": name, "parameters": PARAMETERS, "strict": False}
                for name in TOOLS
            ],
        }
        if not stream:
            return self.client.responses.create(**body)
        with self.client.responses.stream(**body) as events:
            for event in events:
                last = event
            # Its own accumulator knows only of answers that are complete.
            assert last.type in ("response.completed", "response.incomplete"), last
            return last.response

    def ask(self, model, stream):
        got = self.send(model, stream, "Play.")
        usage = got.usage
        details = got.incomplete_details
        return {
            **told(got),
            "finish": (got.status, details.reason if details else None),
            "input": usage.input_tokens,
            "cached": usage.input_tokens_details.cached_tokens,
            "output": usage.output_tokens,
        }

    def round_trip(self, model, stream, results):
        items = [{"role": "user", "content": "Where is it warm?"}]
        got = self.send(model, stream, items)
        calls = [item for item in got.output if item.type == "function_call"]
        items += [item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in got.output]
        for item in items:
            for part in item.get("content") or [] if isinstance(item.get("content"), list) else []:
                part.pop("parsed", None)
        items += [
            {"type": "function_call_output", "call_id": call.call_id, "output": result}
            for call, result in zip(calls, results, strict=True)
        ]
        first = told(got)
        del first["reasoning"]
        return first, told(self.send(model, stream, items))["text"]

    def see(self, model, stream, images):
        parts = [
            {"type": "input_image", "image_url": f"data:{i};base64,{scenarios['bytes'][i]}"}
            for i in images
        ]
        content = [*parts, {"type": "input_text", "text": "What is this?"}]
        return told(self.send(model, stream, [{"role": "user", "content": content}]))["text"]

    def part(self, model):
        text = ""
        try:
            for event in self.client.responses.create(model=model, input="Play.", stream=True):
                if event.type == "response.output_text.delta":
                    text += event.delta
                elif event.type == "error":
                    # This client hands errors on as events like others.
                    return text, event
        except Exception as e:
            return text, e
        return text, None

    def status(self, error):
        assert isinstance(error, openai.APIStatusError), repr(error)
        return error.status_code


def told(response):
    return {
        "text": response.output_text,
        "reasoning": "".join(
            part.text
            for item in response.output
            if item.type == "reasoning"
            for part in item.summary
        ),
        "calls": [
            (item.name, json.loads(item.arguments))
            for item in response.output
            if item.type == "function_call"
        ],
    }


everywhere(Client)
summary()
