"""Requests and responses of the search routes."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from msgspec import Meta

from concierge.http import Body, Message
from concierge.messages import (
    Degraded,
    Explain,
    ExpressionText,
    FilterBody,
    FilterParameters,
    Id,
    Limit,
    PartBody,
    ProductBody,
    Versions,
    condition_of,
)
from concierge.retrieval.suggestions import PhraseKind
from concierge.searching.asking import Hit, Relaxation, SearchQuery, SearchResult
from concierge.searching.suggesting import Suggestion
from search.facet_messages import FacetBody, facet_body
from search.understood_messages import NotUnderstoodBody, UnderstoodBody

# What nobody types and no word is made of; a space for each keeps the places of what is understood.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Query = Annotated[
    str,
    Meta(
        max_length=1_000,
        description="What the customer typed; without it, all that the filter lets through.",
    ),
]
Ratio = Annotated[
    float, Meta(ge=0, le=1, description="0 searches by words alone, 1 by meaning alone.")
]
Sort = Annotated[
    Literal["relevance", "price_asc", "price_desc", "newest"],
    Meta(description="Ties by relevance; what has no price or date comes last."),
]
FacetNames = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=300)]],
    Meta(
        max_length=20,
        description="brand, category, currency, in_stock, language, price, attributes.<name>.",
    ),
]
DisjunctiveFacets = Annotated[
    FacetNames,
    Meta(description="Facets that are counted as if the filter had no condition on them."),
]
PersonalizationName = Annotated[
    Literal["off", "session", "full"],
    Meta(description="What of a profile may reorder hits a little; off reads none."),
]
PageToken = Annotated[
    str, Meta(max_length=1_000, description="From the page before, with the same request.")
]


Corrected = Annotated[
    str | None, Meta(description="The query as it was taken, where words of it were misspelt.")
]
Relaxed = Annotated[
    bool, Meta(description="Nothing matched all of what was asked, so that less was asked.")
]
RelaxedBy = Annotated[
    list[Relaxation],
    Meta(description="What was given up: filters understood from the text, words."),
]
CatalogueChanged = Annotated[
    bool,
    Meta(description="Earlier pages came from another catalogue: a hit may repeat or be missed."),
]


Understand = Annotated[
    bool, Meta(description="Read prices, sizes, colours, brands, categories and stock as filters.")
]
Ignored = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=300)]],
    Meta(max_length=50, description="Ids of `understood`, or kinds, that are not to be filters."),
]
Relax = Annotated[bool, Meta(description="Ask for less where nothing has all of what was asked.")]


class SearchRequest(Message, frozen=True, kw_only=True):
    """Search the catalogue by words and by meaning."""

    query: Query = ""
    filter: FilterBody | ExpressionText = FilterBody()
    filter_parameters: FilterParameters = {}
    semantic_ratio: Ratio = 0.5
    sort: Sort = "relevance"
    facets: FacetNames = []
    disjunctive_facets: DisjunctiveFacets = []
    facet_limit: Annotated[int, Meta(ge=1, le=100)] = 10
    customer_id: Id | None = None
    session_id: Id | None = None
    personalization: PersonalizationName = "full"
    understand: Understand = True
    ignore: Ignored = []
    relax: Relax = True
    explain: Explain = False
    limit: Limit = 25
    next_token: PageToken | None = None

    def to_query(self) -> SearchQuery:
        """Return the query of the domain."""
        text = _CONTROL.sub(" ", self.query)
        return SearchQuery(
            text=text if text.strip() else "",
            filter=condition_of(self.filter, self.filter_parameters),
            semantic_ratio=self.semantic_ratio,
            sort=self.sort,
            facets=tuple(dict.fromkeys(self.facets)),
            facet_limit=self.facet_limit,
            disjunctive_facets=tuple(dict.fromkeys(self.disjunctive_facets)),
            customer_id=self.customer_id or "",
            session_id=self.session_id or "",
            personalization=self.personalization,
            understand=self.understand,
            ignore=tuple(self.ignore),
            relax=self.relax,
            limit=self.limit,
            next_token=self.next_token,
        )


class FoundItem(Body, frozen=True, kw_only=True):
    """One product found."""

    item_id: str
    score: float
    product: ProductBody
    parts: list[PartBody] | None = None

    @classmethod
    def of(cls, hit: Hit, *, explain: bool) -> Self:
        """Return the hit as it is sent."""
        parts = [PartBody.of(part) for part in hit.parts] if explain else None
        product = ProductBody.of(hit.product)
        return cls(item_id=product.item_id, score=hit.score, product=product, parts=parts)


class SearchResponse(Body, frozen=True, kw_only=True):
    """One page of hits; `total` and `facets` count all pages."""

    hits: list[FoundItem]
    total: int
    facets: dict[str, FacetBody] = {}
    understood: list[UnderstoodBody] = []
    not_understood: list[NotUnderstoodBody] = []
    corrected: Corrected = None
    relaxed: Relaxed = False
    relaxed_by: RelaxedBy = []
    catalogue_changed: CatalogueChanged = False
    next_token: str | None = None
    degraded: Degraded
    versions: Versions

    @classmethod
    def of(cls, result: SearchResult, *, explain: bool) -> Self:
        """Return the page as it is sent."""
        return cls(
            hits=[FoundItem.of(hit, explain=explain) for hit in result.hits],
            total=result.total,
            facets={name: facet_body(facet) for name, facet in result.facets.items()},
            understood=[UnderstoodBody.of(part) for part in result.understood.parts],
            not_understood=[NotUnderstoodBody.of(each) for each in result.understood.dropped],
            corrected=result.corrected,
            relaxed=bool(result.relaxed),
            relaxed_by=list(result.relaxed),
            catalogue_changed=result.catalogue_changed,
            next_token=result.next_token,
            degraded=list(result.degraded),
            versions=Versions(model=result.model_id, catalogue=result.catalogue_id),
        )


class SuggestRequest(Message, frozen=True, kw_only=True):
    """What has been typed so far."""

    q: Annotated[str, Meta(min_length=1, max_length=100)]
    limit: Annotated[int, Meta(ge=1, le=20)] = 8


class SuggestionBody(Body, frozen=True, kw_only=True):
    """One completion."""

    text: str
    kind: Annotated[
        PhraseKind,
        Meta(
            description="A query that other customers found something with, or what the shop has."
        ),
    ]

    @classmethod
    def of(cls, suggestion: Suggestion) -> Self:
        """Return the completion as it is sent."""
        return cls(text=suggestion.text, kind=suggestion.kind)


class SuggestResponse(Body, frozen=True, kw_only=True):
    """Completions of what has been typed, the most popular first."""

    suggestions: list[SuggestionBody]

    @classmethod
    def of(cls, suggestions: Sequence[Suggestion]) -> Self:
        """Return the completions as they are sent."""
        return cls(suggestions=[SuggestionBody.of(each) for each in suggestions])
