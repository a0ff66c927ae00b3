"""The events of a history file, kept on disk: in the order of the file, and of each actor's time."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from concierge.errors import InvalidRecord
from concierge.shop.events import Event, EventType
from concierge.shop.profile import Actor, actor_of


class EventRows:
    """Parsed events in a scratch database."""

    def __init__(self, scratch: sqlite3.Connection) -> None:
        self._scratch = scratch
        scratch.execute(
            "CREATE TABLE events (event_id TEXT PRIMARY KEY, line INTEGER, actor_kind TEXT, "
            "actor_id TEXT, at REAL, item_id TEXT, record TEXT)"
        )

    def add(self, line: int, event: Event) -> bool:
        """Keep an event; return False for one that an earlier line gave already.

        Raises InvalidRecord where an earlier line gave another event the same id.
        """
        actor = actor_of(event)
        at, text = event.occurred_at.timestamp(), event.to_json()
        added = self._scratch.execute(
            "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
            (event.event_id, line, actor.kind, actor.id, at, event.item_id, text),
        )
        if added.rowcount:
            return True
        first, known = self._scratch.execute(
            "SELECT line, record FROM events WHERE event_id = ?", (event.event_id,)
        ).fetchone()
        if known != text:
            raise InvalidRecord("event_id", f"line {first} gives another event the same id")
        return False

    def finish(self) -> None:
        """Order the events by actor and time, once all are in."""
        self._scratch.execute("CREATE INDEX by_actor ON events (actor_kind, actor_id, at)")

    def lines(self) -> Iterator[str]:
        """Yield every event as JSON, in the order of the file."""
        return (
            text for (text,) in self._scratch.execute("SELECT record FROM events ORDER BY rowid")
        )

    def unknown_items(self, is_known: Callable[[str], bool]) -> int:
        """Return how many events name an item that is not known."""
        query = "SELECT item_id, COUNT(*) FROM events WHERE item_id <> '' GROUP BY item_id"
        return sum(
            count for item_id, count in self._scratch.execute(query) if not is_known(item_id)
        )

    def actors(self, kind: str, since: float = 0.0) -> int:
        """Return how many actors of a kind did something since a moment in epoch seconds."""
        query = "SELECT COUNT(DISTINCT actor_id) FROM events WHERE actor_kind = ? AND at >= ?"
        return int(self._scratch.execute(query, (kind, since)).fetchone()[0])

    def by_actor(
        self, after: tuple[str, str], sessions_since: float
    ) -> Iterator[tuple[Actor, Iterator[Event]]]:
        """Yield the actors behind one (kind, id) in order, each with its events in time order.

        Sessions that did nothing since a moment in epoch seconds are left out.
        """
        rows = self._scratch.execute(
            "SELECT actor_kind, actor_id, record FROM events AS e "
            "WHERE (actor_kind, actor_id) > (?, ?) AND (actor_kind = 'customer' OR "
            "(SELECT MAX(at) FROM events AS own WHERE own.actor_kind = e.actor_kind "
            "AND own.actor_id = e.actor_id) >= ?) ORDER BY actor_kind, actor_id, at",
            (*after, sessions_since),
        )
        for (kind, actor_id), group in groupby(rows, key=lambda row: (row[0], row[1])):
            yield Actor(kind, actor_id), (event_of(json.loads(row[2])) for row in group)


def event_of(record: Mapping[str, Any]) -> Event:
    """Return the event that `to_json` wrote; nothing is checked again."""
    return Event(
        **{
            **record,
            "type": EventType(record["type"]),
            "occurred_at": datetime.fromisoformat(record["occurred_at"]),
        }
    )
