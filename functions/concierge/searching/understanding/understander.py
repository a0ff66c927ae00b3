"""Understand a query by the catalogue that it is asked of."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.filters import Condition
from concierge.searching.understanding import writing
from concierge.searching.understanding.candidate import Candidate, Span
from concierge.searching.understanding.candidates import candidates, longer_names
from concierge.searching.understanding.evidence import Evidence, says_something
from concierge.searching.understanding.plain import Plain
from concierge.searching.understanding.understood import (
    KINDS,
    UNSEARCHED,
    Dropped,
    Part,
    Understanding,
    without,
)
from concierge.searching.understanding.vocabulary import Vocabulary

Mask = NDArray[np.bool_]

# No query of a customer has more.
MOST_CANDIDATES = 12


class Understander:
    """Understands queries; keeps the vocabulary of the catalogue in force between calls."""

    def __init__(self) -> None:
        self._known: tuple[CatalogueSnapshot, Vocabulary] | None = None

    def understand(
        self,
        query: str,
        catalogue: CatalogueSnapshot,
        ignore: Collection[str] = (),
        allowed: Mask | None = None,
    ) -> Understanding:
        """Return what the query says, without the parts that are to be ignored.

        `allowed` are the rows that the request lets through; what none of them has is no filter.
        """
        vocabulary = self._vocabulary(catalogue)
        plain = Plain(query)
        read = [
            candidate
            for candidate in candidates(plain, vocabulary)
            if not {candidate.part.id, candidate.part.kind} & set(ignore)
        ]
        if not read:
            return Understanding(query)
        rows = np.ones(len(catalogue), np.bool_) if allowed is None else allowed
        choice = _Choice(query, catalogue, rows)
        return choice.of(read, longer_names(plain, vocabulary))

    def _vocabulary(self, catalogue: CatalogueSnapshot) -> Vocabulary:
        if self._known is None or self._known[0] is not catalogue:
            self._known = (catalogue, Vocabulary(catalogue))
        return self._known[1]


class _Choice:
    """The choice among candidates for one query."""

    def __init__(self, query: str, catalogue: CatalogueSnapshot, allowed: Mask) -> None:
        self._query = query
        self._catalogue = catalogue
        self._allowed = allowed
        self._masks: dict[str, Mask] = {}

    def of(self, read: Sequence[Candidate], names: Sequence[Span]) -> Understanding:
        """Return the query with the candidates that can be filters together."""
        dropped = [Dropped(each.part, "currency") for each in read if each.is_foreign]
        plain = [each for each in read if each.part.kind in UNSEARCHED and not each.is_foreign]
        others = [each for each in read if each.part.kind not in UNSEARCHED]
        evidence = self._evidence(plain)
        chosen = list(plain)
        for each in others[:MOST_CANDIDATES]:
            if any(each.overlaps(other) for other in read if other.part.kind in UNSEARCHED):
                continue
            if any(each.overlaps(other) for other in chosen) or _is_inside(each.part, names):
                continue
            if each.share == 0.0 or evidence.share(self._mask([each])) >= each.share:
                chosen.append(each)
        kept = self._together(self._doubtless(chosen), evidence, dropped)
        return self._understanding(kept, dropped)

    def _evidence(self, plain: Sequence[Candidate]) -> Evidence:
        """Return the evidence of the text without prices, among products of that price if any."""
        text = without(self._query, [each.part for each in plain])
        priced = self._mask(plain)
        rows = priced if priced.any() else self._allowed
        return Evidence(self._catalogue.lexical, text, rows)

    def _doubtless(self, chosen: list[Candidate]) -> list[Candidate]:
        """Leave out categories that exclude each other, and those with words beside them.

        Who wants `running headphones` may want earbuds.
        """
        others = [each for each in chosen if not each.is_whole]
        categories = [each for each in chosen if each.is_whole]
        rest = without(self._query, [each.part for each in chosen])
        if says_something(rest) or not self._mask(categories).any():
            return others
        return chosen

    def _together(
        self, chosen: list[Candidate], evidence: Evidence, dropped: list[Dropped]
    ) -> list[Candidate]:
        """Give up the least sure until some product has all that is left and matches the rest."""
        kept = sorted(chosen, key=lambda each: (KINDS.index(each.part.kind), each.part.start))
        while kept and kept[-1].part.kind not in UNSEARCHED:
            mask = self._mask(kept)
            rest = without(self._query, [each.part for each in kept])
            agrees = evidence.matches(mask, rest) if says_something(rest) else True
            if mask.any() and (agrees or (agrees is None and _is_sure(kept[-1]))):
                break
            least = kept.pop()
            if agrees is not None or not mask.any():
                dropped.append(Dropped(least.part, "no_product"))
        return kept

    def _mask(self, chosen: Sequence[Candidate]) -> Mask:
        """Return which rows have all: one of each group."""
        groups: dict[str, Mask] = {}
        for each in chosen:
            mask = self._mask_of(each.part.expression)
            groups[each.group] = groups[each.group] | mask if each.group in groups else mask
        rows = self._allowed
        for mask in groups.values():
            rows = rows & mask
        return rows

    def _mask_of(self, expression: str) -> Mask:
        if expression not in self._masks:
            self._masks[expression] = _parsed(expression).mask(self._catalogue)
        return self._masks[expression]

    def _understanding(self, kept: Sequence[Candidate], dropped: list[Dropped]) -> Understanding:
        parts = tuple(sorted((each.part for each in kept), key=lambda part: part.start))
        condition = _parsed(_expression(kept)) if kept else None
        return Understanding(self._query, parts, tuple(dropped), condition)


def _parsed(expression: str) -> Condition:
    # Late: what reads expressions is needed by few queries, and takes a part of a cold start.
    from concierge.retrieval.expressions import parse_expression

    return parse_expression(expression)


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


def _is_sure(candidate: Candidate) -> bool:
    return candidate.part.kind in {"brand", "size"}
