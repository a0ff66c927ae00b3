"""The shop's inbox in S3, with the reports and quarantined rows beside it."""

from pathlib import Path
from typing import Any

from concierge.adapters.s3_objects import MissingObject, ObjectBody, S3Objects
from concierge.errors import BrokenFile


class S3Inbox:
    """Implements Inbox on one bucket."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._objects = S3Objects(client, bucket)

    def open(self, key: str) -> ObjectBody:
        """Return the bytes of a file as they come."""
        try:
            return self._objects.open(key)
        except MissingObject as error:
            raise BrokenFile("the file is gone; upload it again") from error

    def read(self, key: str) -> bytes:
        """Return a report as a whole."""
        return self.open(key).read()

    def put(self, key: str, content: bytes | Path) -> None:
        """Keep a report or a quarantine file."""
        self._objects.put(key, content)

    def delete(self, key: str) -> None:
        """Forget a quarantine file."""
        self._objects.delete([key])
