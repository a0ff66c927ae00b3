"""What was understood of a query: parts of its text, each with a filter that can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from concierge.language.tokens import fold
from concierge.retrieval.filters import Condition

Kind = Literal["price", "in_stock", "brand", "size", "colour", "category"]
Reason = Literal["currency", "no_product"]

# The surest first: where no product has all, the last is given up first.
KINDS: tuple[Kind, ...] = ("price", "in_stock", "brand", "size", "colour", "category")
# These say nothing about what a product is called, so nothing is ranked by their words.
UNSEARCHED: frozenset[Kind] = frozenset({"price", "in_stock"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the query, `query[start:end] == text`, and the filter that it stands for."""

    kind: Kind
    text: str
    start: int
    end: int
    value: str
    expression: str

    @property
    def id(self) -> str:
        """The name by which a request ignores this part: `colour:red`."""
        return f"{self.kind}:{' '.join(fold(self.text).split())}"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part that is no filter: in a currency the shop does not sell in, or had by no product."""

    part: Part
    reason: Reason


@dataclass(frozen=True, slots=True)
class Understanding:
    """A query as it was understood; without parts it is the query as it came."""

    query: str
    parts: tuple[Part, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    condition: Condition | None = None

    @property
    def remaining(self) -> str:
        """The query without its parts."""
        return without(self.query, self.parts)

    @property
    def wording(self) -> str:
        """The query to rank by: a brand or a colour is a word of titles, a price is not."""
        return without(self.query, [part for part in self.parts if part.kind in UNSEARCHED])


def without(query: str, parts: Iterable[Part]) -> str:
    """Return a query without some of its parts, its spaces made single."""
    left, end = [], 0
    for part in sorted(parts, key=lambda part: part.start):
        left.append(query[end : part.start])
        end = part.end
    return " ".join(" ".join([*left, query[end:]]).split())
