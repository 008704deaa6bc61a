"""AWS's own PyPI client, boto3: its frames, checksums and errors. It shows keys as AWS has it do so, and signs where it
has none.

Arguments: where everything is, as RecordedServer wrote it.
"""

import base64
import contextlib
import os

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from suite import PARAMETERS, TOOLS, check, everywhere, place, same, scenarios, summary

# Where boto3 looks for a key, which it shows over HTTPS alone, and what it signs with instead.
BEARER = "AWS_BEARER_TOKEN_BEDROCK"
LOCKED = place["locked"]
CREDENTIAL = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}


class Client:
    words = {"stop": "end_turn", "length": "max_tokens", "filtered": "content_filtered"}

    def __init__(self, root, credential=CREDENTIAL, verify=None, **more):
        self.client = boto3.client(
            "bedrock-runtime",
            region_name="us-east-1",
            endpoint_url=root,
            **credential,
            verify=verify,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=30, **more),
        )

    def send(self, model, stream, messages):
        body = {
            "modelId": model,
            "messages": messages,
            "toolConfig": {
                "tools": [
                    {"toolSpec": {"name": name, "inputSchema": {"json": PARAMETERS}}}
                    for name in TOOLS
                ]
            },
        }
        if not stream:
            got = self.client.converse(**body)
            return got["output"]["message"]["content"], got["stopReason"], got["usage"]
        return assembled(self.client.converse_stream(**body)["stream"])

    def ask(self, model, stream):
        content, reason, usage = self.send(model, stream, [user({"text": "Play."})])
        cached = usage.get("cacheReadInputTokens", 0)
        return {
            **told(content),
            "finish": reason,
            "input": usage["inputTokens"] + cached,
            "cached": cached,
            "output": usage["outputTokens"],
        }

    def round_trip(self, model, stream, results):
        messages = [user({"text": "Where is it warm?"})]
        content, reason, _ = self.send(model, stream, messages)
        same(reason, "tool_use")
        calls = [block["toolUse"] for block in content if "toolUse" in block]
        messages += [
            {"role": "assistant", "content": content},
            user(
                *[
                    {
                        "toolResult": {
                            "toolUseId": call["toolUseId"],
                            "content": [{"text": result}],
                        }
                    }
                    for call, result in zip(calls, results, strict=True)
                ]
            ),
        ]
        first = told(content)
        del first["reasoning"]
        return first, told(self.send(model, stream, messages)[0])["text"]

    def see(self, model, stream, images):
        blocks = [
            {
                "image": {
                    "format": i.removeprefix("image/"),
                    "source": {"bytes": base64.b64decode(scenarios["bytes"][i])},
                }
            }
            for i in images
        ]
        return told(self.send(model, stream, [user(*blocks, {"text": "What is it?"})])[0])["text"]

    def part(self, model):
        text = ""
        try:
            for event in self.client.converse_stream(
                modelId=model, messages=[user({"text": "Play."})]
            )["stream"]:
                text += event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
        except ClientError as e:
            return text, e
        return text, None

    def status(self, error):
        assert isinstance(error, ClientError), repr(error)
        return error.response["ResponseMetadata"]["HTTPStatusCode"]


def user(*content):
    return {"role": "user", "content": list(content)}


def assembled(events):
    import json

    blocks, reason, usage = {}, None, None
    for event in events:
        if "contentBlockStart" in event:
            start = event["contentBlockStart"]
            blocks[start["contentBlockIndex"]] = {"toolUse": {**start["start"]["toolUse"], "input": ""}}
        elif "contentBlockDelta" in event:
            delta = event["contentBlockDelta"]["delta"]
            block = blocks.setdefault(event["contentBlockDelta"]["contentBlockIndex"], {})
            if "text" in delta:
                block["text"] = block.get("text", "") + delta["text"]
            elif "toolUse" in delta:
                block["toolUse"]["input"] += delta["toolUse"]["input"]
            else:
                thought = block.setdefault("reasoningContent", {"reasoningText": {"text": ""}})
                for name, value in delta["reasoningContent"].items():
                    was = thought["reasoningText"].get(name, "")
                    thought["reasoningText"][name] = was + value
        elif "messageStop" in event:
            reason = event["messageStop"]["stopReason"]
        elif "metadata" in event:
            usage = event["metadata"]["usage"]
    for block in blocks.values():
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"] or "{}")
    return [block for _, block in sorted(blocks.items())], reason, usage


def told(content):
    return {
        "text": "".join(block.get("text", "") for block in content),
        "reasoning": "".join(
            block["reasoningContent"]["reasoningText"]["text"]
            for block in content
            if "reasoningContent" in block
        ),
        "calls": [
            (block["toolUse"]["name"], block["toolUse"]["input"])
            for block in content
            if "toolUse" in block
        ],
    }


@contextlib.contextmanager
def shown(key):
    """A client that shows this key, and signs nothing. It is looked for when something is asked."""
    os.environ[BEARER] = key
    try:
        yield Client(LOCKED["url"], {}, verify=LOCKED["trust"])
    finally:
        del os.environ[BEARER]


def known():
    with shown(LOCKED["key"]) as client:
        for model in ("sim/tokens-2", "arn:aws:bedrock:us-east-1::x/tokens-2"):
            for stream in (True, False):
                same(client.ask(model, stream)["text"][:4], "This")


def unknown():
    with shown("nobodys") as client:
        refused(client, "not known")


def locked(**more):
    return Client(LOCKED["url"], verify=LOCKED["trust"], **more)


def refused(client, said):
    for stream in (True, False):
        try:
            client.ask("sim/tokens-2", stream)
        except ClientError as e:
            same(client.status(e), 403)
            same(e.response["Error"]["Code"], "AccessDeniedException")
            assert said in e.response["Error"]["Message"], e
            continue
        raise AssertionError("an answer")


everywhere(Client)
check("a key", known)
check("a key that nobody knows", unknown)
check("a signature", lambda: refused(locked(), "signed"))
check("nothing", lambda: refused(locked(signature_version=UNSIGNED), "no key"))
summary()
