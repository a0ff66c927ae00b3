"""How good rankings, similarities and labels are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
DEPTH = 10


def ndcg(scores: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    """Return the mean nDCG@10 of rankings by score; both arrays are [queries, passages].

    Gains are 0 or 1 and discounted by log2(rank + 1) (Järvelin & Kekäläinen, 2002); each query
    needs a right passage.
    """
    order = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    discounts = 1 / np.log2(np.arange(2, DEPTH + 2))[: order.shape[1]]
    gained = (np.take_along_axis(right, order, axis=1) * discounts).sum(axis=1)
    best = np.concatenate([[0], np.cumsum(discounts)])[np.minimum(right.sum(axis=1), DEPTH)]
    return float((gained / best).mean())


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the correlation of ranks (Spearman, 1904); equal values share their mean rank."""
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def nearest_label_accuracy(vectors: Vectors, labels: Sequence[str]) -> float:
    """Return how often the nearest other text has the same label; vectors are unit, [texts, width]."""
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -np.inf)
    named = np.array(labels)
    return float((named[similar.argmax(axis=1)] == named).mean())


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray(((last - counts + 1 + last) / 2)[place], np.float64)
