"""What a search asks for, and what it asks for instead where nothing has all of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.searching.asking import Relaxation, SearchQuery
from concierge.searching.candidates import Candidates, Matches
from concierge.searching.understanding.understood import Dropped, Understanding

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What matches a text, of the rows that its own words let through (None: all of them)."""

    matches: Matches
    understood: Understanding
    within: Mask | None = None
    relaxed: tuple[Relaxation, ...] = ()

    def among(self, allowed: Mask) -> Candidates:
        """Return what is relevant of the rows that the request's filter lets through."""
        inside = allowed if self.within is None else allowed & self.within
        return self.matches.among(inside, loose="words" in self.relaxed)


def first_that_finds(
    query: SearchQuery,
    understood: Understanding,
    catalogue: CatalogueSnapshot,
    match: Callable[[str], Matches],
    allowed: Mask,
) -> tuple[Attempt, Candidates]:
    """Return the first attempt that finds anything, or the first of all, and what it finds."""
    attempts = _attempts(query, understood, catalogue, match)
    first = next(attempts)
    found = nothing = first.among(allowed)
    if len(found.rows) or not query.relax or not allowed.any():
        return first, found
    for attempt in attempts:
        found = attempt.among(allowed)
        if len(found.rows):
            return attempt, found
    return first, nothing


def _attempts(
    query: SearchQuery,
    understood: Understanding,
    catalogue: CatalogueSnapshot,
    match: Callable[[str], Matches],
) -> Iterator[Attempt]:
    """Yield what to try: all that was understood, then the bare words, then some of them."""
    asked = match(understood.wording.strip())
    within = understood.condition.mask(catalogue) if understood.condition else None
    yield Attempt(asked, understood, within)
    if not query.text:
        return
    relaxed: tuple[Relaxation, ...] = ()
    if within is not None:
        relaxed = ("filters",)
        asked = asked if understood.wording == query.text else match(query.text)
        understood = given_up(understood)
        yield Attempt(asked, understood, None, relaxed)
    yield Attempt(asked, understood, None, (*relaxed, "words"))


def given_up(understood: Understanding) -> Understanding:
    """Return an understanding without its filters, which no product has together with the words."""
    dropped = (*understood.dropped, *(Dropped(part, "no_product") for part in understood.parts))
    return replace(understood, parts=(), condition=None, dropped=dropped)
