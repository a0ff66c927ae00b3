"""What lists would have been worth to the customers who then did what they did.

Unsampled: every product of the catalogue competes. Ties count against us.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.laid_out import LaidOut
from concierge.recommending.scoring import WEIGHTS
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.training.event_log import Events
from concierge.training.foresight import DISCOUNTS, FIRST, IDEAL, foresights, vector
from concierge.training.held_out import (
    Case,
    Split,
    after,
    after_one_click,
    at_first_click,
    last_events,
    last_visits,
)
from concierge.training.judging import judge
from concierge.training.learning import learn

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

Protocol = Literal["leave-one-out", "last-basket", "temporal"]
# The last fifth of the time is held out by the temporal protocol.
TEMPORAL_SHARE = 0.8
FURTHER, DEEPEST = 20, 100
BEHAVIOUR = ("next", "repeat", "together", "after", "popularity", "trend")


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over cases; novelty is in bits, coverage the share of products in anybody's first ten."""

    cases: int
    hit_rate_10: float
    ndcg_10: float
    recall_20: float
    mrr: float
    coverage: float
    novelty_bits: float

    def to_record(self) -> dict[str, Any]:
        """Return the figures as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The quality of each way to make lists, of all items and of those new to the customer."""

    protocol: Protocol
    events: int
    products: int
    weights: Mapping[str, float]
    all_items: Mapping[str, Quality]
    new_items: Mapping[str, Quality]


def evaluate(log: Events, catalogue: CatalogueSnapshot, protocol: Protocol) -> Evaluation:
    """Learn from the past, recommend to every customer of the held-out part, and compare."""
    split = _split(log, catalogue, protocol)
    weights = tuned_weights(split.past, catalogue)
    behaviour = LaidOut.of("evaluated", learn(split.past), catalogue)
    ways = {
        "popularity": {"popularity": 1.0},
        "content": {"content": 1.0},
        "behaviour": {name: weights[name] for name in BEHAVIOUR},
        "product": weights,
    }
    tallies = {(way, new): Tally(catalogue, behaviour) for way in ways for new in (False, True)}
    for found in foresights(split.cases, catalogue, behaviour):
        unknown = ~np.isin(found.rows, list(found.owned))
        for way, weighting in ways.items():
            scores = found.parts @ vector(weighting)
            tallies[way, False].add(found.rows, scores, found.taken)
            new = found.taken - found.owned
            tallies[way, True].add(found.rows[unknown], scores[unknown], new)
    return Evaluation(
        protocol,
        len(log),
        len(catalogue),
        weights,
        {way: tallies[way, False].quality() for way in ways},
        {way: tallies[way, True].quality() for way in ways},
    )


def first_clicks(log: Events, catalogue: CatalogueSnapshot) -> dict[str, Quality]:
    """Return how well the rest of a visit is foreseen from one look at one of its items.

    Nothing else is known of the customer, and no model has seen any of these last visits.
    """
    split = last_visits(log, catalogue, len(log))
    met = (at_first_click(case, catalogue) for case in split.cases)
    return _one_click(split.past, tuple(case for case in met if case.taken), catalogue)


def next_after_a_click(log: Events, catalogue: CatalogueSnapshot) -> dict[str, Quality]:
    """Return how well the last item of each customer is foreseen from a look at the one before it."""
    split = last_events(log, catalogue)
    met = (after_one_click(case, catalogue) for case in split.cases)
    return _one_click(split.past, tuple(case for case in met if case), catalogue)


def _one_click(
    past: Events, met: tuple[Case, ...], catalogue: CatalogueSnapshot
) -> dict[str, Quality]:
    weights = tuned_weights(past, catalogue)
    behaviour = LaidOut.of("evaluated", learn(past), catalogue)
    ways = {"popularity": {"popularity": 1.0}, "content": {"content": 1.0}, "product": weights}
    tallies = {way: Tally(catalogue, behaviour) for way in ways}
    for found in foresights(met, catalogue, behaviour):
        for way, weighting in ways.items():
            tallies[way].add(found.rows, found.parts @ vector(weighting), found.taken)
    return {way: tally.quality() for way, tally in tallies.items()}


def tuned_weights(past: Events, catalogue: CatalogueSnapshot) -> dict[str, float]:
    """Return the weights that lists have after a training on this log."""
    return {**WEIGHTS, **judge(past, catalogue, None).weights}


def _split(log: Events, catalogue: CatalogueSnapshot, protocol: Protocol) -> Split:
    if protocol == "leave-one-out":
        return last_events(log, catalogue)
    if protocol == "last-basket":
        return last_visits(log, catalogue, len(log))
    return after(log, catalogue, float(np.quantile(log["at"], TEMPORAL_SHARE)))


class Tally:
    """Adds up what one way of making lists was worth."""

    def __init__(self, catalogue: CatalogueSnapshot, behaviour: LaidOut | None = None) -> None:
        shares = behaviour.popularity if behaviour else np.ones(len(catalogue), np.float32)
        popularity = shares.astype(np.float64) + 1e-6
        # Self-information of an item: bits that its being chosen by chance would tell.
        self._bits = -np.log2(popularity / popularity.sum())
        self._shown = np.zeros(len(catalogue), np.bool_)
        self._sums = np.zeros(5)
        self._cases = 0

    def add(self, rows: Rows, scores: Floats, taken: frozenset[int]) -> None:
        """Count the list that these scores make for a customer who took these rows."""
        if not taken:
            return
        was_taken = np.isin(rows, list(taken))
        order = np.lexsort((rows, was_taken, -scores))[:DEEPEST]
        hits = was_taken[order]
        first = hits[:FIRST]
        reached = float((first * DISCOUNTS[: len(first)]).sum() / IDEAL[min(len(taken), FIRST)])
        place = int(hits.argmax()) + 1 if hits.any() else 0
        self._sums += (
            bool(first.any()),
            reached,
            hits[:FURTHER].sum() / len(taken),
            1.0 / place if place else 0.0,
            self._bits[rows[order[:FIRST]]].mean() if len(order) else 0.0,
        )
        self._shown[rows[order[:FIRST]]] = True
        self._cases += 1

    def quality(self) -> Quality:
        """Return the means."""
        hit_rate, ndcg, recall, mrr, bits = (self._sums / max(self._cases, 1)).tolist()
        coverage = float(self._shown.mean()) if len(self._shown) else 0.0
        return Quality(self._cases, hit_rate, ndcg, recall, mrr, coverage, bits)
