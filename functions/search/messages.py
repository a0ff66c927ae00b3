"""Requests and responses of the search routes."""

from typing import Annotated, Self

from msgspec import Meta

from concierge.http import Body, Message
from concierge.messages import (
    Degraded,
    Explain,
    ExpressionText,
    FilterBody,
    FilterParameters,
    Limit,
    PageToken,
    PartBody,
    ProductBody,
    Versions,
    condition_of,
)
from concierge.searching.searcher import Hit, SearchQuery, SearchResult

Query = Annotated[str, Meta(min_length=1, max_length=1_000, pattern=r"\S")]
Ratio = Annotated[
    float, Meta(ge=0, le=1, description="0 searches by words alone, 1 by meaning alone.")
]


class SearchRequest(Message, frozen=True, kw_only=True):
    """Search the catalogue by words and by meaning."""

    query: Query
    filter: FilterBody | ExpressionText = FilterBody()
    filter_parameters: FilterParameters = {}
    semantic_ratio: Ratio = 0.5
    explain: Explain = False
    limit: Limit = 25
    next_token: PageToken | None = None

    def to_query(self) -> SearchQuery:
        """Return the query of the domain."""
        return SearchQuery(
            text=self.query.strip(),
            filter=condition_of(self.filter, self.filter_parameters),
            semantic_ratio=self.semantic_ratio,
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
    """One page of hits; `total` counts all pages."""

    hits: list[FoundItem]
    total: int
    next_token: str | None = None
    degraded: Degraded
    versions: Versions

    @classmethod
    def of(cls, result: SearchResult, *, explain: bool) -> Self:
        """Return the page as it is sent."""
        return cls(
            hits=[FoundItem.of(hit, explain=explain) for hit in result.hits],
            total=result.total,
            next_token=result.next_token,
            degraded=list(result.degraded),
            versions=Versions(model=result.model_id, catalogue=result.catalogue_id),
        )


class SuggestRequest(Message, frozen=True, kw_only=True):
    """What has been typed so far."""

    q: Annotated[str, Meta(min_length=1, max_length=100)]
    limit: Annotated[int, Meta(ge=1, le=20)] = 8


class SuggestResponse(Body, frozen=True, kw_only=True):
    """Completions of what has been typed."""

    suggestions: list[str]
