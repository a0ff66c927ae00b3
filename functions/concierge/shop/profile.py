"""What is kept about a customer, and how an event changes it.

Interest decays by half every `HALF_LIFE_S`. Tag scores are kept as of one moment and moved when
a later event arrives (forward decay, Cormode et al. 2009), so events may arrive in any order.
The bounds keep that: the newest actions and purchases are the same in any order. Order can matter
for the weakest beyond `MOST_TAGS` different tags, for how often something was bought that
`MOST_PURCHASES` newer items pushed out meanwhile, and for what was shown: an interest ends its count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from concierge.shop.catalogue import Product
from concierge.shop.events import Event, EventType
from concierge.shop.pace import Pace

HALF_LIFE_S = timedelta(days=30).total_seconds()
# Purchases are remembered longer than interest. Tried from 30 to 240 days on a year of orders:
# shorter forgets what is bought each season.
MEMORY_HALF_LIFE_S = timedelta(days=120).total_seconds()
SESSION_LIFE = timedelta(days=30)
# Bounds keep a profile in one small item, however busy the customer.
MOST_ACTIONS = 50
MOST_TAGS = 60
MOST_PURCHASES = 300
MOST_SHOWN = 200
MOST_IMPORTS = 20
MOST_MUTED = 200
MOST_SESSIONS = 20
# Enough of a query to search for it again.
QUERY_CHARACTERS = 200
# What a customer may mute: a tag of products, or one product as `item:<item_id>`.
MUTABLE_KINDS = ("category", "brand", "price", "item")

EVENT_WEIGHTS: Mapping[EventType, float] = {
    EventType.VIEW: 1.0,
    EventType.SEARCH: 0.5,
    EventType.ADD_TO_CART: 3.0,
    EventType.REMOVE_FROM_CART: -2.0,
    EventType.PURCHASE: 5.0,
    EventType.RATING: 0.0,  # see weight_of: the stars decide
    EventType.IMPRESSION: 0.0,
}

NEUTRAL_STARS = 3.0

Personalization = Literal["off", "session", "full"]
ActorKind = Literal["customer", "session"]


@dataclass(frozen=True, slots=True, order=True)
class Actor:
    """Whose profile it is: a customer, or an anonymous session."""

    kind: ActorKind
    id: str


@dataclass(frozen=True, slots=True)
class Action:
    """One recent event, as much of it as later requests need; `at` is in epoch seconds."""

    type: EventType
    at: float
    weight: float
    item_id: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Bought:
    """An item's purchases: the latest in epoch seconds, how many, their decayed sum as of the latest."""

    at: float
    times: int = 1
    memory: float = 1.0

    def and_also(self, other: "Bought") -> "Bought":
        """Return both together, in whichever order they come."""
        newest = max(self.at, other.at)
        memory = sum(each.memory_at(newest) for each in (self, other))
        return Bought(newest, self.times + other.times, memory)

    def memory_at(self, moment: float) -> float:
        """Return the decayed sum as of a later moment."""
        return float(self.memory * 0.5 ** ((moment - self.at) / MEMORY_HALF_LIFE_S))


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of one actor.

    `tags` hold their scores as of `as_of`. `shown` counts the impressions of an item since the
    customer last took an interest in it, with the latest in epoch seconds. `muted` names what never to recommend, as `<kind>:<value>` (MUTABLE_KINDS).
    A session that logged in keeps nothing but `merged_into`, the customer's id; the customer's
    `sessions` name those, newest last. `pace` tells customers
    from programs. `version` is 0 for a profile that was never written.
    """

    actor: Actor
    version: int = 0
    as_of: float = 0.0
    actions: tuple[Action, ...] = ()
    tags: Mapping[str, float] = field(default_factory=dict)
    purchases: Mapping[str, Bought] = field(default_factory=dict)
    shown: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    muted: frozenset[str] = frozenset()
    personalization: Personalization = "full"
    merged_into: str = ""
    imports: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    pace: Pace = field(default_factory=Pace)


def actor_of(event: Event) -> Actor:
    """Return whose profile an event changes: the customer's, where one is named."""
    if event.customer_id:
        return Actor("customer", event.customer_id)
    return Actor("session", event.session_id)


def weight_of(event: Event) -> float:
    """Return how much an event tells about taste; low ratings count against."""
    if event.type is EventType.RATING:
        return event.value - NEUTRAL_STARS if event.value is not None else 0.0
    return EVENT_WEIGHTS[event.type]


def record(profile: Profile, event: Event, product: Product | None) -> Profile:
    """Return the profile after one event; an unknown product leaves the tags alone.

    A customer who switched personalization off has nothing recorded.
    """
    if profile.personalization == "off":
        return profile
    at = event.occurred_at.timestamp()
    weight = weight_of(event)
    tags, as_of = profile.tags, profile.as_of
    if product is not None and weight:
        tags, as_of = _with_interest(profile, product.tags, weight, at)
    actions = profile.actions
    if event.type is not EventType.IMPRESSION:
        action = Action(event.type, at, weight, event.item_id, event.query[:QUERY_CHARACTERS])
        comes_first = not actions or _rank(action) <= _rank(actions[0])
        # Events mostly come in the order of time, and nothing needs sorting.
        newer = (action, *actions)
        actions = newer[:MOST_ACTIONS] if comes_first else _newest(newer)
    purchases = profile.purchases
    if event.type is EventType.PURCHASE:
        purchases = _latest(_bought(purchases, {event.item_id: Bought(at)}))
    return replace(
        profile,
        tags=tags,
        as_of=as_of,
        actions=actions,
        purchases=purchases,
        shown=_shown(profile.shown, event, at, weight),
    )


def merge(customer: Profile, session: Profile) -> Profile:
    """Return the customer's profile with everything that the session did before logging in."""
    others = [each for each in customer.sessions if each != session.actor.id]
    sessions = (*others, session.actor.id)[-MOST_SESSIONS:]
    if customer.personalization == "off":
        return replace(customer, sessions=sessions)
    as_of = max(customer.as_of, session.as_of)
    tags = dict(decayed_tags(customer, as_of))
    for tag, score in decayed_tags(session, as_of).items():
        tags[tag] = tags.get(tag, 0.0) + score
    return replace(
        customer,
        as_of=as_of,
        tags=_strongest(tags),
        actions=_newest((*customer.actions, *session.actions)),
        purchases=_latest(_bought(customer.purchases, session.purchases)),
        shown=_newest_shown({**customer.shown, **session.shown}),
        sessions=sessions,
        pace=customer.pace.joined(session.pace),
    )


def emptied_into(session: Profile, customer_id: str) -> Profile:
    """Return what is left of a session after its merge: a pointer to the customer."""
    return Profile(actor=session.actor, version=session.version, merged_into=customer_id)


def decayed_tags(profile: Profile, at: float) -> dict[str, float]:
    """Return the tag scores as of a moment in epoch seconds."""
    factor = _decay(at - profile.as_of) if profile.tags else 1.0
    return {tag: score * factor for tag, score in profile.tags.items()}


def session_expiry(at: datetime) -> int:
    """Return when a session last active at this moment may be forgotten, in epoch seconds."""
    return int((at.astimezone(UTC) + SESSION_LIFE).timestamp())


def _with_interest(
    profile: Profile, tags: Iterable[str], weight: float, at: float
) -> tuple[dict[str, float], float]:
    as_of = max(profile.as_of, at)
    scores = decayed_tags(profile, as_of)
    gain = weight * _decay(as_of - at)
    for tag in tags:
        scores[tag] = scores.get(tag, 0.0) + gain
    return _strongest(scores), as_of


def _decay(age_s: float) -> float:
    return float(0.5 ** (age_s / HALF_LIFE_S))


def _newest(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    return tuple(sorted(actions, key=_rank)[:MOST_ACTIONS])


def _rank(action: Action) -> tuple[float, str, str, str, float]:
    # Every field takes part, so that actions of one moment have one order.
    return (-action.at, action.type, action.item_id, action.query, action.weight)


def _strongest(tags: dict[str, float]) -> dict[str, float]:
    kept = sorted(tags.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:MOST_TAGS]
    return {tag: score for tag, score in kept if abs(score) > 1e-6}


def _bought(kept: Mapping[str, Bought], new: Mapping[str, Bought]) -> dict[str, Bought]:
    both = dict(kept)
    for item_id, bought in new.items():
        both[item_id] = both[item_id].and_also(bought) if item_id in both else bought
    return both


def _latest(purchases: dict[str, Bought]) -> dict[str, Bought]:
    if len(purchases) <= MOST_PURCHASES:
        return purchases
    kept = sorted(purchases.items(), key=lambda pair: (-pair[1].at, pair[0]))[:MOST_PURCHASES]
    return dict(kept)


def _shown(
    shown: Mapping[str, tuple[int, float]], event: Event, at: float, weight: float
) -> Mapping[str, tuple[int, float]]:
    """Count an impression, or forget the count of an item that the customer took an interest in."""
    count, latest = shown.get(event.item_id, (0, 0.0))
    if event.type is EventType.IMPRESSION:
        return _newest_shown({**shown, event.item_id: (count + 1, max(at, latest))})
    if weight > 0 and count:
        return {item_id: each for item_id, each in shown.items() if item_id != event.item_id}
    return shown


def _newest_shown(shown: dict[str, tuple[int, float]]) -> dict[str, tuple[int, float]]:
    if len(shown) <= MOST_SHOWN:
        return shown
    return dict(sorted(shown.items(), key=lambda pair: (-pair[1][1], pair[0]))[:MOST_SHOWN])
