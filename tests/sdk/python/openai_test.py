"""The official PyPI client sees through the gateway what it sees without it.

Arguments: where everything is, as RecordedServer wrote it.
"""

import base64
import json
import pathlib
import sys
import traceback
import warnings

import openai

place = json.loads(pathlib.Path(sys.argv[1]).read_text())
cases = json.loads((pathlib.Path(__file__).parent.parent / "cases.json").read_text())

# Mistral's content is a list of parts, which the client's own code remarks on.
warnings.filterwarnings("ignore", category=UserWarning, module="pydantic")

passed = 0
failed = 0


def client(base_url, retries=0):
    return openai.OpenAI(base_url=base_url, api_key="none", max_retries=retries, timeout=30)


direct = client(place["simulator"])
relayed = client(place["gateway"] + "/v1")
lively = client(place["heartbeats"] + "/v1")


def request(model):
    return {"model": model, "messages": [{"role": "user", "content": "Play."}]}


def streaming(model):
    return {**request(model), "stream": True, "stream_options": {"include_usage": True}}


def raised(e):
    return {
        "type": type(e).__name__,
        "status": getattr(e, "status_code", None),
        "code": getattr(e, "code", None),
        "message": str(e),
    }


def told(openai_client, model):
    """What a program is told about a stream, chunk by chunk and by the client's accumulator."""
    outcome = {"chunks": [], "error": None, "answer": None, "answer_error": None}
    try:
        for chunk in openai_client.chat.completions.create(**streaming(model)):
            outcome["chunks"].append(dump(chunk))
    except Exception as e:
        outcome["error"] = raised(e)
    asked = streaming(model)
    del asked["stream"]
    try:
        with openai_client.chat.completions.stream(**asked) as stream:
            outcome["answer"] = dump(stream.get_final_completion())
    except Exception as e:
        outcome["answer_error"] = raised(e)
    return outcome


def dump(model):
    return model.model_dump(mode="json", warnings=False)


def refusal(openai_client, body):
    try:
        openai_client.chat.completions.create(**body)
    except openai.APIStatusError as e:
        return {**raised(e), "body": e.body, "retry_after": e.response.headers.get("retry-after")}
    return "an answer"


def same(got, expected):
    assert got == expected, f"expected {expected!r:.1500}\n  got {got!r:.1500}"


def check(what, test):
    global passed, failed
    try:
        test()
        passed += 1
    except AssertionError as e:
        failed += 1
        print(f"FAILED: {what}\n  {e}")
    except Exception:
        failed += 1
        print(f"FAILED: {what}\n{traceback.format_exc()}")


whole = 0


def recorded(recording):
    global whole
    expected = told(direct, recording)
    whole += expected["answer"] is not None
    same(told(relayed, recording), expected)


def streamed_answer(through, model):
    got = told(through, model)
    assert got["error"] is None, got
    same(got, told(direct, model))


def whole_answer(model):
    got = dump(relayed.chat.completions.create(**request(model)))
    same(got, dump(direct.chat.completions.create(**request(model))))


def completed(through, model, stream):
    """A prompt's completion, whole or piece by piece."""
    usage = {"stream_options": {"include_usage": True}} if stream else {}
    answer = through.completions.create(model=model, prompt="Play.", stream=stream, **usage)
    return [dump(chunk) for chunk in answer] if stream else dump(answer)


def completion(model, stream):
    got = completed(relayed, model, stream)
    assert got, got
    same(got, completed(direct, model, stream))


def embedding(asked):
    got = dump(relayed.embeddings.create(model="m", **asked))
    same(got, dump(direct.embeddings.create(model="m", **asked)))
    vector = got["data"][0]["embedding"]
    size = len(base64.b64decode(vector)) // 4 if isinstance(vector, str) else len(vector)
    same(size, asked.get("dimensions", 1536))


def refused(status, body):
    got = refusal(relayed, body)
    assert got["status"] == status and got["retry_after"] == "7", got
    same(got, refusal(direct, body))


def refused_credential():
    got = refusal(relayed, streaming("sim/status-401"))
    assert got["type"] == "AuthenticationError", got


def reported(model):
    got = told(relayed, model)
    assert got["error"] is not None and got["answer"] is None, got
    if got["chunks"]:
        same(got, told(direct, model))


def truncated(model):
    got = told(relayed, model)
    assert got["error"] is not None and got["error"]["type"] == "APIError", got
    assert got["answer"] is None and len(got["chunks"]) == 4, got


for name in place["recordings"]["openai"]:
    check(name, lambda: recorded(name))
print(f"{len(place['recordings']['openai'])} recorded streams compared, {whole} of them whole answers to it")

for name in cases["answers"]:
    check(f"{name}, streamed", lambda: streamed_answer(relayed, name))
    check(f"{name}, whole", lambda: whole_answer(name))
for name in cases["completions"]:
    for kind in (True, False):
        check(f"{name}, completions, stream: {kind}", lambda: completion(name, kind))
for what in cases["embeddings"]:
    check(f"embeddings of {what}", lambda: embedding(what))
for name in cases["heartbeats"]:
    check(f"{name}, heartbeats unnoticed", lambda: streamed_answer(lively, name))
for code in cases["refusals"]:
    busy = f"sim/retry-after-7s+status-{code}"
    for kind in (request(busy), streaming(busy)):
        check(f"status {code}, stream: {'stream' in kind}", lambda: refused(code, kind))
check("a refused credential", refused_credential)
for name in cases["errors"]:
    check(name, lambda: reported(name))
for name in cases["truncated"]:
    check(name, lambda: truncated(name))

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
