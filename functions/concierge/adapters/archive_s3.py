"""The archive of events in S3: live ones under `events/`, imported ones under `history/`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from concierge.adapters.s3_objects import MissingObject, ObjectBody, S3Objects
from concierge.errors import BrokenFile

PREFIXES = ("events/", "history/")


class S3Archive:
    """Implements HistoryArchive for the importer and ArchiveParts for the trainer."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._objects = S3Objects(client, bucket)

    def put(self, import_id: str, name: str, path: Path) -> None:
        """Keep one part of an import."""
        self._objects.put(f"history/{import_id}/{name}", path)

    def names(self) -> Iterator[str]:
        """Yield the keys of all parts."""
        for prefix in PREFIXES:
            yield from self._objects.keys(prefix)

    def open(self, name: str) -> ObjectBody:
        """Return the bytes of a part as they come."""
        try:
            return self._objects.open(name)
        except MissingObject as error:
            raise BrokenFile(f"{name} is gone") from error
