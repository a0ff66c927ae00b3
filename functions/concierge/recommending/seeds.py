"""What a customer's recent actions point at: items, queries and tags with weights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from concierge.shop.catalogue import split_category
from concierge.shop.profile import Action, Personalization, Profile, decayed_tags

# What was done last tells most about what is wanted next: interest in a single item fades by
# half in a week and by a tenth with each later action.
HALF_LIFE_S = timedelta(days=7).total_seconds()
NEXT_ACTION = 0.9
MOST_ITEMS = 20
MOST_QUERIES = 3
CONTEXT_WEIGHT = 3.0


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
    """Where to look: the weights of each kind are shares whose sizes add up to one."""

    items: tuple[Seed, ...] = ()
    queries: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, float] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing is known, so that only popularity can speak."""
        return not (self.items or self.queries or self.tags)


def interests(
    profile: Profile | None, context: Context, personalization: Personalization, now: float
) -> Interests:
    """Return what to recommend from; `session` leaves the long-term tags out."""
    actions = profile.actions if profile and personalization != "off" else ()
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
    )
    items = [Seed(item, weight, strongest[item][1]) for weight, item in liked[:MOST_ITEMS]]
    return Interests(
        items=_shares_of(items),
        queries=_shares(_queries(actions, context, now)),
        tags=_shares(_tags(profile, context, personalization, now)),
    )


def _weighted(actions: Iterable[Action], now: float) -> Iterable[tuple[Action, float]]:
    for position, action in enumerate(actions):
        age_s = max(now - action.at, 0.0)
        yield action, action.weight * 0.5 ** (age_s / HALF_LIFE_S) * NEXT_ACTION**position


def _queries(actions: Iterable[Action], context: Context, now: float) -> dict[str, float]:
    queries = {context.query: CONTEXT_WEIGHT} if context.query else {}
    for action, weight in _weighted(actions, now):
        if action.query and weight > 0 and len(queries) < MOST_QUERIES:
            queries[action.query] = queries.get(action.query, 0.0) + weight
    return queries


def _tags(
    profile: Profile | None, context: Context, personalization: Personalization, now: float
) -> dict[str, float]:
    known = profile is not None and personalization == "full"
    tags = decayed_tags(profile, max(now, profile.as_of)) if profile and known else {}
    if context.category:
        path = " > ".join(split_category(context.category))
        tags[f"category:{path}"] = max(tags.values(), default=1.0) * CONTEXT_WEIGHT
    return tags


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Scale weights so that their sizes add up to one; dislikes stay negative."""
    whole = sum(map(abs, weights.values()))
    return {name: weight / whole for name, weight in weights.items()} if whole > 1e-9 else {}


def _shares_of(seeds: list[Seed]) -> tuple[Seed, ...]:
    whole = sum(seed.weight for seed in seeds)
    return tuple(Seed(seed.item_id, seed.weight / whole, seed.how) for seed in seeds)
