"""The HTTP door for live events: each is checked, the good ones are queued."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from concierge.errors import InvalidRecord
from concierge.shop.events import Event, parse_event
from concierge.shop.fields import ID_LENGTH

MOST_EVENTS = 100


class EventQueue(Protocol):
    """Takes events towards the recorder."""

    def send(self, events: Sequence[Event]) -> frozenset[int]:
        """Queue the events and return the positions of those not taken; raise nothing for them."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one event; `field` and `reason` are empty for an accepted one.

    A rejected event can never be accepted as it is. A failed one is good and may be sent again.
    """

    index: int
    event_id: str
    status: Literal["accepted", "rejected", "failed"]
    field: str = ""
    reason: str = ""


class Collector:
    """Checks events and queues the good ones."""

    def __init__(
        self, queue: EventQueue, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._queue = queue
        self._now = now

    def collect(self, records: Sequence[Any]) -> list[Receipt]:
        """Return one receipt for each record, in order."""
        now = self._now()
        checked = [_checked(index, record, now) for index, record in enumerate(records)]
        good = [(index, each) for index, each in enumerate(checked) if isinstance(each, Event)]
        lost = self._queue.send([event for _, event in good]) if good else frozenset()
        receipts = {each.index: each for each in checked if isinstance(each, Receipt)}
        for position, (index, event) in enumerate(good):
            receipts[index] = _receipt(index, event, taken=position not in lost)
        return [receipts[index] for index in range(len(checked))]


def _checked(index: int, record: Any, now: datetime) -> Event | Receipt:
    if not isinstance(record, dict):
        return Receipt(index, "", "rejected", "", "must be a JSON object")
    try:
        return parse_event(record, now)
    except InvalidRecord as error:
        given = record.get("event_id")
        event_id = given[:ID_LENGTH] if isinstance(given, str) else ""
        return Receipt(index, event_id, "rejected", error.field, error.reason)


def _receipt(index: int, event: Event, *, taken: bool) -> Receipt:
    if taken:
        return Receipt(index, event.event_id, "accepted")
    reason = "the queue did not take the event; send it again"
    return Receipt(index, event.event_id, "failed", "", reason)
