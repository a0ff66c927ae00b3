"""Requests and responses of the search routes."""

from typing import Annotated, Self

from pydantic import BaseModel, Field

from concierge.http import Message
from concierge.messages import (
    Degraded,
    FilterBody,
    Limit,
    PageToken,
    PartBody,
    ProductBody,
    Versions,
)
from concierge.retrieval.searcher import Hit, SearchQuery, SearchResult

Ratio = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class SearchRequest(Message):
    """Search the catalogue by words and by meaning."""

    query: Annotated[str, Field(min_length=1, max_length=1_000)]
    filter: FilterBody = FilterBody()
    semantic_ratio: Ratio = Field(
        default=0.5, description="0 searches by words alone, 1 by meaning alone."
    )
    explain: bool = False
    limit: Limit = 25
    next_token: PageToken | None = None

    def to_query(self) -> SearchQuery:
        """Return the query of the domain."""
        return SearchQuery(
            text=self.query,
            filter=self.filter.to_filter(),
            semantic_ratio=self.semantic_ratio,
            limit=self.limit,
            next_token=self.next_token,
        )


class FoundItem(BaseModel):
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


class SearchResponse(BaseModel):
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


class SuggestRequest(Message):
    """What has been typed so far."""

    q: Annotated[str, Field(min_length=1, max_length=100)]
    limit: Annotated[int, Field(ge=1, le=20)] = 8


class SuggestResponse(BaseModel):
    """Completions of what has been typed."""

    suggestions: list[str]
