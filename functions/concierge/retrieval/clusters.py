"""Vectors in clusters of like ones, so that the nearest are found without reading them all.

An inverted file (https://lear.inrialpes.fr/pubs/2011/JDS11/jegou_searching_with_quantization.pdf,
section IV) over the clusters of spherical k-means. Rows stay where they are; only their numbers are
sorted by cluster.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter

Vectors8 = NDArray[np.int8]
Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

SAMPLE = 20_000
ROUNDS = 8
SEED = 20_240_229
# Rows made float32 at once: what clustering holds in memory follows from it and from SAMPLE.
BLOCK = 4_096


class Clusters:
    """Which rows are in which cluster.

    `centroids` are unit vectors, float32 [k, d]; the rows of cluster c, ascending, are
    `members[starts[c]:starts[c + 1]]`.
    """

    def __init__(
        self, centroids: Floats, starts: NDArray[np.int64], members: NDArray[np.int32]
    ) -> None:
        self._centroids = centroids
        self._starts = starts
        self._members = members

    @classmethod
    def open(cls, arrays: Arrays) -> "Clusters | None":
        """Return the clusters of a snapshot, or None where it was too small for any, or is old."""
        if "cluster_centroids" not in arrays:
            return None
        return cls(arrays["cluster_centroids"], arrays["cluster_starts"], arrays["cluster_members"])

    def near(self, query: Floats, allowed: Mask, enough: int) -> Rows:
        """Return the allowed rows of the clusters nearest to a query, ascending.

        Clusters are read until they gave `enough` rows, or to the last.
        """
        found: list[NDArray[np.int32]] = []
        count = 0
        for cluster in np.argsort(-(self._centroids @ query), kind="stable"):
            members = self._members[self._starts[cluster] : self._starts[cluster + 1]]
            found.append(members[allowed[members]])
            count += len(found[-1])
            if count >= enough:
                break
        return np.sort(np.concatenate(found)).astype(np.intp)


def write_clusters(arrays: ArraysWriter, vectors: Vectors8) -> None:
    """Cluster vectors, int8 [n, d], which may be mapped; equal ones make equal clusters.

    Their scales do not matter: clusters are of directions.
    """
    centroids = _centroids(vectors)
    labels = np.concatenate([_nearest(block, centroids) for block in _unit_blocks(vectors)])
    sizes = np.bincount(labels, minlength=len(centroids))
    arrays.column("cluster_centroids", np.float32, vectors.shape[1]).append(centroids)
    arrays.put("cluster_starts", np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))
    arrays.put("cluster_members", np.argsort(labels, kind="stable").astype(np.int32))


def _centroids(vectors: Vectors8) -> Floats:
    """Return the centres of spherical k-means on a sample, as unit vectors, about √n of them."""
    chance = np.random.default_rng(SEED)
    sample = _some(vectors, SAMPLE, chance)
    centroids = _unit(_some(sample, round(len(vectors) ** 0.5), chance).astype(np.float32))
    for _ in range(ROUNDS):
        sums = np.zeros_like(centroids)
        for block in _unit_blocks(sample):
            labels = _nearest(block, centroids)
            order = np.argsort(labels, kind="stable")
            met, begins = np.unique(labels[order], return_index=True)
            sums[met] += np.add.reduceat(block[order], begins)
        # A cluster that lost all of its rows stays where it was.
        lost = ~sums.any(axis=1)
        sums[lost] = centroids[lost]
        centroids = _unit(sums)
    return centroids


def _some(vectors: Vectors8, count: int, chance: np.random.Generator) -> Vectors8:
    chosen = chance.choice(len(vectors), min(count, len(vectors)), replace=False)
    return vectors[np.sort(chosen)]


def _unit_blocks(vectors: Vectors8) -> Iterator[Floats]:
    for begin in range(0, len(vectors), BLOCK):
        yield _unit(vectors[begin : begin + BLOCK].astype(np.float32))


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Floats = vectors / np.maximum(lengths, np.float32(1e-9))
    return units


def _nearest(vectors: Floats, centroids: Floats) -> NDArray[np.int32]:
    labels: NDArray[np.int32] = (vectors @ centroids.T).argmax(axis=1).astype(np.int32)
    return labels
