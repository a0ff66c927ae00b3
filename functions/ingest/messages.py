"""Requests and responses of the events route."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, SkipValidation

from concierge.http import Message
from concierge.ingesting.collector import MOST_EVENTS, Receipt
from concierge.problems import Problem, ProblemPart
from concierge.shop.events import EventType
from concierge.shop.fields import ID_LENGTH

Id = Annotated[str, Field(min_length=1, max_length=ID_LENGTH)]


class EventBody(BaseModel):
    """One thing that a customer or an anonymous session did."""

    event_id: Id = Field(description="An event takes effect once, however often it is sent.")
    type: EventType
    occurred_at: datetime = Field(description="RFC 3339 with offset, not in the future.")
    customer_id: Id | None = Field(default=None, description="This or session_id is required.")
    session_id: Id | None = Field(
        default=None, description="With customer_id: what the session did becomes the customer's."
    )
    item_id: Id | None = Field(default=None, description="Required but for a search.")
    query: str | None = Field(default=None, max_length=1_000, description="Required for a search.")
    value: float | None = Field(default=None, description="For a rating: 0 to 5 stars.")
    recommendation_id: Id | None = None
    properties: dict[str, Any] | None = None


class EventsRequest(Message):
    """Up to 100 events; each is judged for itself."""

    # Not validated here: one wrong event must not sink the others.
    events: Annotated[list[SkipValidation[EventBody]], Field(min_length=1, max_length=MOST_EVENTS)]


class EventResult(BaseModel):
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


class EventsResponse(BaseModel):
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


class NothingAccepted(Problem, EventsResponse):
    """A problem that still has one result for each event."""
