"""What is asked of the recommender, and what it answers."""

from dataclasses import dataclass, field
from typing import Literal

from concierge.recommending.placements import Purchased
from concierge.recommending.seeds import Context
from concierge.retrieval.filters import Condition, Filter
from concierge.retrieval.ranking import Part
from concierge.shop.catalogue import Product
from concierge.shop.profile import Personalization

# Nothing, the strongest causes of each part, or every cause.
Explain = Literal["no", "yes", "full"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for recommendations, and what may be in them.

    Without `explain` only the strongest part of a score says what it is because of. None for
    `purchased` and `diversity` leaves both to the placement.
    """

    customer_id: str = ""
    session_id: str = ""
    placement: str = "for-you"
    context: Context = field(default_factory=Context)
    filter: Condition = field(default_factory=Filter)
    exclude_item_ids: tuple[str, ...] = ()
    personalization: Personalization = "full"
    purchased: Purchased | None = None
    diversity: float | None = None
    locale: str = "en"
    explain: Explain = "no"
    limit: int = 25
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class Recommended:
    """One item, with the parts that add up to its score and a sentence that says why."""

    product: Product
    score: float
    parts: tuple[Part, ...]
    reason: str
    promotion: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Recommendations:
    """One page of items, and what made them."""

    recommendation_id: str
    items: tuple[Recommended, ...]
    next_token: str | None
    degraded: tuple[str, ...]
    catalogue_id: str
    behaviour_id: str | None
    configuration_id: str | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """What recommendations are made from at present."""

    products: int
    catalogue_id: str
    model_id: str | None
    behaviour_id: str | None
    configuration_id: str | None
