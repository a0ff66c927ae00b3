"""Completions of what is being typed: queries, products, categories and brands, popular ones first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.codes import Codes
from concierge.retrieval.suggestions import (
    KEY_BYTES,
    KINDS,
    Keys,
    Phrase,
    PhraseKind,
    Suggestions,
    folded,
)
from concierge.searching.aids import Popular
from concierge.searching.typing_mistakes import (
    begins_but_for_one,
    corrections,
    may_be_mistaken,
)
from concierge.shop.catalogue import split_category

Floats = NDArray[np.float32]
Positions = NDArray[np.intp]

# How many entries are read at most to find a few phrases: several may be of one phrase, and of
# those that may be meant by a mistake, some are not.
READ_FOR_EACH, MOST_READ = 6, 120
# What decides among the equally popular, and never among others: a phrase from its beginning goes
# before one from its middle, a category before a brand, and so on.
_BEGINNING = 0.004
_BY_KIND: dict[PhraseKind, float] = {
    "category": 0.003,
    "brand": 0.002,
    "query": 0.001,
    "product": 0.0,
}
# Without behaviour, what many products are in or of is as popular as this at most.
_BY_COUNT = 0.5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion, and what it is."""

    text: str
    kind: PhraseKind


class Suggester:
    """Completes by the snapshots in force; what ranks phrases is made once for each."""

    def __init__(self) -> None:
        self._made_for: tuple[str, str] | None = None
        self._shelves: tuple[_Shelf, ...] = ()

    def suggest(
        self, typed: str, limit: int, catalogue: CatalogueSnapshot, popular: Popular | None
    ) -> list[Suggestion]:
        """Return up to so many completions, those with one mistake where there are no others."""
        wanted = folded(typed)
        if not wanted:
            return []
        shelves = self._shelves_of(catalogue, popular)
        found = _distinct((shelf.beginning(wanted, limit) for shelf in shelves), limit)
        if not found and may_be_mistaken(wanted):
            meant = corrections(wanted)
            found = _distinct((shelf.beginning_like(wanted, meant) for shelf in shelves), limit)
        return found

    def _shelves_of(
        self, catalogue: CatalogueSnapshot, popular: Popular | None
    ) -> "tuple[_Shelf, ...]":
        made_for = (catalogue.id, popular.id if popular else "")
        if made_for != self._made_for:
            shelves = [_Shelf(catalogue.suggestions, _popularity(catalogue, popular))]
            if queries := popular.queries() if popular else []:
                phrases = Suggestions.of(Phrase(text, "query") for text, _ in queries)
                shelves.append(
                    _Shelf(phrases, np.array([share for _, share in queries], np.float32))
                )
            self._shelves, self._made_for = tuple(shelves), made_for
        return self._shelves


class _Shelf:
    """Phrases with the popularity of each, float32 [phrases], at most 1."""

    def __init__(self, suggestions: Suggestions, popularity: Floats) -> None:
        self._suggestions = suggestions
        kinds = np.array([_BY_KIND[kind] for kind in KINDS], np.float32)
        self._scores: Floats = popularity + kinds[suggestions.kinds]

    def beginning(self, wanted: str, limit: int) -> Iterator[tuple[float, Phrase]]:
        """Yield the best phrases with words that begin with a folded text, best first."""
        span = self._suggestions.beginning(wanted)
        positions = np.arange(span.start, span.stop)
        for score, position in self._best(positions, limit * READ_FOR_EACH):
            yield score, self._phrase(position)

    def beginning_like(
        self, wanted: str, meant: tuple[Keys, Keys]
    ) -> Iterator[tuple[float, Phrase]]:
        """Yield the best phrases with words that begin so but for one mistake, best first."""
        positions = self._suggestions.between(*meant)
        # Keys hold all of a shorter text, so that whatever has one of them is meant.
        is_told = len(wanted) < KEY_BYTES
        for score, position in self._best(positions, MOST_READ):
            if is_told or begins_but_for_one(self._suggestions.start(position), wanted):
                yield score, self._phrase(position)

    def _best(self, positions: Positions, most: int) -> Iterator[tuple[float, int]]:
        suggestions = self._suggestions
        scores = self._scores[suggestions.phrases[positions]]
        scores += np.float32(_BEGINNING) * (suggestions.places[positions] == 0)
        if len(positions) > most:
            kept = np.argpartition(-scores, most)[:most]
            positions, scores = positions[kept], scores[kept]
        order = np.lexsort((positions, -scores))
        yield from zip(scores[order].tolist(), positions[order].tolist(), strict=True)

    def _phrase(self, position: int) -> Phrase:
        return self._suggestions.phrase(int(self._suggestions.phrases[position]))


def _distinct(ranked: Iterable[Iterator[tuple[float, Phrase]]], limit: int) -> list[Suggestion]:
    """Return the best of several rankings, each text once, however it is written."""
    best: dict[str, tuple[float, Phrase]] = {}
    for ranking in ranked:
        own: dict[str, tuple[float, Phrase]] = {}
        for score, phrase in ranking:
            own.setdefault(folded(phrase.text), (score, phrase))
            if len(own) == limit:
                break
        for key, (score, phrase) in own.items():
            if key not in best or score > best[key][0]:
                best[key] = (score, phrase)
    order = sorted(best.values(), key=lambda each: -each[0])[:limit]
    return [Suggestion(phrase.text, phrase.kind) for _, phrase in order]


def _popularity(catalogue: CatalogueSnapshot, popular: Popular | None) -> Floats:
    """Return how popular each phrase of a catalogue is: a product that is out of stock is not."""
    suggestions = catalogue.suggestions
    items = popular.by_row(catalogue) * catalogue.in_stock if popular else None
    popularity = np.zeros(len(suggestions), np.float32)
    is_product = suggestions.kinds == KINDS.index("product")
    if items is not None:
        popularity[is_product] = items[suggestions.rows[is_product]]
    for kind, column in (("brand", catalogue.brands), ("category", catalogue.categories)):
        shares = _shares(column, items)
        for number in np.flatnonzero(suggestions.kinds == KINDS.index(kind)).tolist():
            popularity[number] = shares.get(suggestions.phrase(number).text, 0.0)
    return popularity


def _shares(column: Codes, items: Floats | None) -> dict[str, float]:
    """Return how popular the products of each brand, or in each level, are against the most."""
    known = items is not None and bool(items.any())
    sums = np.bincount(column.codes, items if known else None, len(column.values))
    levels: dict[str, float] = {}
    for text, total in zip(column.values, sums.tolist(), strict=True):
        for level in {*split_category(text), text} - {""}:
            levels[level] = levels.get(level, 0.0) + total
    most = max(levels.values(), default=0.0)
    return {
        level: total / most * (1 if known else _BY_COUNT) for level, total in levels.items() if most
    }
