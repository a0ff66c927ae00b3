"""Learn from what customers had which items they take at their next visit.

A linear model in the family of EASE (Steck 2019) and SLIST (Choi et al. 2021), made for the next visit
instead of for the same history: ridge regression from the decayed memory of all earlier visits to
the visit that followed. Its diagonal learns what is bought again. A little of every visit predicts
itself, as in EASE, so that items whose buyers never came back are learnt too.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.memory import MOST_REMEMBERED, normalised
from concierge.retrieval.relations import Relation, nothing, strongest
from concierge.shop.profile import MEMORY_HALF_LIFE_S
from concierge.training.visits import Visits

Floats = NDArray[np.float32]

# Two square matrices of this many items in float32, and a copy of each while solving, take a
# gigabyte. Rarer items are left to what is bought or looked at together.
MOST_ITEMS = 8_000
MOST_TARGETS = 256
RIDGE = 4.0
# A visit three months older than the newest counts half: what sells changes with the season.
AGE_HALF_LIFE_S = 120 * 86_400.0
SELF_WEIGHT = 0.003
# What of a visit predicts itself: beyond this, the pairs of a wholesaler's order cost more than they tell.
MOST_OF_A_VISIT = 300


def successors(visits: Visits, items: int) -> Relation:
    """Return what each item leads to at the next visit, as of `items` known ones."""
    heads = _heads(visits, items)
    if not len(heads):
        return nothing(items)
    solved = _solved(visits, _numbered(heads, items), len(heads))
    most = min(MOST_TARGETS, len(heads))
    kept = np.argpartition(-np.abs(solved), most - 1, axis=1)[:, :most]
    return strongest(
        np.repeat(heads, most),
        heads[kept].ravel(),
        np.take_along_axis(solved, kept, 1).ravel(),
        items,
        most,
    )


def _heads(visits: Visits, items: int) -> NDArray[np.int64]:
    """Return the items that are learnt: those in most visits."""
    counts = np.bincount(visits.items, minlength=items)
    best = np.lexsort((np.arange(items), -counts))[:MOST_ITEMS]
    return np.sort(best[counts[best] > 0]).astype(np.int64)


def _numbered(heads: NDArray[np.int64], items: int) -> NDArray[np.int64]:
    numbers = np.full(items, -1, np.int64)
    numbers[heads] = np.arange(len(heads))
    return numbers


def _solved(visits: Visits, numbers: NDArray[np.int64], heads: int) -> Floats:
    """Return the coefficients float32 [heads, heads], from rows to columns."""
    gram = np.zeros((heads, heads), np.float32)
    moments = np.zeros((heads, heads), np.float32)
    newest = float(visits.at.max())
    for visit, known, weights in _memories(visits, numbers, heads):
        taken = _taken(visits, visit, numbers)
        if len(taken):
            itself = taken[:MOST_OF_A_VISIT]
            gram[itself[:, None], itself] += SELF_WEIGHT
            moments[itself[:, None], itself] += SELF_WEIGHT
        if len(taken) and len(known):
            age = 0.5 ** ((newest - visits.at[visit]) / AGE_HALF_LIFE_S)
            # Long orders have many targets; by the root of their length they count neither too much nor too little.
            weighted = weights * np.float32(age / np.sqrt(len(taken)))
            gram[known[:, None], known] += weighted[:, None] * weights
            moments[known[:, None], taken] += weighted[:, None]
    gram[np.diag_indices(heads)] += RIDGE
    return np.asarray(np.linalg.solve(gram, moments), np.float32)


def _memories(
    visits: Visits, numbers: NDArray[np.int64], heads: int
) -> Iterator[tuple[int, NDArray[np.int64], Floats]]:
    """Yield each visit with the items remembered before it and their weights, as served."""
    memory = np.zeros(heads, np.float32)
    for visit in range(len(visits)):
        if visit and visits.actors[visit] == visits.actors[visit - 1]:
            elapsed = visits.at[visit] - visits.at[visit - 1]
            memory *= np.float32(0.5 ** (elapsed / MEMORY_HALF_LIFE_S))
        else:
            memory[:] = 0.0
        known = np.flatnonzero(memory)
        if len(known) > MOST_REMEMBERED:
            known = known[np.argsort(-memory[known], kind="stable")[:MOST_REMEMBERED]]
        yield visit, known, normalised(memory[known])
        taken, strengths = visits.of(visit)
        mine = numbers[taken] >= 0
        memory[numbers[taken[mine]]] += strengths[mine]


def _taken(visits: Visits, visit: int, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    taken = numbers[visits.of(visit)[0]]
    return taken[taken >= 0]
