"""What the shop's customers do together: for now, how popular each item is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.artifacts.manifest import Manifest, describe_folder, read_manifest
from concierge.retrieval.identifiers import hash_of


def write_behaviour(
    folder: Path, popularity: Mapping[str, float], details: Mapping[str, Any] | None = None
) -> Manifest:
    """Write popularity by item id, scaled so that the most popular item has 1."""
    most = max(popularity.values(), default=1.0)
    pairs = sorted((hash_of(item_id), value / most) for item_id, value in popularity.items())
    arrays = ArraysWriter(folder)
    arrays.put("item_hashes", np.array([pair[0] for pair in pairs], np.uint64))
    arrays.put("popularity", np.array([pair[1] for pair in pairs], np.float32))
    arrays.finish()
    return describe_folder(folder, "behaviour", counts={"items": len(pairs)}, details=details)


class BehaviourSnapshot:
    """The behaviour in force; items are known by the hash of their id, whatever the catalogue."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.id = manifest.id
        arrays = Arrays.open(folder)
        self.item_hashes: NDArray[np.uint64] = arrays["item_hashes"]
        self.popularity: NDArray[np.float32] = arrays["popularity"]

    @classmethod
    def open(cls, folder: Path) -> "BehaviourSnapshot":
        """Open a verified folder."""
        return cls(folder, read_manifest(folder))
