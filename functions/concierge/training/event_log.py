"""The archive of events as training reads it: columns of numbers, every event once.

Ids are kept as the hashes that snapshots know items by, so an event takes 64 bytes whatever its
ids are, and everything that learns works on arrays. Two of ten million different ids share a
64-bit hash with a probability of one in 370,000.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

import msgspec
import numpy as np
from aws_lambda_powertools import Logger
from numpy.typing import NDArray

from concierge.errors import BrokenFile, InvalidRecord
from concierge.files.decoding import Body, Decoded, Lines, LineTooLong
from concierge.files.json_rows import parse_object
from concierge.files.limits import Limits
from concierge.retrieval.identifiers import hash_of
from concierge.shop.events import Event, EventType, parse_archived
from concierge.shop.exposures import Exposure
from concierge.shop.profile import actor_of, weight_of
from concierge.shop.recommendation_ids import ARMS, PLACEMENTS, RecommendationId

PACKED = ".gz"
TYPES = tuple(EventType)
NOBODY = 0
NO_EXPOSURE = (0.0, 0, 0, 0)
CHUNK = 65_536
# Most events are of few customers and items. A remembered hash takes about 300 bytes.
REMEMBERED_HASHES = 100_000

EVENT = np.dtype(
    [
        ("event", "<u8"),
        ("actor", "<u8"),  # the customer, or the session of a stranger
        ("session", "<u8"),  # 0 where the event names none
        ("item", "<u8"),  # 0 for a search
        ("recommendation", "<u8"),  # 0 where the event follows none
        ("at", "<f8"),  # epoch seconds
        ("weight", "<f4"),  # what the event tells about taste
        ("type", "u1"),  # position in TYPES
        ("arm", "u1"),  # 1 + position in ARMS; 0 where unknown
        ("placement", "u1"),  # 1 + position in PLACEMENTS; 0 where unknown
        ("is_customer", "?"),
        # Of an item drawn for an exploring list; 0 for every other event: see shop.exposures.
        ("propensity", "<f4"),
        ("position", "u1"),
        ("rank", "u1"),
        ("choices", "u1"),
        ("quarantined", "?"),  # when it came in
    ]
)
# Shape [events] of EVENT.
Events = NDArray[np.void]

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


def read_log(
    parts: ArchiveParts, now: datetime, also: Callable[[Event], None] | None = None
) -> tuple[Events, Account]:
    """Return every event of the archive once, in the order of time, and where the lines went.

    `also` is shown every event, repeated ones too, with what the log has no column for.
    """
    log, account = read_parts(parts, now, also)
    kept = each_once(log)
    account.repeated = len(log) - len(kept)
    return kept, account


def read_parts(
    parts: ArchiveParts, now: datetime, also: Callable[[Event], None] | None = None
) -> tuple[Events, Account]:
    """Return the events of all lines as they come, repeated ones too, and where the lines went."""
    account = Account()
    chunks: list[Events] = []
    rows: list[tuple[Any, ...]] = []
    for event in _events(parts, now, account):
        rows.append(_row(event))
        if also:
            also(event)
        if len(rows) == CHUNK:
            chunks.append(np.array(rows, EVENT))
            rows.clear()
    chunks.append(np.array(rows, EVENT))
    return np.concatenate(chunks), account


def each_once(log: Events) -> Events:
    """Return every event once, in the order of time: of equals, the first that was read.

    A copy without mark comes first: that releases an event, such as one sent again in a file.
    """
    if log["quarantined"].any():
        log = log[np.argsort(log["quarantined"], kind="stable")]
    _, first = np.unique(log["event"], return_index=True)
    kept: Events = log[first[np.lexsort((log["event"][first], log["at"][first]))]]
    return kept


def _events(parts: ArchiveParts, now: datetime, account: Account) -> Iterator[Event]:
    for name in parts.names():
        account.parts += 1
        try:
            yield from _events_of(name, parts.open(name), now, account)
        except BrokenFile as error:
            # The lines before the damage count.
            account.broken_parts += 1
            logger.warning("part of the archive is broken", part=name, reason=str(error))


def _events_of(name: str, body: Body, now: datetime, account: Account) -> Iterator[Event]:
    limits = Limits()
    decoded = Decoded(body, is_packed=name.endswith(PACKED), limits=limits)
    lines = Lines(decoded, limits.most_json_line)
    while True:
        try:
            line = next(lines, None)
            if line is None:
                return
            if line.isspace():
                continue
            account.lines += 1
            yield parse_archived(read_json(line), now)
        except LineTooLong:
            account.lines += 1
            account.broken_lines += 1
        except (ValueError, InvalidRecord):
            account.broken_lines += 1


_DECODER = msgspec.json.Decoder(dict[str, Any])


def read_json(line: str) -> dict[str, Any]:
    """Read as `parse_object` does, which has the last word on what the quick decoder refuses."""
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return parse_object(line)


def _row(event: Event) -> tuple[Any, ...]:
    actor = actor_of(event)
    made = RecommendationId.read(event.recommendation_id) if event.recommendation_id else None
    exposure = Exposure.read(event) if made else None
    return (
        hash_of(event.event_id),
        _hash(f"{actor.kind}:{actor.id}"),
        _hash(event.session_id),
        _hash(event.item_id),
        _hash(event.recommendation_id),
        event.occurred_at.timestamp(),
        weight_of(event),
        TYPES.index(event.type),
        ARMS.index(made.arm) + 1 if made else 0,
        PLACEMENTS.index(made.placement) + 1 if made else 0,
        actor.kind == "customer",
        *(_drawn(exposure) if exposure else NO_EXPOSURE),
        bool(event.quarantined),
    )


def _drawn(exposure: Exposure) -> tuple[float, int, int, int]:
    return exposure.propensity, exposure.position, exposure.rank, exposure.choices


@lru_cache(REMEMBERED_HASHES)
def _hash(text: str) -> int:
    return hash_of(text) if text else NOBODY
