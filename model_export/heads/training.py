"""Trains a head: regularised logistic regression, its strength chosen and its confidence calibrated.

Everything that is chosen is chosen on texts that were held out: folds keep the share of each label.
All labels weigh the same in training, however many examples each has: on shop questions whose
labels had 8 to 300 examples that gave a lower log loss as well as a better F1 on rare labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from concierge.language.heads import Head
from model_export.heads.measures import Floats, Integers, Quality, judge, log_softmax

FOLDS = 5
SEED = 20_240_229
# Inverse strengths of the L2 penalty, strongest first: what suits unit vectors lies within.
STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
MOST_ITERATIONS = 2_000
# Temperatures between e^-3 and e^3; a hundredth more or less changes no digit that is printed.
TEMPERATURES = np.exp(np.linspace(-3, 3, 601))


@dataclass(frozen=True, slots=True)
class TrainedHead:
    """A head with what was chosen for it, and its figures on texts that were held out."""

    head: Head
    quality: Quality
    strength: float
    temperature: float


@dataclass(frozen=True, slots=True)
class _Examples:
    vectors: NDArray[np.float32]
    truth: Integers
    folds: Sequence[tuple[Integers, Integers]]


def train(name: str, vectors: NDArray[np.float32], labels: Sequence[str]) -> TrainedHead:
    """Train on unit vectors [texts, dimensions]; each label needs at least five examples."""
    names, truth = np.unique(np.array(labels), return_inverse=True)
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    examples = _Examples(vectors, truth, list(splitter.split(vectors, truth)))
    strength, scores = _choose_strength(examples)
    temperature = fit_temperature(scores, truth)
    weights, bias = _fit(vectors, truth, strength)
    texts = tuple(str(label) for label in names)
    head = Head(name, texts, _as_stored(weights / temperature), _as_stored(bias / temperature))
    quality = judge(np.exp(log_softmax(_calibrated(scores, examples))), truth, texts)
    return TrainedHead(head, quality, strength, round(temperature, 4))


def fit_temperature(scores: Floats, truth: Integers) -> float:
    """Return the divisor of scores that suits held-out truth best."""
    # The best of a coarse grid, then of the fine one around it: the loss has a single minimum.
    coarse = TEMPERATURES[::20]
    middle = int(np.argmin([_doubting_loss(scores / t, truth) for t in coarse])) * 20
    near = TEMPERATURES[max(middle - 20, 0) : middle + 21]
    return float(near[np.argmin([_doubting_loss(scores / t, truth) for t in near])])


def _doubting_loss(scores: Floats, truth: Integers) -> float:
    """Return the log loss, had one text in n + 2 any label at all.

    Platt (1999): a head that is right on all of a few texts must not claim to be certain.
    """
    doubt = 1 / (len(truth) + 2)
    logarithms = log_softmax(scores)
    given = logarithms[np.arange(len(truth)), truth]
    return float(-((1 - doubt) * given + doubt * logarithms.mean(axis=1)).mean())


def _choose_strength(examples: _Examples) -> tuple[float, Floats]:
    """Return the strength with the lowest calibrated log loss, and its held-out scores.

    The loss falls and then rises as the penalty weakens, so the first rise ends the search.
    """
    best, best_loss, best_scores = 0.0, np.inf, np.empty((0, 0))
    for strength in STRENGTHS:
        scores = _held_out(examples, strength)
        loss = _doubting_loss(_calibrated(scores, examples), examples.truth)
        if loss >= best_loss:
            break
        best, best_loss, best_scores = strength, loss, scores
    return best, best_scores


def _held_out(examples: _Examples, strength: float) -> Floats:
    """Return the scores [texts, labels] of each fold by a head trained on the others."""
    scores = np.empty((len(examples.truth), examples.truth.max() + 1))
    for others, fold in examples.folds:
        weights, bias = _fit(examples.vectors[others], examples.truth[others], strength)
        scores[fold] = examples.vectors[fold] @ weights.T + bias
    return scores


def _calibrated(scores: Floats, examples: _Examples) -> Floats:
    """Return the scores of each fold, divided by the temperature that suits the others."""
    calibrated = np.empty_like(scores)
    for others, fold in examples.folds:
        temperature = fit_temperature(scores[others], examples.truth[others])
        calibrated[fold] = scores[fold] / temperature
    return calibrated


def _fit(vectors: NDArray[np.float32], truth: Integers, strength: float) -> tuple[Floats, Floats]:
    """Return weights [labels, dimensions] and bias [labels]."""
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=MOST_ITERATIONS)
    model.fit(vectors, truth)
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:
        # Of two labels only the odds of the second are learnt.
        weights, bias = np.vstack([-weights, weights]) / 2, np.append(-bias, bias) / 2
    return weights.astype(np.float64), bias.astype(np.float64)


def _as_stored(values: Floats) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, np.float32)
