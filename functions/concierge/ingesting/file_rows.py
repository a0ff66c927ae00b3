"""The rows of a catalogue or knowledge file, kept by id on disk."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from concierge.errors import InvalidRecord


@dataclass(frozen=True, slots=True)
class FileRow:
    """What a file says of one id; no record means that it is to be removed."""

    id: str
    record: Mapping[str, Any] | None


class FileRows:
    """Parsed rows in a scratch database; given back in ascending order of their ids."""

    def __init__(self, scratch: sqlite3.Connection, id_field: str) -> None:
        self._scratch = scratch
        self._id_field = id_field
        scratch.execute("CREATE TABLE file_rows (id TEXT PRIMARY KEY, line INTEGER, record TEXT)")

    def add(self, line: int, row_id: str, record: Mapping[str, Any] | None) -> None:
        """Keep a row, or raise InvalidRecord where an earlier line has the same id."""
        text = json.dumps(record, ensure_ascii=False) if record is not None else None
        added = self._scratch.execute(
            "INSERT OR IGNORE INTO file_rows VALUES (?, ?, ?)", (row_id, line, text)
        )
        if not added.rowcount:
            (first,) = self._scratch.execute(
                "SELECT line FROM file_rows WHERE id = ?", (row_id,)
            ).fetchone()
            raise InvalidRecord(self._id_field, f"is a duplicate: line {first} has the same id")

    def __iter__(self) -> Iterator[FileRow]:
        # SQLite compares UTF-8 bytes, whose order is that of code points, like Python's.
        rows = self._scratch.execute("SELECT id, record FROM file_rows ORDER BY id")
        for row_id, text in rows:
            yield FileRow(row_id, json.loads(text) if text is not None else None)
