"""What a customer did: the events that both live doors and history files bring."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from concierge.errors import InvalidRecord
from concierge.shop import fields

COLUMNS = (
    "event_id",
    "type",
    "customer_id",
    "session_id",
    "item_id",
    "query",
    "results",
    "value",
    "occurred_at",
    "recommendation_id",
    "properties",
)
REQUIRED_COLUMNS = ("event_id", "type", "occurred_at")
# Clocks of phones and tills run ahead by a little; more than this is a mistake.
CLOCK_TOLERANCE = timedelta(minutes=10)
MOST_STARS = 5
MOST_RESULTS = 2_000_000_000
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


class EventType(StrEnum):
    """What happened."""

    VIEW = "view"
    SEARCH = "search"
    ADD_TO_CART = "add_to_cart"
    REMOVE_FROM_CART = "remove_from_cart"
    PURCHASE = "purchase"
    RATING = "rating"
    IMPRESSION = "impression"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a customer or an anonymous session did.

    `results` is how many products a search found, where the client tells. `quarantined` names the
    rule of conduct that its actor broke, where it did.
    """

    event_id: str
    type: EventType
    occurred_at: datetime
    customer_id: str = ""
    session_id: str = ""
    item_id: str = ""
    query: str = ""
    value: float | None = None
    recommendation_id: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    results: int | None = None
    quarantined: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return the event as one JSON object, without empty fields."""
        record = {name: getattr(self, name) for name in COLUMNS} | {
            "type": self.type.value,
            "occurred_at": self.occurred_at.isoformat(),
            "quarantined": self.quarantined,
        }
        return {name: value for name, value in record.items() if value not in ("", None, {})}

    def to_json(self) -> str:
        """Return the event as one line of JSON, in ASCII: queues refuse some code points."""
        return json.dumps(self.to_record(), separators=(",", ":"))


def parse_event(record: fields.Record, now: datetime) -> Event:
    """Read one event, or raise InvalidRecord naming the field."""
    event_type = _type(record)
    event = Event(
        event_id=fields.identifier(record, "event_id"),
        type=event_type,
        occurred_at=_occurred_at(record, now),
        customer_id=fields.identifier(record, "customer_id", required=False),
        session_id=fields.identifier(record, "session_id", required=False),
        item_id=fields.identifier(record, "item_id", required=event_type is not EventType.SEARCH),
        query=fields.text(record, "query", at_most=1_000, required=event_type is EventType.SEARCH),
        results=_results(record, event_type),
        value=_value(record, event_type),
        recommendation_id=fields.identifier(record, "recommendation_id", required=False),
        properties=fields.json_object(record, "properties", at_most=8_000),
    )
    if not event.customer_id and not event.session_id:
        raise InvalidRecord("customer_id", "either customer_id or session_id is required")
    return event


def parse_archived(record: fields.Record, now: datetime) -> Event:
    """Read one event of the archive: there alone, not at the doors, it may be quarantined."""
    mark = fields.text(record, "quarantined", at_most=40)
    return replace(parse_event(record, now), quarantined=mark)


def _type(record: fields.Record) -> EventType:
    value = fields.text(record, "type", at_most=40, required=True)
    try:
        return EventType(value)
    except ValueError as error:
        known = ", ".join(EventType)
        raise InvalidRecord("type", f"{value!r} is not known; use one of {known}") from error


def _value(record: fields.Record, event_type: EventType) -> float | None:
    value = fields.number(record, "value")
    if event_type is EventType.RATING and not 0 <= (-1 if value is None else value) <= MOST_STARS:
        raise InvalidRecord("value", f"must be from 0 to {MOST_STARS} stars for a rating")
    return value


def _results(record: fields.Record, event_type: EventType) -> int | None:
    value = fields.number(record, "results")
    if value is None:
        return None
    if event_type is not EventType.SEARCH:
        raise InvalidRecord("results", "is told of a search alone")
    if not value.is_integer() or not 0 <= value <= MOST_RESULTS:
        raise InvalidRecord("results", f"must be a whole number from 0 to {MOST_RESULTS:,}")
    return int(value)


def _occurred_at(record: fields.Record, now: datetime) -> datetime:
    value = fields.moment(record, "occurred_at")
    if value is None:
        raise InvalidRecord("occurred_at", "is required")
    if value > now + CLOCK_TOLERANCE:
        raise InvalidRecord("occurred_at", f"{value.isoformat()} is in the future")
    if value < OLDEST:
        raise InvalidRecord("occurred_at", f"{value.isoformat()} is before {OLDEST.year}")
    return value
