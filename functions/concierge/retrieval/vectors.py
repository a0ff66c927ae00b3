"""Vectors as int8 with one scale a row, compared by SIMD kernels: all of them, or some.

A row of unit length keeps a cosine of 0.9999 with its float original and a quarter of its bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import simsimd
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.retrieval.clusters import Clusters, write_clusters
from concierge.retrieval.ranking import best_of

Vectors8 = NDArray[np.int8]
Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

HASH_BYTES = 16
# Snapshots with fewer rows have no clusters, and `nearest` is exact in them.
FEWEST_CLUSTERED = 100_000
# How many rows are read in an approximate search, and how many of them at least must be allowed:
# measured by `make bench-nearest`.
READ = 30_000
ALLOWED_A_HIT = 50
# How many allowed rows `near` reads at least.
LEAST_ALLOWED = 5_000
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

    def kept(self) -> tuple[Vectors8, Floats] | None:
        """Return int8 [n, d] and scales [n] of what was appended, None where that is nothing."""
        if not self._vectors or not self._count:
            return None
        vectors, scales = (column.mapped() for column in self._vectors)
        return vectors, scales

    def cluster(self) -> None:
        """Lay the vectors out in clusters, by which `nearest` is fast, where there are enough."""
        if not self._vectors or self._count < self._fewest_clustered:
            return
        vectors, scales = (column.mapped() for column in self._vectors)
        members = write_clusters(self._arrays, vectors)
        # Under names of their own: who knows of no clusters shall not take places for rows.
        clustered = (
            self._arrays.column("clustered_vectors", np.int8, vectors.shape[1]),
            self._arrays.column("clustered_scales", np.float32),
        )
        for begin in range(0, len(members), GATHERED):
            rows = members[begin : begin + GATHERED]
            clustered[0].append(vectors[rows])
            clustered[1].append(scales[rows])
        for name in ("vectors", "scales"):
            self._arrays.discard(name)


class VectorIndex:
    """The vectors of a snapshot: int8 of shape [n, d], scales float32 of shape [n].

    With clusters they lie in the order of these; whoever asks knows rows only.
    """

    def __init__(self, vectors: Vectors8, scales: Floats, clusters: Clusters | None = None) -> None:
        self._vectors = vectors
        self._scales = scales
        self._clusters = clusters
        self._places = clusters.places() if clusters else np.arange(len(scales))

    @classmethod
    def open(cls, arrays: Arrays) -> "VectorIndex | None":
        """Return the index of a snapshot, or None where it was made without a model."""
        if "clustered_vectors" in arrays:
            clustered = arrays["clustered_vectors"], arrays["clustered_scales"]
            return cls(*clustered, Clusters.open(arrays))
        return cls(arrays["vectors"], arrays["scales"]) if "vectors" in arrays else None

    def __len__(self) -> int:
        return len(self._scales)

    def rows(self, rows: Rows | list[int]) -> Floats:
        """Return some rows as float32 of shape [len(rows), d]."""
        places = self._places[rows]
        chosen: Floats = self._vectors[places].astype(np.float32) * self._scales[places, None]
        return chosen

    def quantised(self, row: int) -> tuple[Vectors8, float]:
        """Return a row as it is kept: int8 [d] and its scale."""
        place = self._places[row]
        return self._vectors[place], float(self._scales[place])

    def similarities(self, query: Floats) -> Floats:
        """Return the dot product of a float32 query [d] with every row, as float32 [n]."""
        by_place = self._compared(_Query.of(query), slice(0, len(self)))
        return by_place if self._clusters is None else by_place[self._places]

    def similarities_at(self, query: Floats, rows: Rows) -> Floats:
        """Return what `similarities` gives for some rows, as float32 [len(rows)]."""
        if 2 * len(rows) > len(self):
            # In their order and without copies, all are compared sooner.
            return self.similarities(query)[rows]
        asked, places = _Query.of(query), self._places[rows]
        found = [
            self._compared(asked, places[begin : begin + GATHERED])
            for begin in range(0, len(places), GATHERED)
        ]
        return np.concatenate([np.zeros(0, np.float32), *found])

    def nearest(self, query: Floats, count: int, allowed: Mask | None = None) -> Rows:
        """Return the allowed rows most similar to a float32 query [d], best first, ties by row.

        Exact in snapshots without clusters, and where few rows are allowed. Else nearly all of
        the best are found, and a row further down may be missing.
        """
        if allowed is None:
            allowed = np.ones(len(self), np.bool_)
        enough = count * ALLOWED_A_HIT
        if self._clusters is None or np.count_nonzero(allowed) <= max(READ, enough):
            rows = np.flatnonzero(allowed)
            return best_of(rows, self.similarities_at(query, rows), count)
        return best_of(*self._near(self._clusters, query, allowed, enough), count)

    def near(self, query: Floats, allowed: Mask) -> tuple[Rows, Floats]:
        """Return allowed rows with their similarity to a float32 query [d].

        All of them, ascending, in snapshots without clusters and where few rows are allowed; else
        those of the clusters nearest to the query, in which nearly all of the most similar are, in
        no order.
        """
        if self._clusters is None or np.count_nonzero(allowed) <= READ:
            rows = np.flatnonzero(allowed)
            return rows, self.similarities_at(query, rows)
        return self._near(self._clusters, query, allowed, LEAST_ALLOWED)

    def _near(
        self, clusters: Clusters, query: Floats, allowed: Mask, enough: int
    ) -> tuple[Rows, Floats]:
        """Return the allowed rows of the nearest clusters, and their similarities."""
        asked = _Query.of(query)
        rows: list[NDArray[np.int32]] = []
        scores: list[Floats] = []
        read = found = 0
        for places in clusters.nearest_first(query):
            members = clusters.members[places]
            kept = allowed[members]
            rows.append(members[kept])
            inside = places if kept.all() else places.start + np.flatnonzero(kept)
            scores.append(self._compared(asked, inside))
            read, found = read + len(members), found + len(rows[-1])
            if read >= READ and found >= enough:
                break
        return np.concatenate(rows).astype(np.intp), np.concatenate(scores)

    def _compared(self, query: "_Query", places: slice | Rows) -> Floats:
        vectors = self._vectors[places]
        if not len(vectors):
            return np.zeros(0, np.float32)
        products = np.asarray(simsimd.cdist(query.vector, vectors, "dot"), np.float32)[0]
        scaled: Floats = products * (self._scales[places] * query.scale)
        return scaled


@dataclass(frozen=True, slots=True)
class _Query:
    """A query as rows are kept: int8 [1, d] and its scale."""

    vector: Vectors8
    scale: np.float32

    @classmethod
    def of(cls, query: Floats) -> "_Query":
        vectors, scales = quantise(query[None, :])
        return cls(vectors, scales[0])
