"""Page tokens: opaque to the caller, bound to one request and one snapshot."""

import base64
import hashlib
import json
from typing import Any

from concierge.errors import StalePageToken

DEEPEST = 10_000


def request_key(*parts: Any) -> str:
    """Return a short hash of what a token must not be used across."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=9).hexdigest()


def write_token(offset: int, key: str) -> str:
    """Return the token of the page that starts at an offset."""
    document = json.dumps({"offset": offset, "key": key}, separators=(",", ":"))
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")


def read_token(token: str | None, key: str) -> int:
    """Return the offset that a token stands for, or raise StalePageToken."""
    if not token:
        return 0
    try:
        document = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        offset, written_for = document["offset"], document["key"]
    except (ValueError, KeyError, TypeError) as error:
        raise StalePageToken("next_token cannot be read; start from the first page") from error
    if written_for != key:
        raise StalePageToken(
            "next_token belongs to another request or to an older catalogue; "
            "start from the first page"
        )
    if not isinstance(offset, int) or not 0 < offset <= DEEPEST:
        raise StalePageToken(f"next_token must point within the first {DEEPEST:,} results")
    return offset
