"""The memory of a customer's items as the behaviour model reads it, in training and in serving."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MOST_REMEMBERED = 300


def normalised(weights: Floats) -> Floats:
    """Return weights over the root of their sum: long memories speak louder, but not as long.

    Of several memories [memories, items], each by itself.
    """
    sums = weights.sum(axis=-1, keepdims=True)
    shares: Floats = weights / np.sqrt(np.maximum(sums, np.float32(1e-6)))
    return shares
