"""Solve the normal equations of ridge regression, in place and with little memory.

Cholesky and two substitutions by blocks take half as long as the general `numpy.linalg.solve`,
and no copies; there is no SciPy in a function.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# The triangles on the diagonal are inverted at this size; all else is matrix products.
BLOCK = 128
# In float32, what is smaller than the largest moment by more than this cannot be told from zero.
ROUNDING = 1e-6


def solved(gram: Floats, moments: Floats, ridge: float) -> Floats:
    """Return (gram + ridge)^-1 moments, float32 [items, targets], written over both."""
    diagonal = np.einsum("ii->i", gram)
    diagonal += np.float32(max(ridge, ROUNDING * float(diagonal.max(initial=0.0))))
    lower = np.linalg.cholesky(gram)
    blocks = [slice(at, min(at + BLOCK, len(lower))) for at in range(0, len(lower), BLOCK)]
    inverses = [np.linalg.inv(lower[block, block]) for block in blocks]
    for block, inverse in zip(blocks, inverses, strict=True):
        moments[block] -= lower[block, : block.start] @ moments[: block.start]
        moments[block] = inverse @ moments[block]
    for block, inverse in zip(blocks[::-1], inverses[::-1], strict=True):
        moments[block] -= lower[block.stop :, block].T @ moments[block.stop :]
        moments[block] = inverse.T @ moments[block]
    return moments
