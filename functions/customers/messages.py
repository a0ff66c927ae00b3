"""Requests and responses of the customers routes."""

from datetime import UTC, datetime
from typing import Annotated, Self

from msgspec import Meta

from concierge.http import Body, Message
from concierge.shop.customers import Correction
from concierge.shop.events import EventType
from concierge.shop.profile import MOST_MUTED, Action, Personalization, Profile, decayed_tags

Tag = Annotated[str, Meta(min_length=1, max_length=300)]
Limited = Annotated[
    Personalization,
    Meta(description="While off, nothing of the customer is recorded or used."),
]
Tags = Annotated[list[Tag], Meta(max_length=MOST_MUTED)]


class MutedChange(Message, frozen=True, kw_only=True):
    """Tags to mute and to unmute: `category:…`, `brand:…`, `price:…` or `item:<item_id>`."""

    add: Tags = []
    remove: Tags = []


class CorrectionRequest(Message, frozen=True, kw_only=True):
    """Change what is kept; what is absent stays."""

    muted: MutedChange | None = None
    personalization: Limited | None = None

    def __post_init__(self) -> None:
        """Refuse a correction that changes nothing."""
        if self.muted is None and self.personalization is None:
            raise ValueError("give at least one of muted and personalization")

    def to_correction(self) -> Correction:
        """Return the correction of the domain."""
        muted = self.muted or MutedChange()
        return Correction(frozenset(muted.add), frozenset(muted.remove), self.personalization)


class Interest(Body, frozen=True, kw_only=True):
    """How much a customer likes what carries a tag, by now; below zero is dislike."""

    tag: str
    score: float


class ActionBody(Body, frozen=True, kw_only=True):
    """Something that the customer did lately."""

    type: EventType
    occurred_at: datetime
    item_id: str | None = None
    query: str | None = None

    @classmethod
    def of(cls, action: Action) -> Self:
        """Return the action as it is sent."""
        return cls(
            type=action.type,
            occurred_at=_moment(action.at),
            item_id=action.item_id or None,
            query=action.query or None,
        )


class Purchase(Body, frozen=True, kw_only=True):
    """How often the customer bought an item, and when last."""

    item_id: str
    occurred_at: datetime
    times: int


class CustomerResponse(Body, frozen=True, kw_only=True):
    """All that is kept about a customer."""

    customer_id: str
    personalization: Personalization
    muted: list[str]
    interests: list[Interest]
    recent_actions: list[ActionBody]
    purchases: list[Purchase]
    sessions: list[str]

    @classmethod
    def of(cls, profile: Profile, now: datetime) -> Self:
        """Return the profile as it is sent, with its interests as of now."""
        tags = decayed_tags(profile, now.timestamp())
        return cls(
            customer_id=profile.actor.id,
            personalization=profile.personalization,
            muted=sorted(profile.muted),
            interests=[
                Interest(tag=tag, score=round(score, 6))
                for tag, score in sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))
            ],
            recent_actions=[ActionBody.of(action) for action in profile.actions],
            purchases=[
                Purchase(item_id=item_id, occurred_at=_moment(bought.at), times=bought.times)
                for item_id, bought in profile.purchases.items()
            ],
            sessions=list(profile.sessions),
        )


def _moment(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)
