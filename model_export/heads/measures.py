"""How good label probabilities are, each text judged by a head that has not seen it."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Guo et al., On Calibration of Modern Neural Networks (2017), use fifteen.
BINS = 15


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures of a head; `calibration_error` is how far confidence is from accuracy, on average."""

    examples: int
    accuracy: float
    macro_f1: float
    log_loss: float
    calibration_error: float
    f1: dict[str, float]

    def to_record(self) -> dict[str, Any]:
        """Return what the manifest states."""
        return asdict(self)


def judge(probabilities: Floats, truth: Integers, labels: tuple[str, ...]) -> Quality:
    """Judge float64 [texts, labels] by the true columns [texts]."""
    guesses = probabilities.argmax(axis=1)
    f1 = {label: _f1(guesses == column, truth == column) for column, label in enumerate(labels)}
    return Quality(
        examples=len(truth),
        accuracy=_rounded((guesses == truth).mean()),
        macro_f1=_rounded(np.mean(list(f1.values()))),
        log_loss=_rounded(log_loss(probabilities, truth)),
        calibration_error=_rounded(calibration_error(probabilities, truth)),
        f1=f1,
    )


def log_loss(probabilities: Floats, truth: Integers) -> float:
    """Return the mean of -ln of the probability given to what is true."""
    given = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(given, np.finfo(np.float64).tiny)).mean())


def calibration_error(probabilities: Floats, truth: Integers) -> float:
    """Return the expected calibration error over bins of equal width (Guo et al. 2017)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, right - confidence, minlength=BINS)
    return float(np.abs(gaps).sum() / len(truth))


def log_softmax(scores: Floats) -> Floats:
    """Return the logarithms of the probabilities [texts, labels] of scores."""
    below = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(axis=1, keepdims=True)), np.float64)


def _f1(guessed: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return _rounded(2 * (guessed & true).sum() / (guessed.sum() + true.sum()))


def _rounded(value: float | np.floating[Any]) -> float:
    """Return a figure without the digits that another processor would compute differently."""
    return round(float(value), 4)
