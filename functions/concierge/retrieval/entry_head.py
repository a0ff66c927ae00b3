"""A head that tells entries apart, fitted in closed form on the wordings that they have.

Kernel ridge regression (Saunders, Gammerman and Vovk 1998) with a Gaussian kernel on unit vectors,
in the span of some wordings, the landmarks (Nyström; Williams and Seeger 2001). A question's cosines
to all wordings are there already, so a head costs one small product. Each language has its own:
entries that say the same in two languages must not compete.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter

Floats = NDArray[np.float32]
Rows = NDArray[np.int32]

# Of 2, 4 and 8 the best on held-out questions of CLINC150 (0.946, 0.936, 0.906), banking77 and
# Bitext; at 1 float32 no longer solves it.
SHARPNESS = 2.0
PENALTY = 0.1
# Keeps the landmarks' own matrix invertible where two wordings are equal.
JITTER = 1e-3
MOST_LANDMARKS = 2_500
# A larger head would cost more memory and time than it is worth: 16 MB of float32.
MOST_WEIGHTS = 4_000_000
# With fewer wordings an entry there is nothing to learn from.
FEWEST_WORDINGS = 3.0
# A question off every topic that is as close to a wording may be on a topic of this shop.
CLOSE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class EntryHead:
    """Weights float32 [landmarks, entries] of one language, with the rows of both."""

    landmarks: Rows
    entries: Rows
    weights: Floats

    def scores(self, cosines: Floats) -> Floats:
        """Return float32 [entries], about one for the entry meant, from the cosines of units."""
        found: Floats = kernel(cosines[self.landmarks]) @ self.weights
        return found


def kernel(cosines: Floats) -> Floats:
    """Return the Gaussian kernel of unit vectors by their cosines."""
    alike: Floats = np.exp(np.float32(SHARPNESS) * (cosines - np.float32(1)))
    return alike


def can_fit(wordings: int, entries: int) -> bool:
    """Tell whether so many entries have enough wordings, and are not too many."""
    return entries >= 2 and wordings >= FEWEST_WORDINGS * entries and _count(wordings, entries) > 0


def fit_head(
    vectors: Floats, units: Rows, entries: Rows, off_topic: Floats | None = None
) -> EntryHead | None:
    """Fit a head on wordings: unit vectors [n, d], their rows, and the entry of each, ascending.

    Questions `off_topic` (unit vectors) are to score zero for every entry, unless they are close
    to a wording. Returns None where the entries have too few wordings, or are too many.
    """
    classes, number = np.unique(entries, return_inverse=True)
    if not can_fit(len(units), len(classes)):
        return None
    count = _count(len(units), len(classes))
    # Evenly spread: every entry lends some of its wordings.
    chosen = np.linspace(0, len(units) - 1, count).astype(np.int64)
    features = kernel(vectors @ vectors[chosen].T)
    normal = features.T @ features + np.float32(PENALTY) * features[chosen]
    if off_topic is not None and len(off_topic):
        cosines = off_topic @ vectors.T
        strange = kernel(cosines[cosines.max(axis=1) < CLOSE][:, chosen])
        normal += strange.T @ strange
    normal[np.diag_indices(count)] += np.float32(JITTER)
    targets = np.zeros((len(classes), count), np.float32)
    np.add.at(targets, number, features)
    weights = np.linalg.solve(normal, targets.T).astype(np.float32)
    return EntryHead(units[chosen].astype(np.int32), classes.astype(np.int32), weights)


def _count(wordings: int, entries: int) -> int:
    """Return how many landmarks a head has, zero where it would have fewer than entries."""
    count = min(wordings, MOST_LANDMARKS, MOST_WEIGHTS // max(entries, 1))
    return count if count >= entries else 0


def write_heads(arrays: ArraysWriter, heads: Sequence[EntryHead]) -> None:
    """Write the heads of a snapshot; none where there are none."""
    if not heads:
        return
    sizes = [(len(head.landmarks), len(head.entries)) for head in heads]
    arrays.column("head_sizes", np.int32, 2).append(sizes)
    for name, values in (
        ("head_landmarks", [head.landmarks for head in heads]),
        ("head_entries", [head.entries for head in heads]),
        ("head_weights", [head.weights.ravel() for head in heads]),
    ):
        arrays.put(name, np.concatenate(values))


@dataclass(frozen=True, slots=True, eq=False)
class EntryHeads:
    """The heads of a snapshot."""

    heads: tuple[EntryHead, ...] = ()

    @classmethod
    def open(cls, arrays: Arrays) -> Self:
        """Read the heads; snapshots of earlier versions have none."""
        if "head_sizes" not in arrays:
            return cls()
        heads, at = [], np.zeros(3, np.int64)
        for size in arrays["head_sizes"].astype(np.int64):
            end = at + np.array((size[0], size[1], size[0] * size[1]))
            weights = arrays["head_weights"][at[2] : end[2]].reshape(size)
            landmarks = arrays["head_landmarks"][at[0] : end[0]]
            heads.append(EntryHead(landmarks, arrays["head_entries"][at[1] : end[1]], weights))
            at = end
        return cls(tuple(heads))

    def scores(self, cosines: Floats, entries: int) -> Floats:
        """Return float32 [entries] from the cosines of all units; zero where no head knows it."""
        scores = np.zeros(entries, np.float32)
        for head in self.heads:
            scores[head.entries] = head.scores(cosines)
        return scores
