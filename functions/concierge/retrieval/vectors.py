"""Vectors as int8 with one scale a row, compared by SIMD kernels: all of them, or some.

A row of unit length keeps a cosine of 0.9999 with its float original and a quarter of its bytes.
"""

from collections.abc import Sequence

import numpy as np
import simsimd
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.retrieval.clusters import Clusters, write_clusters
from concierge.retrieval.ranking import best_rows

Vectors8 = NDArray[np.int8]
Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

HASH_BYTES = 16
# Snapshots with fewer rows have no clusters, and `nearest` is exact in them.
FEWEST_CLUSTERED = 100_000
# How many rows are compared in an approximate search; measured by `make bench-nearest`.
COMPARED = 20_000
COMPARED_A_HIT = 50
# Rows gathered at once: so many stay in the cache until they are compared.
GATHERED = 512


def quantise(vectors: Floats) -> tuple[Vectors8, Floats]:
    """Return int8 of the same shape [n, d] and float32 scales [n]: vector ≈ int8 × scale."""
    # 127 keeps the range symmetric, so that negation is exact.
    peaks = np.abs(vectors).max(axis=1, initial=0.0)
    scales = np.where(peaks > 0, peaks / 127.0, 1.0).astype(np.float32)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


class VectorsWriter:
    """Writes the vectors of a snapshot, or only the hashes of their texts where no model is."""

    def __init__(
        self,
        arrays: ArraysWriter,
        dimensions: int | None,
        fewest_clustered: int = FEWEST_CLUSTERED,
    ) -> None:
        self._arrays = arrays
        self._fewest_clustered = fewest_clustered
        self._count = 0
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
        self._count += count

    def cluster(self) -> None:
        """Write the clusters by which `nearest` finds candidates, where there are rows enough."""
        if self._vectors and self._count >= self._fewest_clustered:
            write_clusters(self._arrays, self._vectors[0].mapped())


class VectorIndex:
    """The vectors of a snapshot: int8 of shape [n, d], scales float32 of shape [n]."""

    def __init__(self, vectors: Vectors8, scales: Floats, clusters: Clusters | None = None) -> None:
        self.vectors = vectors
        self.scales = scales
        self._clusters = clusters

    @classmethod
    def open(cls, arrays: Arrays) -> "VectorIndex | None":
        """Return the index of a snapshot, or None where it was made without a model."""
        if "vectors" not in arrays:
            return None
        return cls(arrays["vectors"], arrays["scales"], Clusters.open(arrays))

    def __len__(self) -> int:
        return len(self.scales)

    def rows(self, rows: Rows | list[int]) -> Floats:
        """Return some rows as float32 of shape [len(rows), d]."""
        chosen: Floats = self.vectors[rows].astype(np.float32) * self.scales[rows, None]
        return chosen

    def similarities(self, query: Floats) -> Floats:
        """Return the dot product of a float32 query [d] with every row, as float32 [n]."""
        if not len(self):
            return np.zeros(0, np.float32)
        query8, scale = quantise(query[None, :])
        scaled: Floats = _products(query8, self.vectors) * (self.scales * scale[0])
        return scaled

    def similarities_at(self, query: Floats, rows: Rows) -> Floats:
        """Return what `similarities` gives for some rows, as float32 [len(rows)]."""
        if 2 * len(rows) > len(self):
            # In their order and without copies, all are compared sooner.
            return self.similarities(query)[rows]
        query8, scale = quantise(query[None, :])
        products = np.empty(len(rows), np.float32)
        for begin in range(0, len(rows), GATHERED):
            block = rows[begin : begin + GATHERED]
            products[begin : begin + GATHERED] = _products(query8, self.vectors.take(block, axis=0))
        scaled: Floats = products * (self.scales[rows] * scale[0])
        return scaled

    def nearest(self, query: Floats, count: int, allowed: Mask | None = None) -> Rows:
        """Return the allowed rows most similar to a float32 query [d], best first, ties by row.

        Exact in snapshots without clusters, and where few rows are allowed. Else nearly all of
        the best are found, and a row further down may be missing.
        """
        rows = self._candidates(
            query, count, np.ones(len(self), np.bool_) if allowed is None else allowed
        )
        best = best_rows(self.similarities_at(query, rows), np.ones(len(rows), np.bool_), count)
        return rows[best]

    def _candidates(self, query: Floats, count: int, allowed: Mask) -> Rows:
        """Return the rows to compare, ascending."""
        enough = max(COMPARED, COMPARED_A_HIT * count)
        if self._clusters is None or np.count_nonzero(allowed) <= enough:
            return np.flatnonzero(allowed)
        return self._clusters.near(query, allowed, enough)


def _products(query8: Vectors8, vectors: Vectors8) -> Floats:
    products: Floats = np.asarray(simsimd.cdist(query8, vectors, "dot"), np.float32)[0]
    return products
