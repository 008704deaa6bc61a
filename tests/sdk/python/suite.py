"""What every client is asked, and counts of what holds: tests/sdk/scenarios.json.

A client is a class with the `words` of its dialect for finish reasons and these methods:

    ask(model, stream)                  {"text", "reasoning", "calls", "finish", "input", "cached", "output"}
    round_trip(model, stream, results)  ({"text", "calls"}, the final text), with the results of all calls
    see(model, stream, images)          the text
    part(model)                         the text before a stream broke, and the error or None
    status(error)                       the HTTP status of a refusal

Whatever a client does not tell is left out or None, and is not compared.
"""

import json
import pathlib
import sys
import traceback

place = json.loads(pathlib.Path(sys.argv[1]).read_text())
scenarios = json.loads((pathlib.Path(__file__).parent.parent / "scenarios.json").read_text())

TOOLS = ["get_weather"]
PARAMETERS = {
    "type": "object",
    "properties": {"place": {"type": "string"}},
    "required": ["place"],
}

passed = 0
failed = 0


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
        print(f"FAILED: {what}\n{traceback.format_exc()[-2500:]}")


def same(got, expected):
    assert got == expected, f"expected {expected!r:.1500}\n  got {got!r:.1500}"


def summary():
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def run(client, root, lost=(), streams=(True, False)):
    """Asks everything at one address, apart from what is lost on the way to it."""
    for stream in streams:
        kind = "streamed" if stream else "whole"
        for one in scenarios["answers"]:
            if one["what"] not in lost:
                check(f"{root}: {one['what']}, {kind}", lambda: answer(client, one, stream))
        for one in scenarios["tools"]:
            if one["what"] not in lost:
                check(f"{root}: {one['what']}, {kind}", lambda: tools(client, one, stream))
        for one in scenarios["images"]:
            if one["what"] not in lost:
                check(
                    f"{root}: {one['what']}, {kind}",
                    lambda: same(client.see(one["model"], stream, one["images"]), one["text"]),
                )
        for status in scenarios["refusals"]:
            check(f"{root}: status {status}, {kind}", lambda: refusal(client, status, stream))
    if True in streams:
        for one in scenarios["broken"]:
            check(f"{root}: {one['model']}", lambda: broken(client, one))


# What a provider of this dialect has no word for.
LOST_AT = {"ollama": ("cached input", "filtered"), "cohere": ("cached input", "filtered")}


def everywhere(kind, lost=()):
    """Directly at the simulator, before every provider dialect, and with heartbeats."""
    run(kind(place["roots"]["simulator"]), "simulator", lost)
    for root, url in place["roots"].items():
        if root != "simulator":
            client = kind(url)
            run(client, root, (*lost, *LOST_AT.get(root, ())))
            truncated(client, root)
    client = kind(place["heartbeats"])
    for one in scenarios["silences"]:
        check(f"heartbeats: {one['what']}", lambda: answer(client, one, True))


def truncated(client, root):
    """What is cut has to be an error; directly from a provider some clients cannot tell."""
    for one in scenarios["truncated"]:
        check(f"{root}: {one['model']}", lambda: broken(client, one))


def answer(client, one, stream):
    got = client.ask(one["model"], stream)
    expected = {"text": one["text"], "reasoning": one.get("reasoning", ""), "calls": []}
    if "finish" in one:
        expected["finish"] = client.words[one["finish"]]
    for name in ("input", "cached", "output"):
        if name in one and got.get(name) is not None:
            expected[name] = one[name]
    if got.get("reasoning") is None:
        del expected["reasoning"]
    same({name: got.get(name) for name in expected}, expected)


def tools(client, one, stream):
    first, final = client.round_trip(one["model"], stream, one["results"])
    calls = [(TOOLS[0], {"place": f"Zürich {i}"}) for i in range(len(one["results"]))]
    same(first, {"text": one["text"], "calls": calls})
    same(final, one["final"])


def refusal(client, status, stream):
    try:
        client.ask(f"sim/status-{status}", stream)
    except Exception as e:
        same(client.status(e), status)
        return
    raise AssertionError("an answer")


def broken(client, one):
    text, error = client.part(one["model"])
    assert error is not None, f"no error behind {text!r}"
    same(text, one["text"])
