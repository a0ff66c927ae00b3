"""Vectors as int8 with one scale a row, searched exactly by SIMD kernels.

A row of unit length keeps a cosine of 0.9999 with its float original and a quarter of its bytes.
"""

from collections.abc import Sequence

import numpy as np
import simsimd
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter

Vectors8 = NDArray[np.int8]
Floats = NDArray[np.float32]

HASH_BYTES = 16


def quantise(vectors: Floats) -> tuple[Vectors8, Floats]:
    """Return int8 of the same shape [n, d] and float32 scales [n]: vector ≈ int8 × scale."""
    # 127 keeps the range symmetric, so that negation is exact.
    peaks = np.abs(vectors).max(axis=1, initial=0.0)
    scales = np.where(peaks > 0, peaks / 127.0, 1.0).astype(np.float32)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


class VectorsWriter:
    """Writes the vectors of a snapshot, or only the hashes of their texts where no model is."""

    def __init__(self, arrays: ArraysWriter, dimensions: int | None) -> None:
        self._text_hashes = arrays.column("text_hashes", np.uint8, HASH_BYTES)
        self._vectors = (
            (arrays.column("vectors", np.int8, dimensions), arrays.column("scales", np.float32))
            if dimensions
            else None
        )

    def append(
        self, vectors: Vectors8 | None, scales: Floats | None, hashes: Sequence[bytes], count: int
    ) -> None:
        """Append `count` rows; without a model, vectors, scales and hashes are left out."""
        if self._vectors:
            if vectors is None or scales is None or len(vectors) != count:
                raise ValueError(f"{count} vectors are needed, one for each text")
            self._vectors[0].append(vectors)
            self._vectors[1].append(scales)
        known = b"".join(hashes) or bytes(HASH_BYTES * count)
        self._text_hashes.append(np.frombuffer(known, np.uint8))


class VectorIndex:
    """The vectors of a snapshot: int8 of shape [n, d], scales float32 of shape [n]."""

    def __init__(self, vectors: Vectors8, scales: Floats) -> None:
        self.vectors = vectors
        self.scales = scales

    @classmethod
    def open(cls, arrays: Arrays) -> "VectorIndex | None":
        """Return the index of a snapshot, or None where it was made without a model."""
        return cls(arrays["vectors"], arrays["scales"]) if "vectors" in arrays else None

    def __len__(self) -> int:
        return len(self.scales)

    def rows(self, rows: NDArray[np.intp] | list[int]) -> Floats:
        """Return some rows as float32 of shape [len(rows), d]."""
        chosen: Floats = self.vectors[rows].astype(np.float32) * self.scales[rows, None]
        return chosen

    def similarities(self, query: Floats) -> Floats:
        """Return the dot product of a float32 query [d] with every row, as float32 [n]."""
        if not len(self):
            return np.zeros(0, np.float32)
        query8, scale = quantise(query[None, :])
        products = np.asarray(simsimd.cdist(query8, self.vectors, "dot"), np.float32)[0]
        scaled: Floats = products * (self.scales * scale[0])
        return scaled

    def similarities_at(self, query: Floats, rows: NDArray[np.intp]) -> Floats:
        """Return the dot product of a float32 query [d] with some rows, as float32 [rows]."""
        if not len(rows):
            return np.zeros(0, np.float32)
        query8, scale = quantise(query[None, :])
        products = np.asarray(simsimd.cdist(query8, self.vectors[rows], "dot"), np.float32)[0]
        scaled: Floats = products * (self.scales[rows] * scale[0])
        return scaled

    def nearest(
        self, query: Floats, count: int, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.intp]:
        """Return at most `count` of the allowed rows with the largest products, best first."""
        scores = self.similarities(query)
        rows = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        if len(rows) > count:
            rows = rows[np.argpartition(-scores[rows], count - 1)[:count]]
        return rows[np.lexsort((rows, -scores[rows]))]
