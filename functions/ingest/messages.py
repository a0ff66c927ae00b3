"""Requests and responses of the events route."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from msgspec import Meta

from concierge.http import Body, Message
from concierge.ingesting.collector import MOST_EVENTS, Receipt
from concierge.problems import Problem, ProblemPart
from concierge.shop.events import MOST_RESULTS, EventType
from concierge.shop.fields import ID_LENGTH

Id = Annotated[str, Meta(min_length=1, max_length=ID_LENGTH)]


class EventBody(Body, frozen=True, kw_only=True):
    """One thing that a customer or an anonymous session did; `shop.events` has the rules.

    `event_id` makes it take effect once, however often it is sent. One of `customer_id` and
    `session_id` is required; both together are a login. `item_id` is required but for a search,
    `query` for a search, whose `results` is the `total` that it found: searches without any are
    reported where it is told. `value` is money, or 0 to 5 stars of a rating.
    """

    event_id: Id
    type: EventType
    occurred_at: datetime
    customer_id: Id | None = None
    session_id: Id | None = None
    item_id: Id | None = None
    query: Annotated[str, Meta(max_length=1_000)] | None = None
    results: Annotated[int, Meta(ge=0, le=MOST_RESULTS)] | None = None
    value: float | None = None
    recommendation_id: Id | None = None
    properties: dict[str, Any] | None = None


# Described as events but not read as such: one wrong event must not sink the others.
_AS_EVENTS = {"items": {"$ref": "#/components/schemas/EventBody"}}
Events = Annotated[
    list[Any], Meta(min_length=1, max_length=MOST_EVENTS, extra_json_schema=_AS_EVENTS)
]


class EventsRequest(Message, frozen=True, kw_only=True):
    """Up to 100 events; each is judged for itself."""

    events: Events


class EventResult(Body, frozen=True, kw_only=True):
    """What became of one event: only `failed` ones are worth sending again as they are."""

    index: int
    event_id: str | None = None
    status: Literal["accepted", "rejected", "failed"]
    errors: list[ProblemPart] | None = None

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """Return the receipt as it is sent."""
        pointer = f"/events/{receipt.index}" + (f"/{receipt.field}" if receipt.field else "")
        errors = [ProblemPart(pointer=pointer, detail=receipt.reason)] if receipt.reason else None
        return cls(
            index=receipt.index,
            event_id=receipt.event_id or None,
            status=receipt.status,
            errors=errors,
        )


class EventsResponse(Body, frozen=True, kw_only=True):
    """One result for each event, in order."""

    accepted: int
    rejected: int
    failed: int
    results: list[EventResult]

    @classmethod
    def of(cls, receipts: Sequence[Receipt]) -> Self:
        """Return the receipts as they are sent."""
        counts = Counter(receipt.status for receipt in receipts)
        return cls(
            accepted=counts["accepted"],
            rejected=counts["rejected"],
            failed=counts["failed"],
            results=[EventResult.of(receipt) for receipt in receipts],
        )


class NothingAccepted(Problem, frozen=True, kw_only=True):
    """A problem that still has one result for each event."""

    accepted: int
    rejected: int
    failed: int
    results: list[EventResult]
