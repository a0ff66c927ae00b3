"""Small regressions, by Newton's method: whether something is so, and which of several it is."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

PENALTY = 1.0
CHOICE_PENALTY = 0.2
STEPS = 50
ENOUGH = 1e-6


def fit_logistic(features: Floats, outcomes: NDArray[np.bool_], weight: Doubles) -> Floats:
    """Return float32 [features + 1] of a logistic regression on [n, features], bias last.

    Scaled to a deviation of one, all but the bias are drawn to zero, so that there is an end to
    them where the outcomes are separable.
    """
    mean = np.average(features, axis=0, weights=weight)
    spread = features.std(axis=0) + 1e-6
    inputs = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    penalty = np.append(np.full(features.shape[1], PENALTY), 1e-3)

    def slope_and_bend(weights: Doubles) -> tuple[Doubles, Doubles]:
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (weight * (chance - outcomes)) + penalty * weights
        bend = (inputs.T * (weight * chance * (1 - chance))) @ inputs + np.diag(penalty)
        return slope, bend

    weights = _newton(slope_and_bend, np.zeros(inputs.shape[1]))
    scaled = weights[:-1] / spread
    return np.append(scaled, weights[-1] - scaled @ mean).astype(np.float32)


def fit_choice(signals: Floats, right: NDArray[np.int64], expected: Floats) -> Floats:
    """Return float32 [kinds] of a conditional logit on [n, choices, kinds] (McFadden 1974).

    `right` is the place of what was chosen, and `expected` float32 [kinds] to which few questions
    leave the weights close. No weight is below zero: each kind speaks for a choice, and one that
    seems not to is as good as another that it goes with.
    """
    kept = np.flatnonzero(signals.any(axis=(0, 1)))
    chosen = signals[np.arange(len(right)), right].astype(np.float64)
    while len(kept):
        inputs, wanted = signals[:, :, kept].astype(np.float64), chosen[:, kept]
        prior = expected[kept].astype(np.float64)

        def slope_and_bend(
            weights: Doubles,
            inputs: Doubles = inputs,
            wanted: Doubles = wanted,
            prior: Doubles = prior,
        ) -> tuple[Doubles, Doubles]:
            scores = inputs @ weights
            raised = np.exp(scores - scores.max(axis=1, keepdims=True))
            shares = raised / raised.sum(axis=1, keepdims=True)
            mean = np.einsum("nc,nck->nk", shares, inputs)
            slope = (mean - wanted).sum(axis=0) + CHOICE_PENALTY * (weights - prior)
            squares = np.einsum("nc,nck,ncl->kl", shares, inputs, inputs, optimize=True)
            bend = squares - mean.T @ mean + CHOICE_PENALTY * np.eye(len(weights))
            return slope, bend

        weights = _newton(slope_and_bend, prior)
        if weights.min() >= 0:
            found = np.zeros(signals.shape[2], np.float32)
            found[kept] = weights
            return found
        kept = np.delete(kept, weights.argmin())
    return np.zeros(signals.shape[2], np.float32)


def _newton(
    slope_and_bend: Callable[[Doubles], tuple[Doubles, Doubles]], weights: Doubles
) -> Doubles:
    for _ in range(STEPS):
        step = np.linalg.solve(*reversed(slope_and_bend(weights)))
        # Far from the end a whole step may overshoot.
        weights = weights - step / max(1.0, float(np.abs(step).max()) / 10)
        if np.abs(step).max() < ENOUGH:
            break
    return weights
