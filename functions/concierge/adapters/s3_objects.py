"""Single objects of a bucket, with errors as ours."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated

MISSING_CODES = frozenset({"NoSuchKey", "404", "NotFound"})
# S3 deletes so many in one call.
MOST_DELETES = 1_000


class MissingObject(Exception):
    """There is no object under a key; each adapter says what that means."""


class ObjectBody:
    """Implements Body on a streamed reply."""

    def __init__(self, stream: Any, key: str) -> None:
        self._stream = stream
        self._key = key

    def read(self, size: int = -1, /) -> bytes:
        """Return up to so many bytes; raise Unavailable where the connection breaks."""
        try:
            return bytes(self._stream.read(None if size < 0 else size))
        except (BotoCoreError, OSError) as error:
            cause = error if isinstance(error, BotoCoreError) else BotoCoreError()
            raise translated(cause, f"reading {self._key}") from error


class S3Objects:
    """Reads and writes the objects of one bucket."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def open(self, key: str) -> ObjectBody:
        """Return the bytes of an object as they come, or raise MissingObject."""
        try:
            reply = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING_CODES:
                raise MissingObject(key) from error
            raise translated(error, f"reading {key}") from error
        except BotoCoreError as error:
            raise translated(error, f"reading {key}") from error
        return ObjectBody(reply["Body"], key)

    def put(self, key: str, content: bytes | Path) -> None:
        """Write an object whole."""
        try:
            if isinstance(content, Path):
                with content.open("rb") as file:
                    self._client.put_object(Bucket=self._bucket, Key=key, Body=file)
            else:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=content)
        except (BotoCoreError, ClientError) as error:
            raise translated(error, f"writing {key}") from error

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys under a prefix in their order."""
        pages = self._client.get_paginator("list_objects_v2")
        try:
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    yield str(entry["Key"])
        except (BotoCoreError, ClientError) as error:
            raise translated(error, f"listing {prefix}") from error

    def delete(self, keys: Collection[str]) -> None:
        """Delete objects, whether they exist or not."""
        listed = sorted(keys)
        try:
            for first in range(0, len(listed), MOST_DELETES):
                named = [{"Key": key} for key in listed[first : first + MOST_DELETES]]
                delete = {"Objects": named, "Quiet": True}
                self._client.delete_objects(Bucket=self._bucket, Delete=delete)
        except (BotoCoreError, ClientError) as error:
            raise translated(error, "deleting objects") from error
