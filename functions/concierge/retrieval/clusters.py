"""Vectors in clusters of like ones, so that the nearest are found without reading them all.

An inverted file (https://lear.inrialpes.fr/pubs/2011/JDS11/jegou_searching_with_quantization.pdf,
section IV) over the clusters of spherical k-means. Vectors of a cluster lie side by side, because
reading rows here and there takes four times as long.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter

Vectors8 = NDArray[np.int8]
Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

SAMPLE = 20_000
ROUNDS = 8
SEED = 20_240_229
# Rows made float32 at once: what clustering holds in memory follows from it and from SAMPLE.
BLOCK = 4_096


class Clusters:
    """Which rows are in which cluster, and so where the vector of each row is.

    `centroids` are unit vectors, float32 [k, d]; cluster c has the places `starts[c]` up to
    `starts[c + 1]`, and `members` are the rows at all places, ascending in each cluster.
    """

    def __init__(
        self, centroids: Floats, starts: NDArray[np.int64], members: NDArray[np.int32]
    ) -> None:
        self._centroids = centroids
        self._starts = starts
        self.members = members

    @classmethod
    def open(cls, arrays: Arrays) -> "Clusters":
        """Return the clusters of a snapshot that has some."""
        return cls(arrays["cluster_centroids"], arrays["cluster_starts"], arrays["cluster_members"])

    def places(self) -> Rows:
        """Return the place of each row, as [n]."""
        places = np.empty(len(self.members), np.intp)
        places[self.members] = np.arange(len(self.members))
        return places

    def nearest_first(self, query: Floats) -> Iterator[slice]:
        """Yield the places of each cluster, those of the cluster nearest to a query first."""
        for cluster in np.argsort(-(self._centroids @ query), kind="stable"):
            yield slice(self._starts[cluster], self._starts[cluster + 1])


def write_clusters(arrays: ArraysWriter, vectors: Vectors8) -> NDArray[np.int32]:
    """Cluster vectors, int8 [n, d], which may be mapped; return the row of each place.

    Scales do not matter: clusters are of directions.
    """
    centroids = _centroids(vectors)
    labels = np.concatenate([_nearest(block, centroids) for block in _unit_blocks(vectors)])
    sizes = np.bincount(labels, minlength=len(centroids))
    members = np.argsort(labels, kind="stable").astype(np.int32)
    arrays.column("cluster_centroids", np.float32, vectors.shape[1]).append(centroids)
    arrays.put("cluster_starts", np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))
    arrays.put("cluster_members", members)
    return members


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
