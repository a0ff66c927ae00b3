"""Rates and what they may really be: 95 % intervals that know a customer's events go together.

What one customer does is not independent, so the variance is that between customers: the ratio
estimator with linearised variance (Cochran, "Sampling techniques", 1977, section 6).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
# Small numbers that stand for customers: what has the same one goes together.
Clusters = NDArray[np.intp]

Z = 1.959964  # 95 %, two sides


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def to_record(self) -> dict[str, float]:
        """Return the numbers as JSON."""
        return {"value": self.value, "low": self.low, "high": self.high}


def rate(happened: NDArray[np.bool_], clusters: Clusters) -> Interval | None:
    """Return the share of trials [n] that happened, or None without any."""
    return weighted_share(happened.astype(np.float64), np.ones(len(happened)), clusters)


def weighted_share(parts: Floats, weights: Floats, clusters: Clusters) -> Interval | None:
    """Return the weighted mean of parts [n] from 0 to 1, or None without any weight.

    Wilson's interval with the trials that independent ones would be worth (Franco et al. 2019),
    which are all of them where each customer has one of the same weight. It never leaves 0 to 1 and
    has a width also where nothing happened.
    """
    if not weights.any():
        return None
    # Tiny weights would vanish where they are squared.
    weights = weights / weights.max()
    share = min(1.0, float(weights @ parts) / float(weights.sum()))
    worth = _independent_trials(share, parts, weights, clusters)
    middle = (share + Z * Z / (2 * worth)) / (1 + Z * Z / worth)
    spread = math.sqrt(share * (1 - share) / worth + Z * Z / (4 * worth * worth))
    half = Z * spread / (1 + Z * Z / worth)
    return Interval(share, min(max(0.0, middle - half), share), max(min(1.0, middle + half), share))


def ratio(numerators: Floats, denominators: Floats, clusters: Clusters) -> Interval | None:
    """Return sum over sum of what each trial [n] has, or None where nothing can be divided."""
    below = float(denominators.sum())
    if not below:
        return None
    value = float(numerators.sum()) / below
    half = Z * math.sqrt(_variance(numerators - value * denominators, clusters)) / abs(below)
    return Interval(value, value - half, value + half)


def difference(rate: Interval, baseline: Interval) -> Interval:
    """Return how much more one rate is than another of other customers.

    From the distances of both intervals (Newcombe 1998, method 10).
    """
    value = rate.value - baseline.value
    below = math.hypot(rate.value - rate.low, baseline.high - baseline.value)
    above = math.hypot(rate.high - rate.value, baseline.value - baseline.low)
    return Interval(value, value - below, value + above)


def distinct(clusters: Clusters) -> int:
    """Return how many different ones there are."""
    return int(np.count_nonzero(np.bincount(clusters)))


def effective(weights: Floats) -> float:
    """Return how many equal weights tell as much as these (Kish 1965); 0 for none."""
    if not weights.any():
        return 0.0
    scaled = weights / weights.max()
    return float(scaled.sum()) ** 2 / float(scaled @ scaled)


def _independent_trials(share: float, parts: Floats, weights: Floats, clusters: Clusters) -> float:
    trials, customers = effective(weights), distinct(clusters)
    if trials == customers == len(parts):
        return trials
    if customers < 2 or share in {0.0, 1.0}:
        # Nothing tells how alike a customer's trials are: perhaps entirely.
        return effective(_sums(weights, clusters))
    variance = _variance(weights * (parts - share), clusters) / float(weights.sum()) ** 2
    return min(trials, share * (1 - share) / variance) if variance else trials


def _variance(residuals: Floats, clusters: Clusters) -> float:
    """Return the variance of the sum of residuals [n], by customers that are independent."""
    sums = _sums(residuals, clusters)
    customers = distinct(clusters)
    return float(sums @ sums) * customers / max(1, customers - 1)


def _sums(values: Floats, clusters: Clusters) -> NDArray[np.float64]:
    return np.bincount(clusters, values).astype(np.float64)
