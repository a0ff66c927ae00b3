"""The archive of events as training reads it: every event once, what is broken left out."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aws_lambda_powertools import Logger

from concierge.errors import BrokenFile, InvalidRecord
from concierge.files.decoding import Body, Decoded, Lines, LineTooLong
from concierge.files.json_rows import parse_object
from concierge.files.limits import Limits
from concierge.shop.events import Event, parse_archived
from concierge.shop.profile import weight_of

PACKED = ".gz"

logger = Logger(child=True)


class ArchiveParts(Protocol):
    """The objects that hold the archive."""

    def names(self) -> Iterator[str]:
        """Yield the name of every part."""

    def open(self, name: str) -> Body:
        """Return the bytes of a part, or raise BrokenFile where it is gone."""


@dataclass(slots=True)
class Account:
    """Where the lines of the archive went."""

    parts: int = 0
    broken_parts: int = 0
    lines: int = 0
    broken_lines: int = 0
    repeated: int = 0

    @property
    def events(self) -> int:
        """How many different events there are."""
        return self.lines - self.broken_lines - self.repeated


class Actions:
    """What was done with items, each event once, in a scratch database."""

    def __init__(self, scratch: sqlite3.Connection, limits: Limits) -> None:
        self._scratch = scratch
        self._limits = limits
        self.account = Account()
        scratch.execute(
            "CREATE TABLE actions (event_id TEXT PRIMARY KEY, item_id TEXT, at REAL, weight REAL)"
        )

    def __iter__(self) -> Iterator[tuple[str, float, float]]:
        rows: Iterator[tuple[str, float, float]] = self._scratch.execute(
            "SELECT item_id, at, weight FROM actions WHERE item_id <> '' AND weight <> 0"
        )
        return rows

    def read(self, parts: ArchiveParts, now: datetime) -> None:
        """Take every event of the archive."""
        for name in parts.names():
            self.account.parts += 1
            try:
                self._read_part(name, parts.open(name), now)
            except BrokenFile as error:
                # The lines before the damage count.
                self.account.broken_parts += 1
                logger.warning("part of the archive is broken", part=name, reason=str(error))

    def _read_part(self, name: str, body: Body, now: datetime) -> None:
        decoded = Decoded(body, is_packed=name.endswith(PACKED), limits=self._limits)
        lines = Lines(decoded, self._limits.most_json_line)
        while True:
            try:
                line = next(lines, None)
                if line is None:
                    return
                if line.isspace():
                    continue
                self.account.lines += 1
                self._add(parse_archived(parse_object(line), now))
            except LineTooLong:
                self.account.lines += 1
                self.account.broken_lines += 1
            except (ValueError, InvalidRecord):
                self.account.broken_lines += 1

    def _add(self, event: Event) -> None:
        if event.quarantined:
            return
        added = self._scratch.execute(
            "INSERT OR IGNORE INTO actions VALUES (?, ?, ?, ?)",
            (event.event_id, event.item_id, event.occurred_at.timestamp(), weight_of(event)),
        )
        self.account.repeated += not added.rowcount
