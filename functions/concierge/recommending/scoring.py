"""The parts of a recommendation's score, computed for chosen rows of the catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.alikeness import Alikeness
from concierge.recommending.habits import Habits
from concierge.recommending.laid_out import LaidOut
from concierge.recommending.seeds import Interests
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.codes import Codes
from concierge.retrieval.ranking import DIGITS, Because, Part, added_up
from concierge.shop.catalogue import PRICE_BAND_NAMES, Product, split_category

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

# How much each part counts until a shop's own data has taught it better (training/blend.py). The
# proportions of the parts from behaviour are those learnt on a year of orders of a gift shop.
WEIGHTS: Mapping[str, float] = {
    "next": 2.0,
    "repeat": 1.0,
    "together": 0.5,
    "after": 1.0,
    "content": 0.5,
    "theme": 0.5,
    "search": 0.4,
    "taste": 0.25,
    "popularity": 0.1,
    "trend": 0.05,
}
EVERY_PART = tuple(WEIGHTS)

# How something was acted on, its id, and what it gave.
Causes = list[tuple[str, str, float]]


@dataclass(frozen=True)
class Sources:
    """What a score is made from; without behaviour, content and words remain."""

    catalogue: CatalogueSnapshot
    behaviour: LaidOut | None
    interests: Interests

    @cached_property
    def alike(self) -> Alikeness:
        """How alike products are to what the customer dealt with."""
        return Alikeness(self.catalogue, self.interests.items)

    @cached_property
    def habits(self) -> Habits | None:
        """What the customer's history leads to."""
        return Habits(self.behaviour, self.interests) if self.behaviour else None


class Scoring:
    """The parts of the scores of some rows for one request, and what is behind them.

    `columns` holds each part as float32 [rows]; a part that cannot be computed is left out.
    """

    def __init__(self, sources: Sources, rows: Rows, weights: Mapping[str, float]) -> None:
        self.rows = rows
        self._interests = sources.interests
        self._weights = weights
        self._alike = sources.alike
        self._habits = sources.habits
        self._compared: Floats | None = None
        self._searched: dict[str, Floats] = {}
        self.columns: dict[str, Floats] = {}
        for name, compute in self._parts(sources).items():
            if weights.get(name) and (column := compute()) is not None:
                self.columns[name] = column * np.float32(weights[name])

    def _parts(self, sources: Sources) -> dict[str, Callable[[], Floats | None]]:
        catalogue, wanted = sources.catalogue, sources.interests
        habits, behaviour, rows = self._habits, sources.behaviour, self.rows
        parts: dict[str, Callable[[], Floats | None]] = {}
        if habits and behaviour:
            parts |= {
                "next": lambda: habits.next(rows),
                "repeat": lambda: habits.repeat(rows),
                "together": lambda: habits.related("together", rows),
                "after": lambda: habits.related("after", rows),
                "popularity": lambda: behaviour.popularity[rows],
                "trend": lambda: behaviour.trend[rows],
            }
        parts["content"] = lambda: self._likeness(1.0)
        parts["theme"] = lambda: self._likeness(wanted.freshness)
        if wanted.queries:
            parts["search"] = lambda: self._search_scores(catalogue, wanted.queries)
        if wanted.tags:
            parts["taste"] = lambda: _taste_scores(catalogue, wanted.tags, rows)
        return {name: parts[name] for name in EVERY_PART if name in parts}

    def _likeness(self, fresh: float) -> Floats | None:
        """Return how alike rows are to what the customer dealt with: at all, or in this visit."""
        if self._compared is None:
            self._compared = self._alike.scores(self.rows)
        return None if self._compared is None else self._compared * np.float32(fresh)

    def _search_scores(self, catalogue: CatalogueSnapshot, queries: Mapping[str, float]) -> Floats:
        for query, share in queries.items():
            relevance = catalogue.lexical.relevance(query)[self.rows]
            self._searched[query] = relevance * np.float32(share)
        return added_up(self._searched, len(self.rows))

    def explained(self, row: int, product: Product, part: Part, most: int) -> Part:
        """Return a part with the items, queries or tags behind it; they add up to its value.

        The `most` strongest are named, and the others are one cause together.
        """
        causes = self._causes(part.name, row, product, most)
        weight = self._weights.get(part.name, 0.0)
        return Part(part.name, part.value, _adding_up(causes, part.value, weight, most))

    def _causes(self, part: str, row: int, product: Product, most: int) -> Causes:
        if part in {"content", "theme"}:
            fresh = 1.0 if part == "content" else self._interests.freshness
            return [(how, name, fresh * value) for how, name, value in self._alike.causes(row)]
        if self._habits and part in {"next", "repeat", "together", "after"}:
            return self._habits.causes(part, row, product.item_id, most)
        if part == "search":
            position = int(np.searchsorted(self.rows, row))
            return [("query", name, float(by[position])) for name, by in self._searched.items()]
        if part == "taste":
            tags = set(product.tags)
            liked = self._interests.tags.items()
            return [("tag", tag, share) for tag, share in liked if tag in tags]
        return []


def _taste_scores(catalogue: CatalogueSnapshot, tags: Mapping[str, float], rows: Rows) -> Floats:
    scores = _by_code(catalogue.categories, lambda path: _path_score(path, tags), rows)
    scores += _by_code(catalogue.brands, lambda brand: tags.get(f"brand:{brand}", 0.0), rows)
    by_band = [tags.get(f"price:{name}", 0.0) for name in PRICE_BAND_NAMES]
    # The last is for products without a price.
    scores += np.array([*by_band, 0.0], np.float32)[catalogue.price_bands[rows]]
    return scores


def _by_code(column: Codes, score: Callable[[str], float], rows: Rows) -> Floats:
    codes, positions = np.unique(column.codes[rows], return_inverse=True)
    values = np.array([score(column.values[code]) for code in codes.tolist()], np.float32)
    by_row: Floats = values[positions] if len(values) else np.zeros(len(rows), np.float32)
    return by_row


def _path_score(path: str, tags: Mapping[str, float]) -> float:
    levels = split_category(path)
    prefixes = (" > ".join(levels[:depth]) for depth in range(1, len(levels) + 1))
    return sum(tags.get(f"category:{prefix}", 0.0) for prefix in prefixes)


def _adding_up(causes: Causes, value: float, weight: float, most: int) -> tuple[Because, ...]:
    """Return the strongest causes, weighted as their part is, that add up to it exactly.

    The largest takes what rounding and int8 leave over. Scaling all would blow causes up, or turn
    them round, where likes and dislikes nearly cancel out.
    """
    named = sorted((each for each in causes if each[1]), key=lambda cause: -cause[2])
    if not any(cause[2] for cause in causes):
        return ()
    rest = sum(cause[2] for cause in [*named[most:], *(each for each in causes if not each[1])])
    ordered = [*named[:most], ("others", "", rest)] if rest else named[:most]
    shares = [round(cause[2] * weight, DIGITS) for cause in ordered]
    largest = max(range(len(shares)), key=lambda at: abs(shares[at]))
    shares[largest] = round(shares[largest] + value - sum(shares), DIGITS)
    return tuple(
        Because(kind, name, share)
        for (kind, name, _), share in zip(ordered, shares, strict=True)
        if share
    )
