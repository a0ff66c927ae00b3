"""Choose among the readings of a query those that are filters together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.searching.understanding import writing
from concierge.searching.understanding.candidate import FAR, MOST, Candidate, Span
from concierge.searching.understanding.evidence import Evidence, says_something
from concierge.searching.understanding.understood import (
    KINDS,
    UNSEARCHED,
    Dropped,
    Part,
    Together,
    Understanding,
    without,
)

Mask = NDArray[np.bool_]


class Choice:
    """The choice among the candidates of one query; `allowed` are the rows of the request."""

    def __init__(self, query: str, catalogue: CatalogueSnapshot, allowed: Mask) -> None:
        self._query = query
        self._catalogue = catalogue
        self._allowed = allowed
        self._masks: dict[str, Mask] = {}
        self._dropped: list[Dropped] = []

    def of(self, read: Sequence[Candidate], names: Sequence[Span]) -> Understanding:
        """Return the query as understood; the words of `names` mean nothing by themselves."""
        self._dropped = [Dropped(each.part, "currency") for each in read if each.is_foreign]
        plain = [each for each in read if each.part.kind in UNSEARCHED]
        others = [
            each
            for each in read
            if each.part.kind not in UNSEARCHED and not any(map(each.overlaps, plain))
        ]
        kept = [each for each in plain if not each.is_foreign]
        kept = self._together(self._agreeing(kept, others, names))
        kept += self._categories(kept, [each for each in others if each.is_whole])
        parts = tuple(sorted((each.part for each in kept), key=lambda part: part.start))
        condition = Together(_expression(kept), self._rows(kept)) if kept else None
        return Understanding(self._query, parts, tuple(self._dropped), condition)

    def _agreeing(
        self, plain: list[Candidate], others: Sequence[Candidate], names: Sequence[Span]
    ) -> list[Candidate]:
        """Add what enough of the products have that the words find best; of one word alone, most.

        They are looked for among products of the price, if there are any.
        """
        words = self._rest(plain)
        priced = self._mask(plain)
        evidence = self._evidence(words, priced if priced.any() else self._allowed)
        chosen = list(plain)
        for each in others:
            if each.is_whole or any(map(each.overlaps, chosen)) or _is_inside(each.part, names):
                continue
            is_alone = not says_something(self._rest([each, *plain]))
            wanted = MOST if is_alone and each.share else each.share
            if not wanted or evidence.share(self._mask([each]), each.near) >= wanted:
                chosen.append(each)
        return chosen

    def _together(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Give up the least sure until some product has all that is left and matches the rest."""
        kept = sorted(chosen, key=lambda each: (KINDS.index(each.part.kind), each.part.start))
        plain = self._mask([each for each in kept if each.part.kind in UNSEARCHED])
        rows = plain if plain.any() else self._allowed
        while kept and kept[-1].part.kind not in UNSEARCHED:
            mask, rest = self._mask(kept), self._rest(kept)
            matches = not says_something(rest) or self._evidence(rest, rows).matches(mask)
            if mask.any() and (matches or (matches is None and kept[-1].part.kind != "colour")):
                break
            least = kept.pop()
            if matches is not None or not mask.any():
                self._dropped.append(Dropped(least.part, "no_product"))
        return kept

    def _categories(
        self, kept: Sequence[Candidate], categories: Sequence[Candidate]
    ) -> list[Candidate]:
        """Return the categories where nothing else is left, and all that their words find has them.

        Who wants `running headphones` may want earbuds, and so may who wants `headphones` in a shop
        that calls its earbuds so.
        """
        free = [each for each in categories if not any(map(each.overlaps, kept))]
        if not free or says_something(self._rest([*kept, *free])):
            return []
        evidence = self._evidence(" ".join(each.part.text for each in free), self._mask(kept))
        return free if evidence.share(self._mask(free), FAR) == 1 else []

    def _evidence(self, text: str, rows: Mask) -> Evidence:
        return Evidence(self._catalogue.lexical.relevance(text), rows)

    def _rest(self, chosen: Sequence[Candidate]) -> str:
        return without(self._query, [each.part for each in chosen])

    def _mask(self, chosen: Sequence[Candidate]) -> Mask:
        """Return which rows of the request have all."""
        return self._rows(chosen) & self._allowed

    def _rows(self, chosen: Sequence[Candidate]) -> Mask:
        """Return which rows have all: one of each group."""
        groups: dict[str, Mask] = {}
        for each in chosen:
            mask = self._mask_of(each.part.expression)
            groups[each.group] = groups[each.group] | mask if each.group in groups else mask
        rows = np.ones(len(self._catalogue), np.bool_)
        for mask in groups.values():
            rows &= mask
        return rows

    def _mask_of(self, expression: str) -> Mask:
        if expression not in self._masks:
            # Late: few queries need what reads expressions, which takes a part of a cold start.
            from concierge.retrieval.expressions import parse_expression

            self._masks[expression] = parse_expression(expression).mask(self._catalogue)
        return self._masks[expression]


def _expression(chosen: Sequence[Candidate]) -> str:
    groups: dict[str, list[str]] = {}
    for each in chosen:
        groups.setdefault(each.group, []).append(each.part.expression)
    return writing.all_of([writing.any_of(conditions) for conditions in groups.values()])


def _is_inside(part: Part, names: Sequence[Span]) -> bool:
    length = part.end - part.start
    return any(
        start <= part.start and part.end <= end and end - start > length for start, end in names
    )
