"""Facets as they are sent: lists of values, and ranges of numbers."""

from typing import Annotated, Self

from msgspec import Meta

from concierge.http import Body
from concierge.searching.facets import Facet, FacetRange, FacetValue, NumberFacet


class FacetValueBody(Body, frozen=True, kw_only=True):
    """A value and how many of the products found have it; `level` 1 is the broadest category."""

    value: str | float | bool
    count: int
    level: int | None = None

    @classmethod
    def of(cls, value: FacetValue) -> Self:
        """Return the value as it is sent."""
        return cls(value=value.value, count=value.count, level=value.level)


class FacetRangeBody(Body, frozen=True, kw_only=True, rename={"from_": "from"}):
    """How many have a number at or above `from` and below `to`."""

    from_: float | None = None
    to: float | None = None
    count: int

    @classmethod
    def of(cls, part: FacetRange) -> Self:
        """Return the range as it is sent."""
        return cls(from_=part.low, to=part.high, count=part.count)


class NumberFacetBody(Body, frozen=True, kw_only=True):
    """The least and the largest number, and ranges that hold all of them; empty without any."""

    min: float | None = None
    max: float | None = None
    ranges: list[FacetRangeBody]

    @classmethod
    def of(cls, facet: NumberFacet) -> Self:
        """Return the facet as it is sent."""
        ranges = [FacetRangeBody.of(part) for part in facet.ranges]
        return cls(min=facet.least, max=facet.largest, ranges=ranges)


FacetBody = Annotated[
    list[FacetValueBody] | NumberFacetBody,
    Meta(description="The most frequent values; for prices and many different numbers, ranges."),
]


def facet_body(facet: Facet) -> FacetBody:
    """Return a facet as it is sent."""
    if facet is None:
        return NumberFacetBody(ranges=[])
    if isinstance(facet, NumberFacet):
        return NumberFacetBody.of(facet)
    return [FacetValueBody.of(value) for value in facet]
