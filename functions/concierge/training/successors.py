"""Learn from what customers had which items they take at their next visit.

A linear model in the family of EASE (Steck 2019) and SLIST (Choi et al. 2021), made for the next visit
instead of for the same history: ridge regression from the decayed memory of all earlier visits to
the visit that followed. Its diagonal learns what is bought again. A little of every visit predicts
itself, as in EASE, so that items whose buyers never came back are learnt too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.memory import MOST_REMEMBERED, normalised
from concierge.retrieval.relations import Relation, nothing, strongest
from concierge.shop.profile import MEMORY_HALF_LIFE_S
from concierge.training.ridge import solved
from concierge.training.visits import Visits

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

MOST_TARGETS = 256
RIDGE = 4.0
# A visit three months older than the newest counts half: what sells changes with the season.
AGE_HALF_LIFE_S = 120 * 86_400.0
SELF_WEIGHT = 0.003
# What of a visit predicts itself: beyond this, the pairs of a wholesaler's order cost more than they tell.
MOST_OF_A_VISIT = 300
# Visits of one actor whose products are made at once, as matrices of their own items.
RUN = 128
# Pairs of items within visits that are listed at once.
MOST_PAIRS = 2_000_000
# Rows of coefficients that are cut down at once.
ROWS = 256


@dataclass(slots=True)
class Moments:
    """The normal equations of the regression: `gram` and `cross` are float32 [heads, heads]."""

    gram: Floats
    cross: Floats

    @classmethod
    def zero(cls, heads: int) -> "Moments":
        """Return those of nobody."""
        return cls(*(np.zeros((heads, heads), np.float32) for _ in range(2)))

    @classmethod
    def joined(cls, pieces: Sequence["Moments"]) -> "Moments":
        """Return the moments of all heads from those of some after the other, in their order."""
        if not pieces:
            return cls.zero(0)
        return cls(
            np.concatenate([piece.gram for piece in pieces]),
            np.concatenate([piece.cross for piece in pieces]),
        )

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.gram + other.gram, self.cross + other.cross)

    def of_heads(self, begin: int, end: int) -> "Moments":
        """Return the rows of these heads."""
        return Moments(self.gram[begin:end], self.cross[begin:end])

    def add(self, visits: Visits, ages: NDArray[np.float64], numbers: Numbers) -> None:
        """Add visits of this age; `numbers` [items] are places among the heads, -1 for others."""
        learnt = _only_heads(visits, numbers)
        self._add_themselves(learnt)
        recency = 0.5 ** (ages / AGE_HALF_LIFE_S)
        begins = np.flatnonzero(np.diff(learnt.actors, prepend=-1))
        ends = np.append(begins, len(learnt))[1:]
        several = ends - begins > 1
        for begin, end in zip(begins[several].tolist(), ends[several].tolist(), strict=True):
            self._add_actor(learnt, recency, begin, end)

    def _add_themselves(self, visits: Visits) -> None:
        # Counted first: small weights vanish when they are added to large sums one by one.
        counts = np.zeros_like(self.gram)
        flat, heads = counts.reshape(-1), len(counts)
        for items in _of_one_length(visits, MOST_OF_A_VISIT):
            keys = (items[:, :, None] * heads + items[:, None, :]).reshape(-1)
            np.add.at(flat, keys, np.ones(len(keys), np.float32))
        counts *= np.float32(SELF_WEIGHT)
        self.gram += counts
        self.cross += counts

    def _add_actor(
        self, visits: Visits, recency: NDArray[np.float64], begin: int, end: int
    ) -> None:
        heads = len(self.gram)
        for items, memories, taken, run in _runs(visits, begin, end):
            # Long orders have many targets; by the root of their length they count neither too much nor too little.
            lengths = np.maximum(taken.sum(1), 1.0)
            weights = (recency[run] / np.sqrt(lengths)).astype(np.float32)[:, None]
            rooted = memories * np.sqrt(weights) * taken.any(1, keepdims=True)
            keys = (items[:, None] * heads + items).reshape(-1)
            np.add.at(self.gram.reshape(-1), keys, (rooted.T @ rooted).reshape(-1))
            cross = (memories * weights).T @ taken
            np.add.at(self.cross.reshape(-1), keys, cross.reshape(-1))


def successors(moments: Moments, heads: Numbers, items: int) -> Relation:
    """Return what each item leads to at the next visit, of `items` known ones; uses the moments up."""
    if not len(heads):
        return nothing(items)
    coefficients = solved(moments.gram, moments.cross, RIDGE)
    most = min(MOST_TARGETS, len(heads))
    kept, weights = [], []
    for begin in range(0, len(heads), ROWS):
        rows = coefficients[begin : begin + ROWS]
        best = np.argpartition(-np.abs(rows), most - 1, axis=1)[:, :most]
        kept.append(heads[best].ravel())
        weights.append(np.take_along_axis(rows, best, 1).ravel())
    return strongest(
        np.repeat(heads, most), np.concatenate(kept), np.concatenate(weights), items, most
    )


def _only_heads(visits: Visits, numbers: Numbers) -> Visits:
    """Return the same visits with nothing but heads in them, known by their places."""
    places = numbers[visits.items]
    learnt = places >= 0
    before = np.concatenate([[0], np.cumsum(learnt)])
    return Visits(
        visits.actors,
        visits.at,
        before[visits.starts],
        places[learnt],
        visits.strengths[learnt],
    )


def _of_one_length(visits: Visits, most: int) -> Iterator[Numbers]:
    """Yield the first items of visits, at most so many, as matrices [visits, items]."""
    lengths = np.minimum(np.diff(visits.starts), most)
    order = np.argsort(lengths, kind="stable")
    ends = np.searchsorted(lengths[order], np.arange(1, most + 1), side="right")
    begin = int(np.searchsorted(lengths[order], 1))
    for length, end in enumerate(ends.tolist(), 1):
        many = max(MOST_PAIRS // length**2, 1)
        for at in range(begin, end, many):
            starts = visits.starts[order[at : min(at + many, end)]]
            yield visits.items[starts[:, None] + np.arange(length)]
        begin = end


def _runs(visits: Visits, begin: int, end: int) -> Iterator[tuple[Numbers, Floats, Floats, slice]]:
    """Yield runs of an actor's visits: items, memories before each visit, what it took, and which.

    Memories and what was taken are float32 [visits, items].
    """
    contents = slice(int(visits.starts[begin]), int(visits.starts[end]))
    items, places = np.unique(visits.items[contents], return_inverse=True)
    elapsed = np.diff(visits.at[begin:end], prepend=visits.at[begin])
    kept = (0.5 ** (elapsed / MEMORY_HALF_LIFE_S)).astype(np.float32)
    memory = np.zeros(len(items), np.float32)
    for first in range(begin, end, RUN):
        run = slice(first, min(first + RUN, end))
        starts = visits.starts[run.start : run.stop + 1]
        inside = slice(int(starts[0]), int(starts[-1]))
        strengths = np.zeros((run.stop - run.start, len(items)), np.float32)
        rows = np.repeat(np.arange(len(strengths)), np.diff(starts))
        columns = places[inside.start - contents.start : inside.stop - contents.start]
        strengths[rows, columns] = visits.strengths[inside]
        memories = np.empty_like(strengths)
        for row in range(len(strengths)):
            memory *= kept[first - begin + row]
            memories[row] = memory
            memory += strengths[row]
        _forget(memories)
        used = np.flatnonzero(memories.any(0) | strengths.any(0))
        yield items[used], _as_served(memories[:, used]), _taken(strengths[:, used]), run


def _forget(memories: Floats) -> None:
    """Leave the most that is remembered of each memory; of equals, the first."""
    for row in np.flatnonzero(np.count_nonzero(memories, axis=1) > MOST_REMEMBERED):
        memories[row, np.argsort(-memories[row], kind="stable")[MOST_REMEMBERED:]] = 0.0


def _as_served(memories: Floats) -> Floats:
    return np.stack([normalised(memory) for memory in memories])


def _taken(strengths: Floats) -> Floats:
    return (strengths > 0).astype(np.float32)
