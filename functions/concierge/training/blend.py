"""How much each part of a personal list counts, learnt from what customers then took.

Coordinate ascent on NDCG@10 itself, as in Metzler and Croft (2007): the metric has steps, so no
gradient, and there are few weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.laid_out import LaidOut
from concierge.recommending.scoring import EVERY_PART, WEIGHTS
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.training.foresight import DISCOUNTS, FIRST, IDEAL, foresights, vector
from concierge.training.held_out import Case

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Of each case, this many of the best by the weights to start from, and what was taken.
MOST_CONSIDERED = 400
STEPS = (2.0, 1.4, 1.15)
ROUNDS = 2
# What a part that did not count may begin with.
TRIED_FROM_ZERO = 0.05
# Less than this is chance.
LEAST_GAIN = 2e-4


@dataclass(frozen=True, slots=True)
class Scored:
    """Cases with the parts of their candidates' scores, padded to one length.

    `parts` is float32 [cases, candidates, parts], `taken`, `owned` and `real` bool [cases, candidates];
    `counts` and `new_counts` tell how many items each visit had, in all and that were not owned.
    """

    parts: Floats
    taken: Mask
    owned: Mask
    real: Mask
    counts: NDArray[np.int64]
    new_counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.parts)


def scored(cases: Sequence[Case], catalogue: CatalogueSnapshot, behaviour: LaidOut) -> Scored:
    """Return the parts of every case, computed by what serves."""
    each = []
    for found in foresights(cases, catalogue, behaviour):
        was_taken = np.isin(found.rows, list(found.taken))
        best = found.parts @ vector(WEIGHTS) + 1e6 * was_taken
        kept = np.argsort(-best, kind="stable")[:MOST_CONSIDERED]
        was_owned = np.isin(found.rows[kept], list(found.owned))
        counts = len(found.taken), len(found.taken - found.owned)
        each.append((found.parts[kept], was_taken[kept], was_owned, *counts))
    return _padded(each)


def _padded(each: Sequence[tuple[Floats, Mask, Mask, int, int]]) -> Scored:
    width = max((len(parts) for parts, *_ in each), default=0)
    parts = np.zeros((len(each), width, len(EVERY_PART)), np.float32)
    taken, owned, real = (np.zeros((len(each), width), np.bool_) for _ in range(3))
    for at, (columns, was_taken, was_owned, _, _) in enumerate(each):
        parts[at, : len(columns)] = columns
        taken[at, : len(columns)] = was_taken
        owned[at, : len(columns)] = was_owned
        real[at, : len(columns)] = True
    counts = np.array([one[3] for one in each], np.int64)
    new_counts = np.array([one[4] for one in each], np.int64)
    return Scored(parts, taken, owned, real, counts, new_counts)


def gains(cases: Scored, weights: Mapping[str, float], *, new: bool = False) -> Floats:
    """Return NDCG@10 of each case, ties counted against us; NaN where there is nothing to find.

    With `new`, what was owned before is neither recommended nor expected.
    """
    open_ = cases.real & ~cases.owned if new else cases.real
    counts = cases.new_counts if new else cases.counts
    scores = np.where(open_, cases.parts @ vector(weights), -np.inf)
    # Of equal scores, what was not taken comes first.
    order = np.lexsort((cases.taken, -scores), axis=1)[:, :FIRST]
    hits = np.take_along_axis(cases.taken & open_, order, 1)
    found = (hits * DISCOUNTS[: hits.shape[1]]).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        gained: Floats = found / IDEAL[np.minimum(counts, FIRST)]
    return gained


def learnt_weights(cases: Scored) -> dict[str, float]:
    """Return the weights with the best lists of all items and of new ones together."""
    weights = dict(WEIGHTS)
    start = {new: max(_mean(gains(cases, weights, new=new)), 1e-6) for new in (False, True)}

    def quality(tried: Mapping[str, float]) -> float:
        return sum(_mean(gains(cases, tried, new=new)) / start[new] for new in (False, True))

    best = quality(weights)
    for step in STEPS:
        for _ in range(ROUNDS):
            for name in EVERY_PART:
                now = weights[name]
                for value in {0.0, now * step, now / step} if now else {TRIED_FROM_ZERO}:
                    tried = {**weights, name: value}
                    if (reached := quality(tried)) > best + LEAST_GAIN:
                        best, weights = reached, tried
    return {name: round(value, 6) for name, value in weights.items()}


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else 0.0
