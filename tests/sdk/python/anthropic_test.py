"""The official PyPI client for Anthropic's Messages.

Arguments: where everything is, as RecordedServer wrote it.
"""

import anthropic

from suite import PARAMETERS, TOOLS, check, place, run, same, scenarios, summary, truncated


class Client:
    words = {"stop": "end_turn", "length": "max_tokens", "filtered": "refusal"}

    def __init__(self, root):
        self.client = anthropic.Anthropic(
            base_url=root, api_key="none", max_retries=0, timeout=30
        )

    def send(self, model, stream, messages):
        body = {
            "model": model,
            "max_tokens": 1000,
            "messages": messages,
            "tools": [{"name": name, "input_schema": PARAMETERS} for name in TOOLS],
        }
        if not stream:
            return self.client.messages.create(**body)
        with self.client.messages.stream(**body) as events:
            return events.get_final_message()

    def ask(self, model, stream):
        got = self.send(model, stream, [{"role": "user", "content": "Play."}])
        usage = got.usage
        cached = usage.cache_read_input_tokens or 0
        return {
            **told(got),
            "finish": got.stop_reason,
            "input": usage.input_tokens + cached + (usage.cache_creation_input_tokens or 0),
            "cached": cached,
            "output": usage.output_tokens,
        }

    def round_trip(self, model, stream, results):
        messages = [{"role": "user", "content": "Where is it warm?"}]
        got = self.send(model, stream, messages)
        same(got.stop_reason, "tool_use")
        calls = [block for block in got.content if block.type == "tool_use"]
        messages += [
            {"role": "assistant", "content": got.content},
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": call.id, "content": result}
                    for call, result in zip(calls, results, strict=True)
                ],
            },
        ]
        first = told(got)
        del first["reasoning"]
        return first, told(self.send(model, stream, messages))["text"]

    def see(self, model, stream, images):
        parts = [
            {
                "type": "image",
                "source": {"type": "base64", "media_type": i, "data": scenarios["bytes"][i]},
            }
            for i in images
        ]
        content = [*parts, {"type": "text", "text": "What is this?"}]
        return told(self.send(model, stream, [{"role": "user", "content": content}]))["text"]

    def part(self, model):
        text = ""
        try:
            with self.client.messages.stream(
                model=model, max_tokens=1000, messages=[{"role": "user", "content": "Play."}]
            ) as events:
                for delta in events.text_stream:
                    text += delta
        except Exception as e:
            return text, e
        return text, None

    def status(self, error):
        assert isinstance(error, anthropic.APIStatusError), repr(error)
        assert error.body["type"] == "error", error.body
        return error.status_code


def told(message):
    of = lambda kind: [block for block in message.content if block.type == kind]
    return {
        "text": "".join(block.text for block in of("text")),
        "reasoning": "".join(block.thinking for block in of("thinking")),
        "calls": [(block.name, block.input) for block in of("tool_use")],
    }


direct = Client(place["roots"]["simulator"])
run(direct, "simulator")


def counted():
    count = direct.client.messages.count_tokens(
        model="m", messages=[{"role": "user", "content": "Play."}]
    )
    same(count.input_tokens, 5)


check("tokens are counted", counted)
summary()
