"""Whether a new model is better than the one in force, on visits that neither has seen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.laid_out import LaidOut
from concierge.recommending.scoring import WEIGHTS
from concierge.retrieval.behaviour_snapshot import Behaviour, BehaviourSnapshot
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.training.blend import gains, learnt_weights, scored
from concierge.training.event_log import Events
from concierge.training.held_out import Case, last_visits
from concierge.training.learning import learn

MOST_CASES = 1_000
# With fewer visits, neither weights nor a comparison would be more than chance.
LEAST_CASES = 100


@dataclass(frozen=True, slots=True)
class Judgement:
    """What held-out visits say; without enough of them, nothing.

    NDCG@10 of all items, as served: of the new model on `cases`, and of both on the `compared` visits that
    came after the one in force was trained. `margin` is 1.96 standard errors of the difference.
    """

    weights: dict[str, float] = field(default_factory=dict)
    cases: int = 0
    ndcg: float | None = None
    ndcg_new_items: float | None = None
    compared: int = 0
    difference: float | None = None
    margin: float | None = None

    @property
    def is_worse(self) -> bool:
        """Whether the model in force is to stay."""
        return self.difference is not None and self.difference < 0

    def to_record(self) -> dict[str, Any]:
        """Return the judgement as JSON."""
        return {name: getattr(self, name) for name in self.__slots__} | {"is_worse": self.is_worse}


def judge(
    log: Events,
    catalogue: CatalogueSnapshot | None,
    in_force: BehaviourSnapshot | None,
    learner: Callable[[Events], Behaviour] = learn,
) -> Judgement:
    """Learn without some last visits, and see how well these would have been foreseen."""
    if catalogue is None or not len(catalogue):
        return Judgement()
    since = float(in_force.details.get("trained_until", 0.0)) if in_force else 0.0
    split = last_visits(log, catalogue, MOST_CASES, since, begun=True)
    compared = len(split.cases) >= LEAST_CASES and in_force is not None
    if not compared:
        split = last_visits(log, catalogue, MOST_CASES, begun=True)
    if len(split.cases) < LEAST_CASES:
        return Judgement(cases=len(split.cases))
    laid_out = LaidOut.of("new", learner(split.past), catalogue)
    # Weights are learnt from one half and judged on the other: nothing is judged on what taught it.
    half = len(split.cases) // 2
    weights = learnt_weights(scored(split.cases[:half], catalogue, laid_out))
    cases = scored(split.cases[half:], catalogue, laid_out)
    mine = gains(cases, weights)
    judgement = Judgement(
        weights=weights,
        cases=len(cases),
        ndcg=_rounded(mine),
        ndcg_new_items=_rounded(gains(cases, weights, new=True)),
    )
    if in_force is None or not compared:
        return judgement
    return _compared(judgement, mine, split.cases[half:], catalogue, in_force)


def _compared(
    judgement: Judgement,
    mine: NDArray[np.float32],
    cases: tuple[Case, ...],
    catalogue: CatalogueSnapshot,
    in_force: BehaviourSnapshot,
) -> Judgement:
    theirs = gains(
        scored(cases, catalogue, LaidOut.over(catalogue, in_force)),
        {**WEIGHTS, **in_force.model.weights.get("for-you", {})},
    )
    differences = (mine - theirs)[~np.isnan(mine)]
    return Judgement(
        judgement.weights,
        judgement.cases,
        judgement.ndcg,
        judgement.ndcg_new_items,
        compared=len(differences),
        difference=_rounded(differences),
        margin=round(float(1.96 * differences.std() / np.sqrt(max(len(differences), 1))), 6),
    )


def _rounded(values: NDArray[np.float32]) -> float:
    known = values[~np.isnan(values)]
    return round(float(known.mean()), 6) if len(known) else 0.0
