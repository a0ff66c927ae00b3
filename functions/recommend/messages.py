"""Requests and responses of the recommend routes."""

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
    Locale,
    PageToken,
    PartBody,
    ProductBody,
    Versions,
    condition_of,
)
from concierge.recommending.asking import Asked, Recommendations, Recommended
from concierge.recommending.asking import Explain as Explaining
from concierge.recommending.seeds import Context

Ids = Annotated[list[Id], Meta(max_length=500)]
Placement = Annotated[
    Literal["for-you", "cart", "trending", "best-sellers", "new", "recently-viewed", "buy-again"],
    Meta(description="Which list: its parts, and whose rules of the configuration it has."),
]
Relation = Annotated[
    Literal["similar", "bought-together", "also-viewed"],
    Meta(description="What makes an item belong: its content, baskets, or what came after it."),
]
Purchased = Annotated[
    Literal["auto", "exclude", "include"],
    Meta(description="Whether what was bought may come again; auto: what customers buy again."),
]
Diversity = Annotated[
    float, Meta(ge=0, le=1, description="From 0, the score alone, to 1; else the configuration's.")
]
ExplainMore = Annotated[
    Explain | Literal["full"],
    Meta(description="Add the parts that sum to each score; full names every cause of each."),
]


def _explaining(explain: ExplainMore) -> Explaining:
    if explain == "full":
        return "full"
    return "yes" if explain else "no"


class ContextBody(Message, frozen=True, kw_only=True):
    """What the page knows: items shown or in the cart, the category, what was searched."""

    item_ids: Annotated[list[Id], Meta(max_length=20)] = []
    category: Annotated[str, Meta(max_length=500)] = ""
    query: Annotated[str, Meta(max_length=200)] = ""

    def to_context(self) -> Context:
        """Return the context of the domain."""
        return Context(tuple(self.item_ids), self.category, self.query)


class RecommendationRequest(Message, frozen=True, kw_only=True):
    """Recommend for a customer, an anonymous session, or nobody in particular."""

    customer_id: Id | None = None
    session_id: Id | None = None
    placement: Placement = "for-you"
    context: ContextBody = ContextBody()
    filter: FilterBody | ExpressionText = FilterBody()
    filter_parameters: FilterParameters = {}
    exclude_item_ids: Ids = []
    purchased: Purchased | None = None
    diversity: Diversity | None = None
    personalization: Literal["off", "session", "full"] = "full"
    locale: Locale = "en"
    explain: ExplainMore = False
    limit: Limit = 25
    next_token: PageToken | None = None

    def to_asked(self) -> Asked:
        """Return what is asked, in the terms of the domain."""
        return Asked(
            customer_id=(self.customer_id or "").strip(),
            session_id=(self.session_id or "").strip(),
            placement=self.placement,
            context=self.context.to_context(),
            filter=condition_of(self.filter, self.filter_parameters),
            exclude_item_ids=tuple(self.exclude_item_ids),
            purchased=self.purchased,
            diversity=self.diversity,
            personalization=self.personalization,
            locale=self.locale,
            explain=_explaining(self.explain),
            limit=self.limit,
            next_token=self.next_token,
        )


class SimilarItemsRequest(Message, frozen=True, kw_only=True):
    """Find items that belong to these; a strict list is not filled up by likeness."""

    item_ids: Annotated[list[Id], Meta(min_length=1, max_length=20)]
    relation: Relation = "similar"
    strict: bool = False
    filter: FilterBody | ExpressionText = FilterBody()
    filter_parameters: FilterParameters = {}
    exclude_item_ids: Ids = []
    diversity: Diversity | None = None
    locale: Locale = "en"
    explain: ExplainMore = False
    limit: Limit = 25
    next_token: PageToken | None = None

    def to_asked(self) -> Asked:
        """Return what is asked, in the terms of the domain."""
        return Asked(
            placement=self.relation,
            diversity=self.diversity,
            filter=condition_of(self.filter, self.filter_parameters),
            exclude_item_ids=tuple(self.exclude_item_ids),
            locale=self.locale,
            explain=_explaining(self.explain),
            limit=self.limit,
            next_token=self.next_token,
            context=Context(item_ids=tuple(self.item_ids)),
        )


class RankRequest(Message, frozen=True, kw_only=True):
    """Put the caller's own items in the customer's order."""

    item_ids: Annotated[list[Id], Meta(min_length=1, max_length=500)]
    customer_id: Id | None = None
    session_id: Id | None = None
    placement: Annotated[
        Literal["rank", "search"],
        Meta(description="Whose rules apply: search for a page of search hits."),
    ] = "rank"
    context: ContextBody = ContextBody()
    personalization: Literal["off", "session", "full"] = "full"
    locale: Locale = "en"
    explain: ExplainMore = False

    def to_asked(self) -> Asked:
        """Return what is asked, in the terms of the domain."""
        return Asked(
            customer_id=(self.customer_id or "").strip(),
            session_id=(self.session_id or "").strip(),
            placement=self.placement,
            context=self.context.to_context(),
            personalization=self.personalization,
            locale=self.locale,
            explain=_explaining(self.explain),
            limit=len(self.item_ids),
        )


class RecommendedItem(Body, frozen=True, kw_only=True):
    """One recommended item."""

    item_id: str
    score: float
    reason: str
    product: ProductBody
    promotion: str | None = None
    pinned: bool | None = None
    parts: list[PartBody] | None = None

    @classmethod
    def of(cls, item: Recommended, *, explain: bool) -> Self:
        """Return the item as it is sent."""
        parts = [PartBody.of(part) for part in item.parts] if explain else None
        product = ProductBody.of(item.product)
        return cls(
            item_id=product.item_id,
            score=item.score,
            reason=item.reason,
            product=product,
            promotion=item.promotion or None,
            pinned=item.pinned or None,
            parts=parts,
        )


class RecommendationResponse(Body, frozen=True, kw_only=True):
    """One page of recommendations."""

    recommendation_id: str
    items: list[RecommendedItem]
    next_token: str | None = None
    degraded: Degraded
    versions: Versions

    @classmethod
    def of(cls, found: Recommendations, *, explain: bool) -> Self:
        """Return the page as it is sent."""
        return cls(
            recommendation_id=found.recommendation_id,
            items=[RecommendedItem.of(item, explain=explain) for item in found.items],
            next_token=found.next_token,
            degraded=list(found.degraded),
            versions=Versions(
                catalogue=found.catalogue_id,
                behaviour=found.behaviour_id,
                configuration=found.configuration_id,
            ),
        )


class Health(Body, frozen=True, kw_only=True):
    """Whether the service answers."""

    status: Literal["ok"]


class Info(Body, frozen=True, kw_only=True):
    """What is in force."""

    version: str
    versions: Versions
    products: int
