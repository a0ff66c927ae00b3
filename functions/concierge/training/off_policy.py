"""What another way to choose would have earned, from what was drawn with known propensities.

A draw that the other way would make more often counts more: inverse propensity scoring (IPS), and
its self-normalised form (SNIPS: Swaminathan and Joachims, "The self-normalized estimator for
counterfactual learning", 2015), which gives up a little bias for much less variance and never
leaves the range of the rewards.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.training.intervals import Clusters, Interval, effective, ratio, weighted_share

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class OffPolicy:
    """The mean reward that a policy would have had.

    `effective_samples` says how many draws of its own the policy would need for as much certainty
    (Kish 1965): trust nothing below about a hundred.
    """

    samples: int
    effective_samples: float
    ips: Interval
    snips: Interval | None

    def to_record(self) -> dict[str, Any]:
        """Return the estimate as JSON; SNIPS is null where the policy made none of the draws."""
        return {
            "samples": self.samples,
            "effective_samples": self.effective_samples,
            "ips": self.ips.to_record(),
            "snips": self.snips.to_record() if self.snips else None,
        }


def off_policy(
    rewards: Floats, propensities: Floats, target: Floats, clusters: Clusters
) -> OffPolicy | None:
    """Return the value of a policy that makes each draw [n] with probability `target`.

    None without any draw. `rewards` are from 0 to 1, `propensities` above 0; `clusters` stand for
    the customers.
    """
    weights = target.astype(np.float64) / propensities
    earned = weights * rewards
    ips = ratio(earned, np.ones(len(weights)), clusters)
    snips = weighted_share(rewards, weights, clusters)
    return OffPolicy(len(weights), effective(weights), ips, snips) if ips else None
