"""Call a handler with an API Gateway event of tests/events, changed where a test cares."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[1] / "events"


class Context:
    aws_request_id = "request-1"
    function_name = "function"
    function_version = "1"
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:function"
    memory_limit_in_mb = 512


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: dict[str, str]


def event(name):
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def call(handler, name, body=None, **changes):
    """Return the reply; a body that is no text is sent as JSON."""
    sent = event(name) | changes
    if body is not None:
        sent["body"] = body if isinstance(body, str) else json.dumps(body)
    reply = handler(sent, Context())
    text = reply["body"]
    return Reply(reply["statusCode"], json.loads(text) if text else None, reply["headers"])
