"""Search by words and by meaning together: one candidate set for hits, total, facets and pages."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from concierge.errors import Unavailable
from concierge.language.encoder import TextEncoder
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.encoders import Encoders
from concierge.retrieval.live import Live
from concierge.searching.aids import NO_AIDS, Aids
from concierge.searching.asking import SearchQuery, SearchResult
from concierge.searching.attempts import Attempt, first_that_finds
from concierge.searching.candidates import Candidates, Matches
from concierge.searching.counting import Counting
from concierge.searching.page import Page
from concierge.searching.pages import read_place, write_place
from concierge.searching.standing import Standing
from concierge.searching.suggesting import Suggester, Suggestion
from concierge.searching.understanding.understood import Understanding

if TYPE_CHECKING:
    from concierge.searching.understanding.understander import Understander

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


class Searcher:
    """Searches the catalogue in force."""

    def __init__(
        self,
        catalogue: Live[CatalogueSnapshot],
        encoders: Encoders,
        aids: Aids = NO_AIDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._catalogue = catalogue
        self._encoders = encoders
        self._aids = aids
        self._clock = clock
        self._standing = Standing()
        self._suggester = Suggester()
        self._understander: Understander | None = None

    def search(self, query: SearchQuery) -> SearchResult:
        """Return one page of hits; raise InvalidRecord for an unknown facet, or StalePageToken."""
        catalogue = self._catalogue.get()
        encoder = self._encoders.get(catalogue.model)
        request = _request(query)
        place = read_place(query.next_token, request)
        counting = Counting(query, catalogue)
        attempt, found = self._found(query, catalogue, encoder)
        now = place.at if place else self._clock()
        ranked, degraded = self._ranked(query, catalogue, found, now)
        page = Page(ranked, catalogue, query.sort)
        positions = page.positions_after(place, query.limit)
        more = len(positions) > query.limit
        return SearchResult(
            hits=tuple(page.hit(int(position)) for position in positions[: query.limit]),
            total=len(found.rows),
            next_token=write_place(page.place(int(positions[query.limit - 1]), now), request)
            if more
            else None,
            degraded=(*(("semantic",) if attempt.matches.degraded else ()), *degraded),
            catalogue_id=catalogue.id,
            model_id=encoder.model.id if encoder else None,
            facets=counting.facets(attempt, found),
            understood=attempt.understood,
            corrected=attempt.matches.corrected,
            relaxed=attempt.relaxed,
            catalogue_changed=place is not None and place.catalogue_id != catalogue.id,
        )

    def suggest(self, typed: str, limit: int) -> list[Suggestion]:
        """Return completions of what is being typed, or raise OldSnapshot."""
        catalogue = self._catalogue.get()
        return self._suggester.suggest(typed, limit, catalogue, self._aids.popular())

    def _found(
        self, query: SearchQuery, catalogue: CatalogueSnapshot, encoder: TextEncoder | None
    ) -> tuple[Attempt, Candidates]:
        allowed = query.filter.mask(catalogue)
        understood = self._understood(query, catalogue, allowed)
        match = partial(Matches, catalogue, encoder, self._aids.synonyms(), query.semantic_ratio)
        return first_that_finds(query, understood, catalogue, match, allowed)

    def _understood(
        self, query: SearchQuery, catalogue: CatalogueSnapshot, allowed: Mask
    ) -> Understanding:
        if not query.understand or not query.text:
            return Understanding(query.text)
        if self._understander is None:
            # Late: a search without a text, or one that is not to be understood, starts sooner.
            from concierge.searching.understanding.understander import Understander

            self._understander = Understander()
        return self._understander.understand(query.text, catalogue, query.ignore, allowed)

    def _ranked(
        self, query: SearchQuery, catalogue: CatalogueSnapshot, found: Candidates, now: float
    ) -> tuple[Candidates, tuple[str, ...]]:
        """Add the small parts, each of them a bounded share of a row's own relevance."""
        shares = self._standing.shares(catalogue, self._aids.popular())
        columns = dict(found.columns)
        columns |= {name: share[found.rows] * found.relevance for name, share in shares.items()}
        degraded: tuple[str, ...] = ()
        if query.personalization != "off" and (query.customer_id or query.session_id):
            try:
                liking = self._aids.liking()
                liked = liking.shares(query, catalogue, found.rows, now) if liking else None
                if liked is not None:
                    columns["personal"] = liked * found.relevance
            except Unavailable:
                degraded = ("profile",)
        return replace(found, columns=columns), degraded


def _request(query: SearchQuery) -> tuple[Any, ...]:
    """Return what a page token must not be used across."""
    return (
        query.text,
        query.filter,
        query.semantic_ratio,
        query.sort,
        query.personalization,
        query.customer_id,
        query.session_id,
        query.understand,
        query.ignore,
        query.relax,
    )
