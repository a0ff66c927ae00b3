"""What a customer's own history leads to, by what all customers did: next, again, together, after."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.laid_out import LaidOut
from concierge.recommending.seeds import Interests
from concierge.retrieval.behaviour_snapshot import RELATIONS
from concierge.retrieval.identifiers import hash_of
from concierge.retrieval.memory import MOST_REMEMBERED, normalised
from concierge.retrieval.relations import Trail

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

# A customer who bought an item once and lately counts half as much as one who always does.
HALF_A_HABIT = 1.0


class Habits:
    """The behaviour model asked about one customer."""

    def __init__(self, behaviour: LaidOut, interests: Interests) -> None:
        self._behaviour = behaviour
        self._interests = interests
        self._trails: dict[str, Trail] = {}
        self._spread: dict[str, NDArray[np.float64]] = {}
        self._how = {seed.item_id: seed.how for seed in interests.items}
        ranked = sorted(interests.memory.items(), key=lambda pair: (-pair[1], pair[0]))
        self._remembered = ranked[:MOST_REMEMBERED]
        self._memory, self._memory_names = self._items(name for name, _ in self._remembered)
        shares = dict(self._remembered)
        self._memory_shares = normalised(
            np.array([shares[name] for name in self._memory_names], np.float32)
        )
        self._seeds, self._seed_names = self._items(seed.item_id for seed in interests.items)
        weights = {seed.item_id: seed.weight for seed in interests.items}
        self._seed_shares = np.array([weights[name] for name in self._seed_names], np.float32)

    def reached(self) -> list[NDArray[np.float64]]:
        """Return, for each relation, how strongly the history leads to every item, [items]."""
        return [self._reached(name) for name in RELATIONS]

    def next(self, rows: Rows) -> Floats | None:
        """Return what customers with such a history took at their next visit."""
        if not len(self._memory):
            return None
        return self._behaviour.by_rows(self._reached("next"), rows)

    def related(self, name: str, rows: Rows) -> Floats | None:
        """Return what goes together with, or comes after, what the customer did in this visit."""
        if not len(self._seeds):
            return None
        fresh = np.float32(self._interests.freshness)
        return self._behaviour.by_rows(self._reached(name), rows) * fresh

    def _reached(self, name: str) -> NDArray[np.float64]:
        if name not in self._spread:
            self._spread[name] = self._trail(name).reached()
        return self._spread[name]

    def _trail(self, name: str) -> Trail:
        if name not in self._trails:
            relation = self._behaviour.model.relations[name]
            from_memory = self._memory, self._memory_shares
            from_seeds = self._seeds, self._seed_shares
            self._trails[name] = relation.trail(*(from_memory if name == "next" else from_seeds))
        return self._trails[name]

    def repeat(self, rows: Rows) -> Floats | None:
        """Return how probably the customer buys again what is owned: consumables, not durables."""
        owned = self._interests.owned
        if not owned:
            return None
        items, names = self._items(owned)
        habits = np.zeros(len(self._behaviour.model))
        for item, name in zip(items.tolist(), names, strict=True):
            memory = owned[name].memory_at(self._interests.now)
            habits[item] = self._behaviour.model.repeat[item] * memory / (memory + HALF_A_HABIT)
        return self._behaviour.by_rows(habits, rows)

    def causes(self, part: str, row: int, item_id: str, most: int) -> list[tuple[str, str, float]]:
        """Return how items of the history were acted on, their ids and what they gave to a row.

        Of the `most` that gave most; what all others gave is one cause.
        """
        if part == "repeat":
            return [("repeat", item_id, 1.0)]
        sources, given = self._trail(part).of(int(self._behaviour.items[row]))
        if part != "next":
            given = given * np.float32(self._interests.freshness)
        names = self._memory_names if part == "next" else self._seed_names
        order = np.argsort(-given, kind="stable")
        first, others = order[:most], order[most:]
        causes = [
            (self._action(names[source]), names[source], value)
            for source, value in zip(sources[first].tolist(), given[first].tolist(), strict=True)
        ]
        return [*causes, ("others", "", float(given[others].sum()))] if len(others) else causes

    def _action(self, item_id: str) -> str:
        return self._how.get(item_id, "purchase" if item_id in self._interests.owned else "view")

    def _items(self, item_ids: Iterable[str]) -> tuple[NDArray[np.intp], list[str]]:
        """Return the numbers of those items that the model knows, and their ids."""
        names = list(item_ids)
        hashes = np.array([hash_of(name) for name in names], np.uint64)
        found, known = self._behaviour.model.positions(hashes)
        return found[known], [name for name, is_known in zip(names, known, strict=True) if is_known]
