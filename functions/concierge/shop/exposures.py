"""What is kept of an exploring list: which item was drawn for a place, and how likely that was."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from concierge.shop.events import Event, EventType
from concierge.shop.profile import Actor
from concierge.shop.recommendation_ids import RecommendationId

# No draw of ours is less likely (`recommending.exploring`). What claims to be would outweigh all
# others in an estimate, so it is no exposure.
LEAST_PROPENSITY = 0.005
MOST_CHOICES = 255


@dataclass(frozen=True, slots=True)
class Exposure:
    """The draw for one place of a list.

    `propensity` is the probability that this item was drawn, `position` its place in the list and
    `rank` its place among the `choices` as they were ranked, both counted from 1.
    """

    propensity: float
    position: int
    rank: int
    choices: int

    @classmethod
    def read(cls, event: Event) -> Self | None:
        """Return what `to_event` wrote, or None for an event that a client sent."""
        told = event.properties
        made = RecommendationId.read(event.recommendation_id)
        if made is None or made.arm != "exploring" or told.get("logged") is not True:
            return None
        propensity = told.get("propensity", 0)
        counts = [told.get(name) for name in ("position", "rank", "choices")]
        whole = [count for count in counts if type(count) is int and 1 <= count <= MOST_CHOICES]
        if event.type is not EventType.IMPRESSION or len(whole) < len(counts):
            return None
        is_possible = isinstance(propensity, int | float) and LEAST_PROPENSITY <= propensity <= 1
        return cls(float(propensity), *whole) if is_possible else None

    def to_event(
        self, recommendation_id: RecommendationId, actor: Actor, item_id: str, at: datetime
    ) -> Event:
        """Return the impression that keeps this exposure in the archive."""
        properties: dict[str, Any] = {"logged": True, **asdict(self)}
        return Event(
            event_id=f"exposure:{recommendation_id}",
            type=EventType.IMPRESSION,
            occurred_at=at,
            customer_id=actor.id if actor.kind == "customer" else "",
            session_id=actor.id if actor.kind == "session" else "",
            item_id=item_id,
            recommendation_id=str(recommendation_id),
            properties=properties,
        )
