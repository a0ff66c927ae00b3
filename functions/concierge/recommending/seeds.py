"""What a customer's recent actions point at: items, queries and tags with weights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from concierge.shop.catalogue import split_category
from concierge.shop.events import EventType
from concierge.shop.profile import (
    EVENT_WEIGHTS,
    MEMORY_HALF_LIFE_S,
    Action,
    Bought,
    Personalization,
    Profile,
    decayed_tags,
)

# What was done last tells most about what is wanted next: interest in a single item fades by
# half in a week and by a tenth with each later action.
HALF_LIFE_S = timedelta(days=7).total_seconds()
NEXT_ACTION = 0.9
MOST_ITEMS = 20
MOST_QUERIES = 3
CONTEXT_WEIGHT = 3.0
# How long a session's own trail stays warm; after a day nothing of it is left.
SESSION_HALF_LIFE_S = timedelta(hours=2).total_seconds()
# Nobody needs again what was bought half an hour ago: the same as the end of a visit in training.
JUST_S = timedelta(minutes=30).total_seconds()
# Items of one moment, as of one order, are equally recent, whatever their order in the profile.
SAME_MOMENT_S = 1.0


@dataclass(frozen=True, slots=True)
class Context:
    """What the caller knows of this moment: items on the page or in the cart, a category, a query."""

    item_ids: tuple[str, ...] = ()
    category: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Seed:
    """An item that the customer acted on; `how` names the strongest action."""

    item_id: str
    weight: float
    how: str


@dataclass(frozen=True, slots=True)
class Interests:
    """Where to look: the weights of each kind are shares whose sizes add up to one.

    `memory` is not of shares: a purchase of this moment has 1, as in training. `owned` is what was
    bought, `now` the moment of the request in epoch seconds. `freshness` is 1 in the middle of
    a visit and fades to 0 between visits.
    """

    items: tuple[Seed, ...] = ()
    queries: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, float] = field(default_factory=dict)
    owned: Mapping[str, Bought] = field(default_factory=dict)
    freshness: float = 0.0
    now: float = 0.0

    @property
    def just_bought(self) -> frozenset[str]:
        """The items that were bought in this very visit."""
        return frozenset(
            item_id for item_id, bought in self.owned.items() if self.now - bought.at < JUST_S
        )


def interests(
    profile: Profile | None, context: Context, personalization: Personalization, now: float
) -> Interests:
    """Return what to recommend from; `session` leaves long-term tags and purchases out."""
    actions = profile.actions if profile and personalization != "off" else ()
    full = profile if personalization == "full" else None
    return Interests(
        items=_seeds(actions, context, now),
        queries=_shares(_queries(actions, context, now)),
        tags=_shares(_tags(full, context, now)),
        memory=_memory(full, actions, context, now),
        owned=full.purchases if full else {},
        freshness=_freshness(actions, context, now),
        now=now,
    )


def _seeds(actions: Iterable[Action], context: Context, now: float) -> tuple[Seed, ...]:
    weights: dict[str, float] = dict.fromkeys(context.item_ids, CONTEXT_WEIGHT)
    strongest: dict[str, tuple[float, str]] = dict.fromkeys(
        context.item_ids, (CONTEXT_WEIGHT, "context")
    )
    for action, weight in _weighted(actions, now):
        if action.item_id:
            weights[action.item_id] = weights.get(action.item_id, 0.0) + weight
            kept = strongest.get(action.item_id, (0.0, ""))
            strongest[action.item_id] = max(kept, (action.weight, action.type.value))
    liked = sorted(
        ((weight, item) for item, weight in weights.items() if weight > 1e-9), reverse=True
    )[:MOST_ITEMS]
    whole = sum(weight for weight, _ in liked)
    return tuple(Seed(item, weight / whole, strongest[item][1]) for weight, item in liked)


def _freshness(actions: Iterable[Action], context: Context, now: float) -> float:
    if context.item_ids:
        return 1.0
    latest = max((action.at for action in actions if action.item_id), default=None)
    if latest is None:
        return 0.0
    return float(0.5 ** (max(now - latest, 0.0) / SESSION_HALF_LIFE_S))


def _weighted(actions: Iterable[Action], now: float) -> Iterable[tuple[Action, float]]:
    """Yield actions, which come newest first, with what is left of their weights."""
    steps, latest = 0, None
    for action in actions:
        if latest is not None and latest - action.at > SAME_MOMENT_S:
            steps += 1
        latest = action.at
        age_s = max(now - action.at, 0.0)
        yield action, action.weight * 0.5 ** (age_s / HALF_LIFE_S) * NEXT_ACTION**steps


def _queries(actions: Iterable[Action], context: Context, now: float) -> dict[str, float]:
    queries = {context.query: CONTEXT_WEIGHT} if context.query else {}
    for action, weight in _weighted(actions, now):
        if action.query and weight > 0 and len(queries) < MOST_QUERIES:
            queries[action.query] = queries.get(action.query, 0.0) + weight
    return queries


def _tags(profile: Profile | None, context: Context, now: float) -> dict[str, float]:
    tags = decayed_tags(profile, max(now, profile.as_of)) if profile else {}
    if context.category:
        path = " > ".join(split_category(context.category))
        # A page of a category is about it, whatever else the customer likes or dislikes.
        largest = max(map(abs, tags.values()), default=0.0)
        tags[f"category:{path}"] = (largest or 1.0) * CONTEXT_WEIGHT
    return tags


def _memory(
    profile: Profile | None, actions: Iterable[Action], context: Context, now: float
) -> dict[str, float]:
    """Return how strongly each item is remembered, as training counts it (successors.py)."""
    owned = profile.purchases if profile else {}
    memory = {item_id: bought.memory_at(now) for item_id, bought in owned.items()}
    for action in actions:
        counted = action.type is EventType.PURCHASE and action.item_id in owned
        if action.item_id and action.weight > 0 and not counted:
            age_s = max(now - action.at, 0.0)
            strength = action.weight / EVENT_WEIGHTS[EventType.PURCHASE]
            memory[action.item_id] = memory.get(action.item_id, 0.0) + strength * 0.5 ** (
                age_s / MEMORY_HALF_LIFE_S
            )
    for item_id in context.item_ids:
        memory[item_id] = memory.get(item_id, 0.0) + 1.0
    return memory


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Scale weights so that their sizes add up to one; dislikes stay negative."""
    whole = sum(map(abs, weights.values()))
    return {name: weight / whole for name, weight in weights.items()} if whole > 1e-9 else {}
