"""What was understood of a query, as it is sent."""

from typing import Annotated, Self

from msgspec import Meta

from concierge.http import Body
from concierge.searching.understanding.understood import Dropped, Kind, Part, Reason

Place = Annotated[int, Meta(description="In characters of the query, the end not included.")]


class UnderstoodBody(Body, frozen=True, kw_only=True):
    """A part of the query that became a filter; its `id` in `ignore` undoes it."""

    id: str
    kind: Kind
    text: str
    start: Place
    end: Place
    value: str
    expression: str

    @classmethod
    def of(cls, part: Part) -> Self:
        """Return the part as it is sent."""
        return cls(
            id=part.id,
            kind=part.kind,
            text=part.text,
            start=part.start,
            end=part.end,
            value=part.value,
            expression=part.expression,
        )


class NotUnderstoodBody(Body, frozen=True, kw_only=True):
    """A part that is no filter: in a currency that the shop does not have, or had by no product."""

    id: str
    kind: Kind
    text: str
    reason: Reason

    @classmethod
    def of(cls, dropped: Dropped) -> Self:
        """Return the part as it is sent."""
        part = dropped.part
        return cls(id=part.id, kind=part.kind, text=part.text, reason=dropped.reason)
