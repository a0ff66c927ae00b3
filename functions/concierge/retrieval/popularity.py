"""How popular items and queries are, and nothing else of a behaviour snapshot: what search starts with."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.artifacts.manifest import Manifest, read_manifest
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot

Floats = NDArray[np.float32]

# Beside the model, which is a hundred times as large and of no use to a search.
FILE_NAME = "popularity.safetensors"


def write_popularity(
    folder: Path,
    item_hashes: NDArray[np.uint64],
    popularity: Floats,
    queries: Sequence[tuple[str, float]] = (),
) -> None:
    """Write the popularity of items by the sorted hashes of their ids, and that of queries."""
    arrays = ArraysWriter(folder, FILE_NAME)
    arrays.put("queries", np.frombuffer(json.dumps(queries).encode(), np.uint8))
    arrays.put("item_hashes", item_hashes)
    arrays.put("popularity", popularity)
    arrays.finish()


def popularity_alone(manifest: Manifest) -> Collection[str]:
    """Return what to fetch of a behaviour snapshot for its popularity: nothing of an older one."""
    return [name for name in manifest.files if name == FILE_NAME]


def all_but_popularity(manifest: Manifest) -> Collection[str]:
    """Return what to fetch of a behaviour snapshot for its model."""
    return [name for name in manifest.files if name != FILE_NAME]


class Popularity:
    """The popularity of the behaviour in force."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.id = manifest.id
        arrays = Arrays.open(folder, FILE_NAME) if FILE_NAME in manifest.files else None
        self._hashes = arrays["item_hashes"] if arrays else np.zeros(0, np.uint64)
        self._popularity = arrays["popularity"] if arrays else np.zeros(0, np.float32)
        has_queries = arrays is not None and "queries" in arrays
        self._queries = arrays["queries"] if arrays and has_queries else np.zeros(0, np.uint8)

    @classmethod
    def open(cls, folder: Path) -> "Popularity":
        """Open a verified folder; nothing is popular by what an older version wrote."""
        return cls(folder, read_manifest(folder))

    def queries(self) -> list[tuple[str, float]]:
        """Return popular queries that found something, each with a share of the most popular."""
        return [(text, share) for text, share in json.loads(self._queries.tobytes() or b"[]")]

    def by_row(self, catalogue: CatalogueSnapshot) -> Floats:
        """Return the popularity of each row, float32 [rows], 1 for the most popular item."""
        popularity = np.zeros(len(catalogue), np.float32)
        if len(self._hashes):
            hashes, rows = catalogue.identifiers
            places = np.searchsorted(self._hashes, hashes).clip(0, len(self._hashes) - 1)
            known = self._hashes[places] == hashes
            popularity[rows[known]] = self._popularity[places[known]]
        return popularity
