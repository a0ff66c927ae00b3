"""Linear heads: what a text is about, told from the sentence vector that is there already.

A head is a multinomial logistic regression on unit vectors (intent, sentiment, language, …), trained
and calibrated by `python -m model_export head`. A vector costs a forward pass; a head on it costs a
product of a few thousand numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays
from concierge.artifacts.manifest import Manifest
from concierge.errors import BrokenArtifact, UnknownHead

FILE_NAME = "heads.safetensors"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest label of a text."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Weights float32 [labels, dimensions] and bias [labels]; the temperature is folded into both."""

    name: str
    labels: tuple[str, ...]
    weights: Floats
    bias: Floats

    def probabilities(self, vectors: Floats) -> Floats:
        """Return float32 [texts, labels] for unit vectors [texts, dimensions]; rows add up to 1."""
        scores = vectors @ self.weights.T + self.bias
        # No score above zero can overflow the exponential.
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        return scores

    def best(self, vectors: Floats) -> list[Guess]:
        """Return the likeliest label of each vector."""
        return _likeliest(self.labels, self.probabilities(vectors))


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one forward pass tells of some texts: vectors [texts, dimensions], and each head's view.

    `probabilities` holds float32 [texts, labels] by the name of the head, in the order of `labels`.
    """

    vectors: Floats
    labels: Mapping[str, tuple[str, ...]]
    probabilities: Mapping[str, Floats]

    def best(self, name: str) -> list[Guess]:
        """Return the likeliest label of each text, or raise UnknownHead if the head was not asked."""
        if name not in self.labels:
            raise unknown_head(name, self.labels)
        return _likeliest(self.labels[name], self.probabilities[name])


def read_vectors(vectors: Floats, heads: Iterable[Head]) -> Reading:
    """Let heads judge unit vectors."""
    asked = list(heads)
    return Reading(
        vectors,
        {head.name: head.labels for head in asked},
        {head.name: head.probabilities(vectors) for head in asked},
    )


def unknown_head(name: str, known: Iterable[str]) -> UnknownHead:
    """Return the error that names the heads there are."""
    names = ", ".join(sorted(known))
    return UnknownHead(f"the model has no head {name!r}; it has {names or 'none'}")


def open_heads(folder: Path, manifest: Manifest) -> dict[str, Head]:
    """Return the heads of a model by name: none for most, BrokenArtifact where they make no sense."""
    described: Mapping[str, Any] = manifest.details.get("heads", {})
    if not described and FILE_NAME not in manifest.files:
        return {}
    if FILE_NAME not in manifest.files:
        raise BrokenArtifact(f"manifest.json describes heads, but {FILE_NAME} is missing")
    arrays = Arrays.open(folder, FILE_NAME)
    try:
        dimensions = int(manifest.details["dimensions"])
        labels = {name: tuple(map(str, entry["labels"])) for name, entry in described.items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenArtifact(f"manifest.json: its heads cannot be read: {error!r}") from error
    return {name: _head(name, labels[name], dimensions, arrays) for name in labels}


def _head(name: str, labels: tuple[str, ...], dimensions: int, arrays: Arrays) -> Head:
    head = Head(name, labels, arrays[f"{name}.weights"], arrays[f"{name}.bias"])
    _check(head.weights, (len(labels), dimensions), f"{name}.weights")
    _check(head.bias, (len(labels),), f"{name}.bias")
    return head


def _check(array: Floats, shape: tuple[int, ...], name: str) -> None:
    if array.dtype != np.float32 or array.shape != shape:
        raise BrokenArtifact(
            f"{FILE_NAME}: {name} is {array.dtype} {array.shape}, expected float32 {shape}"
        )
    if not np.isfinite(array).all():
        raise BrokenArtifact(f"{FILE_NAME}: {name} holds values that are no numbers")


def _likeliest(labels: tuple[str, ...], probabilities: Floats) -> list[Guess]:
    first = probabilities.argmax(axis=1)
    return [
        Guess(labels[column], float(row[column]))
        for row, column in zip(probabilities, first, strict=True)
    ]
