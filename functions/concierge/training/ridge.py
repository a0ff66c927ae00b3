"""Solve the normal equations of ridge regression in float32, in place.

Cholesky and two substitutions, by blocks, so that nearly all of it is matrix products. For 8,000 items
`numpy.linalg.solve` would take twice as long and, since it copies everything into float64, 2 GB;
there is no SciPy in a function.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

BLOCK = 128
# Where items can hardly be told apart, float32 needs a larger ridge than asked for: so much larger
# each time.
STEP = 10.0


def solved(gram: Floats, moments: Floats, ridge: float) -> Floats:
    """Return (gram + ridge)^-1 moments, float32 [items, targets], written over both."""
    blocks = [slice(at, min(at + BLOCK, len(gram))) for at in range(0, len(gram), BLOCK)]
    inverses = _factored(gram, blocks, ridge)
    for block, inverse in zip(blocks, inverses, strict=True):
        moments[block] -= gram[block, : block.start] @ moments[: block.start]
        moments[block] = inverse @ moments[block]
    for block, inverse in zip(blocks[::-1], inverses[::-1], strict=True):
        moments[block] -= gram[block.stop :, block].T @ moments[block.stop :]
        moments[block] = inverse.T @ moments[block]
    return moments


def _factored(gram: Floats, blocks: list[slice], ridge: float) -> list[Doubles]:
    """Write the factor below the diagonal blocks; return the inverses of those on it."""
    on_diagonal = [gram[block, block].copy() for block in blocks]
    while True:
        np.einsum("ii->i", gram)[:] += np.float32(ridge)
        try:
            return [_column(gram, block) for block in blocks]
        except np.linalg.LinAlgError:
            ridge *= STEP
            for block, original in zip(blocks, on_diagonal, strict=True):
                gram[block, block] = original
                # What is above the diagonal was left alone.
                gram[block.stop :, block] = gram[block, block.stop :].T


def _column(gram: Floats, block: slice) -> Doubles:
    """Write the columns of the factor after those before; return the inverse of the first rows."""
    columns = gram[block.start :, block]
    columns -= gram[block.start :, : block.start] @ gram[block, : block.start].T
    size = columns.shape[1]
    # An inverse has large numbers that cancel each other: in float64.
    lower = np.linalg.cholesky(columns[:size].astype(np.float64))
    inverse = np.asarray(np.linalg.inv(lower), np.float64)
    columns[size:] = columns[size:] @ inverse.T
    return inverse
