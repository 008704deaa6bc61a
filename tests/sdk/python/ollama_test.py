"""The official PyPI client for Ollama.

Arguments: where everything is, as RecordedServer wrote it.
"""

import ollama

from suite import PARAMETERS, TOOLS, place, run, scenarios, summary, truncated

# What Ollama has no word for.
LOST = ("cached input", "filtered")


class Client:
    words = {"stop": "stop", "length": "length"}

    def __init__(self, root):
        self.client = ollama.Client(host=root, timeout=30)

    def send(self, model, stream, messages):
        tools = [
            {"type": "function", "function": {"name": name, "parameters": PARAMETERS}}
            for name in TOOLS
        ]
        got = self.client.chat(model=model, messages=messages, tools=tools, stream=stream)
        return list(got) if stream else [got]

    def ask(self, model, stream):
        chunks = self.send(model, stream, [{"role": "user", "content": "Play."}])
        last = chunks[-1]
        assert last.done
        return {
            **told(chunks),
            "finish": last.done_reason,
            "input": last.prompt_eval_count,
            "output": last.eval_count,
        }

    def round_trip(self, model, stream, results):
        messages = [{"role": "user", "content": "Where is it warm?"}]
        first = told(self.send(model, stream, messages))
        messages.append(
            {
                "role": "assistant",
                "content": first["text"],
                "thinking": first.pop("reasoning"),
                "tool_calls": [
                    {"function": {"name": name, "arguments": arguments}}
                    for name, arguments in first["calls"]
                ],
            }
        )
        for (name, _), result in zip(first["calls"], results, strict=True):
            messages.append({"role": "tool", "tool_name": name, "content": result})
        return first, told(self.send(model, stream, messages))["text"]

    def see(self, model, stream, images):
        message = {
            "role": "user",
            "content": "What is this?",
            "images": [scenarios["bytes"][i] for i in images],
        }
        return told(self.send(model, stream, [message]))["text"]

    def part(self, model):
        text = ""
        try:
            done = False
            for chunk in self.client.chat(
                model=model, messages=[{"role": "user", "content": "Play."}], stream=True
            ):
                text += chunk.message.content or ""
                done = chunk.done
            # This client leaves it to the program to see that the answer is whole.
            return text, None if done else EOFError("not done")
        except Exception as e:
            return text, e

    def status(self, error):
        assert isinstance(error, ollama.ResponseError), repr(error)
        return error.status_code


def told(chunks):
    return {
        "text": "".join(chunk.message.content or "" for chunk in chunks),
        "reasoning": "".join(chunk.message.thinking or "" for chunk in chunks),
        "calls": [
            (call.function.name, dict(call.function.arguments))
            for chunk in chunks
            for call in chunk.message.tool_calls or []
        ],
    }


run(Client(place["roots"]["simulator"]), "simulator", LOST)
summary()
