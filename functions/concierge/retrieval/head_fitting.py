"""Fits the head of a language, and tells what it would say of a wording it had not seen."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from concierge.retrieval.entry_head import EntryHead, Floats, Rows, kernel

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
# The closer a wording's leverage is to one, the less its residual tells of it.
MOST_LEVERAGE = 0.99
# Wordings whose features are in memory at once: at most 40 MB.
BLOCK = 4_096


def can_fit(wordings: int, entries: int) -> bool:
    """Tell whether so many entries have enough wordings, and are not too many."""
    return entries >= 2 and wordings >= FEWEST_WORDINGS * entries and _count(wordings, entries) > 0


@dataclass(frozen=True, slots=True, eq=False)
class HeadFit:
    """A fitted head, with what its fit was made of: unit vectors, and the class of each."""

    head: EntryHead
    vectors: Floats
    classes: Rows
    off_topic: Floats
    normal: Floats
    landmarks: Floats

    @classmethod
    def of(
        cls, vectors: Floats, units: Rows, entries: Rows, off_topic: Floats | None = None
    ) -> Self | None:
        """Fit a head on wordings: unit vectors [n, d], their rows, the entry of each, ascending.

        Questions `off_topic` (unit vectors) are to score zero for every entry, unless they are
        close to a wording. Returns None where the entries have too few wordings, or are too many.
        """
        known, classes = np.unique(entries, return_inverse=True)
        if not can_fit(len(units), len(known)):
            return None
        count = _count(len(units), len(known))
        # Evenly spread: every entry lends some of its wordings.
        chosen = np.linspace(0, len(units) - 1, count).astype(np.int64)
        landmarks = vectors[chosen]
        strange = _strange(off_topic, vectors)
        features = kernel(strange @ landmarks.T)
        normal = features.T @ features + np.float32(PENALTY) * kernel(landmarks @ landmarks.T)
        targets = np.zeros((len(known), count), np.float32)
        for begin in range(0, len(units), BLOCK):
            block = slice(begin, begin + BLOCK)
            features = kernel(vectors[block] @ landmarks.T)
            normal += features.T @ features
            np.add.at(targets, classes[block], features)
        normal[np.diag_indices(count)] += np.float32(JITTER)
        weights = np.linalg.solve(normal, targets.T).astype(np.float32)
        head = EntryHead(units[chosen].astype(np.int32), known.astype(np.int32), weights)
        return cls(head, vectors, classes.astype(np.int32), strange, normal, landmarks)

    def left_out(self, rows: Rows) -> Floats:
        """Return what the head would score some wordings had each not been among them: [n, k].

        Exact for squares: a residual over one less its leverage (Cook and Weisberg 1982).
        """
        targets = np.zeros((len(rows), len(self.head.entries)), np.float32)
        targets[np.arange(len(rows)), self.classes[rows]] = 1
        return self._without(self.vectors[rows], targets)

    def off_topic_left_out(self) -> Floats:
        """Return what the head would score each question off topic that it was fitted on."""
        targets = np.zeros((len(self.off_topic), len(self.head.entries)), np.float32)
        return self._without(self.off_topic, targets)

    def _without(self, vectors: Floats, targets: Floats) -> Floats:
        features = kernel(vectors @ self.landmarks.T)
        solved = np.linalg.solve(self.normal, features.T)
        leverage = np.minimum(np.einsum("nm,mn->n", features, solved), MOST_LEVERAGE)
        residuals = targets - features @ self.head.weights
        left_out: Floats = targets - residuals / (1 - leverage)[:, None].astype(np.float32)
        return left_out


def _strange(off_topic: Floats | None, vectors: Floats) -> Floats:
    """Return those questions off topic that are not close to a wording."""
    if off_topic is None or not len(off_topic):
        return np.empty((0, vectors.shape[1]), np.float32)
    strange: Floats = off_topic[(off_topic @ vectors.T).max(axis=1) < CLOSE]
    return strange


def _count(wordings: int, entries: int) -> int:
    """Return how many landmarks a head has, zero where it would have fewer than entries."""
    count = min(wordings, MOST_LANDMARKS, MOST_WEIGHTS // max(entries, 1))
    return count if count >= entries else 0
