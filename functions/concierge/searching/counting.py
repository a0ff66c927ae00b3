"""Which facets a search counts, and over which products."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from concierge.errors import InvalidRecord
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.filters import Condition, Filter
from concierge.searching.asking import SearchQuery
from concierge.searching.attempts import Attempt
from concierge.searching.candidates import Candidates
from concierge.searching.facets import Facet, check_facets, count_facets

_NO_CONDITION: Mapping[str, Mapping[str, Any]] = {
    "brand": {"brands": ()},
    "category": {"categories": ()},
    "language": {"languages": ()},
    "price": {"price_min": None, "price_max": None},
    "in_stock": {"in_stock": None},
}


class Counting:
    """The facets of one search; raises InvalidRecord for one that cannot be counted."""

    def __init__(self, query: SearchQuery, catalogue: CatalogueSnapshot) -> None:
        self._query = query
        self._catalogue = catalogue
        check_facets(query.facets, catalogue, "facets")
        check_facets(query.disjunctive_facets, catalogue, "disjunctive_facets")
        if query.disjunctive_facets and not isinstance(query.filter, Filter):
            raise InvalidRecord(
                "disjunctive_facets",
                "an expression cannot be taken apart by facet; send the filter as an object",
            )

    def facets(self, attempt: Attempt, found: Candidates) -> Mapping[str, Facet]:
        """Return every facet over what was found, disjunctive ones over what would be without them."""
        query, catalogue = self._query, self._catalogue
        facets = dict(count_facets(query.facets, catalogue, found.rows, query.facet_limit))
        for name in query.disjunctive_facets:
            wider = _without(query.filter, name)
            rows = found.rows
            if wider != query.filter:
                rows = attempt.among(wider.mask(catalogue)).rows
            facets |= count_facets([name], catalogue, rows, query.facet_limit)
        return facets


def _without(condition: Condition, facet: str) -> Condition:
    if not isinstance(condition, Filter) or facet not in _NO_CONDITION:
        return condition
    return replace(condition, **_NO_CONDITION[facet])
