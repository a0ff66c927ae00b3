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
# A visit four months older than the newest counts half: what sells changes with the season.
AGE_HALF_LIFE_S = 120 * 86_400.0
SELF_WEIGHT = 0.003
# What of a visit predicts itself: beyond this, the pairs of a wholesaler's order cost more than they tell.
MOST_OF_A_VISIT = 300
# Products of visits are made at once, as matrices of their own items: of this many visits of one
# actor, or of this many lines where actors have few.
RUN = 128
LINES = 200
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
        first = np.diff(learnt.actors, prepend=-1) != 0
        alone = first & np.append(first, True)[1:]
        recency = 0.5 ** (ages[~alone] / AGE_HALF_LIFE_S)
        several = _only(learnt, ~alone)
        for run in _runs(several):
            self._add_run(run, recency[run.visits])

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

    def _add_run(self, run: "Run", recency: NDArray[np.float64]) -> None:
        # Long orders have many targets; by the root of their length they count neither too much nor too little.
        lengths = run.taken.sum(1)
        weights = np.where(lengths > 0, recency / np.sqrt(np.maximum(lengths, 1)), 0.0)
        weighted = run.memories * weights.astype(np.float32)[:, None]
        keys = (run.items[:, None] * len(self.gram) + run.items).reshape(-1)
        np.add.at(self.gram.reshape(-1), keys, (weighted.T @ run.memories).reshape(-1))
        np.add.at(self.cross.reshape(-1), keys, (weighted.T @ run.taken).reshape(-1))


@dataclass(frozen=True, slots=True)
class Run:
    """Some visits after each other.

    `memories` as served before each visit and what was `taken` (0 or 1) are float32 [visits, items].
    """

    items: Numbers
    memories: Floats
    taken: Floats
    visits: slice


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


def _only(visits: Visits, chosen: NDArray[np.bool_]) -> Visits:
    """Return some visits with all that they contain."""
    lengths = np.diff(visits.starts)
    contents = np.repeat(chosen, lengths)
    starts = np.concatenate([[0], np.cumsum(lengths[chosen])])
    return Visits(
        visits.actors[chosen],
        visits.at[chosen],
        starts,
        visits.items[contents],
        visits.strengths[contents],
    )


def _runs(visits: Visits) -> Iterator[Run]:
    elapsed = np.diff(visits.at, prepend=0.0)
    same = np.diff(visits.actors, prepend=-1) == 0
    # At the first visit of an actor, what others had is forgotten.
    kept = np.where(same, 0.5 ** (np.maximum(elapsed, 0.0) / MEMORY_HALF_LIFE_S), 0.0)
    begin, carried = 0, (np.zeros(0, np.int64), np.zeros(0, np.float32))
    while begin < len(visits):
        end = _end_of_run(visits, begin)
        starts = visits.starts[begin : end + 1]
        inside = slice(int(starts[0]), int(starts[-1]))
        if not same[begin]:
            carried = (np.zeros(0, np.int64), np.zeros(0, np.float32))
        items, places = np.unique(
            np.concatenate([visits.items[inside], carried[0]]), return_inverse=True
        )
        strengths = np.zeros((end - begin, len(items)), np.float32)
        rows = np.repeat(np.arange(end - begin), np.diff(starts))
        strengths[rows, places[: len(rows)]] = visits.strengths[inside]
        memory = np.zeros(len(items), np.float32)
        memory[places[len(rows) :]] = carried[1]
        memories = _before_each(memory, strengths, kept[begin:end].astype(np.float32))
        carried = (items, memory)
        _forget(memories)
        used = np.flatnonzero(memories.any(0) | strengths.any(0))
        taken = (strengths[:, used] > 0).astype(np.float32)
        yield Run(items[used], normalised(memories[:, used]), taken, slice(begin, end))
        begin = end


def _end_of_run(visits: Visits, begin: int) -> int:
    """Return where a run ends: with so many lines, or visits where they are all of one actor."""
    most = min(begin + RUN, len(visits))
    end = int(np.searchsorted(visits.starts, visits.starts[begin] + LINES, side="right")) - 1
    end = min(max(end, begin + 1), most)
    if visits.actors[end - 1] == visits.actors[begin]:
        mine = visits.actors[begin:most] == visits.actors[begin]
        return begin + int(np.count_nonzero(mine))
    return end


def _before_each(memory: Floats, strengths: Floats, kept: Floats) -> Floats:
    """Return the memory before each visit; `memory` becomes the one after the last."""
    memories = np.empty_like(strengths)
    for row, share in enumerate(kept):
        memory *= share
        memories[row] = memory
        memory += strengths[row]
    return memories


def _forget(memories: Floats) -> None:
    """Leave the most that is remembered of each memory; of equals, the first."""
    for row in np.flatnonzero(np.count_nonzero(memories, axis=1) > MOST_REMEMBERED):
        memories[row, np.argsort(-memories[row], kind="stable")[MOST_REMEMBERED:]] = 0.0
