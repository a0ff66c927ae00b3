"""The chat completions of OpenAI's protocol, which many servers speak: a request and its reply."""

import json
from typing import Any

from concierge.answering.prompt import Prompt
from concierge.errors import UnreadableReply

# Far more than any answer has; what is larger is not read to its end.
MOST_BYTES = 256 * 1024


def request_body(prompt: Prompt, most_tokens: int, model: str = "") -> bytes:
    """Return the JSON that asks for one text, the likeliest."""
    body: dict[str, Any] = {
        "messages": [
            {"role": "system", "content": prompt.rules},
            {"role": "user", "content": prompt.material},
        ],
        "max_tokens": most_tokens,
        "temperature": 0,
        "stream": False,
    }
    return json.dumps({"model": model, **body} if model else body).encode()


def text_of(body: bytes, content_type: str) -> str:
    """Return the text of a reply, or raise UnreadableReply saying what is wrong with it."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json":
        raise UnreadableReply(f"the generator sent {kind or 'no content type'}, not JSON")
    if len(body) > MOST_BYTES:
        raise UnreadableReply(f"the generator sent more than {MOST_BYTES:,} bytes")
    try:
        choice = json.loads(body)["choices"][0]
        text, reason = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableReply(
            f"the generator's reply is no chat completion: {type(error).__name__}"
        ) from error
    if not isinstance(text, str):
        raise UnreadableReply("the generator's reply has no text")
    if reason == "length":
        raise UnreadableReply("the generator's text was cut off at its number of tokens")
    return text
