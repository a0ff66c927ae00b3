"""What was understood of a query: parts of its text, each with a filter that can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from concierge.language.tokens import fold
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot

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
class Together:
    """The condition that all parts hold; `rows` are those of the catalogue they were chosen by."""

    text: str
    rows: NDArray[np.bool_] = field(repr=False, compare=False)

    def mask(self, catalogue: CatalogueSnapshot) -> NDArray[np.bool_]:
        """Return which rows of that catalogue pass: they are known from choosing."""
        del catalogue
        return self.rows


@dataclass(frozen=True, slots=True)
class Understanding:
    """A query as it was understood; without parts it is the query as it came."""

    query: str
    parts: tuple[Part, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    condition: Together | None = None

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
