"""What is asked of search, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from concierge.retrieval.filters import Condition, Filter
from concierge.retrieval.ranking import Part
from concierge.searching.facets import Facet
from concierge.searching.understanding.understood import Understanding
from concierge.shop.catalogue import Product
from concierge.shop.profile import Personalization

Sort = Literal["relevance", "price_asc", "price_desc", "newest"]
# What was given up to find anything: what was understood of the text, or all words being there.
Relaxation = Literal["filters", "words"]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is searched; without a text, everything that the filter lets through is found.

    `semantic_ratio` 0 is by words alone and 1 by meaning alone. `disjunctive_facets` are those that
    are counted as if the filter had no condition on them. `ignore` names what is not to be understood,
    as the parts of an earlier result do. `relax` lets a search that finds nothing ask for less.
    """

    text: str = ""
    filter: Condition = field(default_factory=Filter)
    semantic_ratio: float = 0.5
    sort: Sort = "relevance"
    facets: tuple[str, ...] = ()
    facet_limit: int = 10
    disjunctive_facets: tuple[str, ...] = ()
    customer_id: str = ""
    session_id: str = ""
    personalization: Personalization = "full"
    understand: bool = True
    ignore: tuple[str, ...] = ()
    relax: bool = True
    limit: int = 25
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One product found; `relevance` is its score without what does not come from the text."""

    product: Product
    score: float
    parts: tuple[Part, ...]
    relevance: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page; `total` and `facets` count all pages.

    `corrected` is the text as its misspelt words were taken, where there are any.
    `catalogue_changed` tells that earlier pages were made from another catalogue.
    """

    hits: tuple[Hit, ...]
    total: int
    next_token: str | None
    degraded: tuple[str, ...]
    catalogue_id: str
    model_id: str | None
    facets: Mapping[str, Facet] = field(default_factory=dict)
    understood: Understanding = field(default_factory=lambda: Understanding(""))
    corrected: str | None = None
    relaxed: tuple[Relaxation, ...] = ()
    catalogue_changed: bool = False
