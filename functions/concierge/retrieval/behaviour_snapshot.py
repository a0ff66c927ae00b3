"""What the shop's customers do: what is popular, what comes back, and what goes with what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.artifacts.manifest import Manifest, describe_folder, read_manifest
from concierge.retrieval.popularity import write_popularity
from concierge.retrieval.relations import Relation

Floats = NDArray[np.float32]

# What customers did next, what they bought together, what they looked at or bought afterwards.
RELATIONS = ("next", "together", "after")
COLUMNS = ("popularity", "trend", "repeat")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A behaviour model: columns float32 [items], relations between the same items.

    `item_hashes` are sorted; items are known by the hash of their id, whatever the catalogue.
    `popularity` and `trend` have 1 for the most popular item; `repeat` is the share of buyers who
    buy an item again at their next visit. `weights` of the parts of a score are by kind of list.
    """

    item_hashes: NDArray[np.uint64]
    popularity: Floats
    trend: Floats
    repeat: Floats
    relations: Mapping[str, Relation]
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.item_hashes)

    def positions(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return where the hashes of ids are, and which are known at all."""
        if not len(self):
            return np.zeros(len(hashes), np.intp), np.zeros(len(hashes), np.bool_)
        found = np.searchsorted(self.item_hashes, hashes).clip(0, len(self) - 1)
        return found, self.item_hashes[found] == hashes


def write_behaviour(
    folder: Path,
    behaviour: Behaviour,
    details: Mapping[str, Any] | None = None,
    evidence: tuple[str, ...] = (),
    queries: Sequence[tuple[str, float]] = (),
) -> Manifest:
    """Write a model as a snapshot; `evidence` names files of the folder that are never loaded.

    `queries` are popular ones that succeed, with shares of the most popular.
    """
    arrays = ArraysWriter(folder)
    arrays.put("item_hashes", behaviour.item_hashes)
    for name in COLUMNS:
        arrays.put(name, getattr(behaviour, name))
    for name in RELATIONS:
        behaviour.relations[name].write(arrays, name)
    arrays.finish()
    write_popularity(folder, behaviour.item_hashes, behaviour.popularity, queries)
    counts = {"items": len(behaviour)}
    counts |= {name: len(relation.targets) for name, relation in behaviour.relations.items()}
    return describe_folder(
        folder,
        "behaviour",
        counts=counts,
        details={**(details or {}), "weights": behaviour.weights},
        evidence=evidence,
    )


class BehaviourSnapshot:
    """The behaviour in force."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.id = manifest.id
        self.details = manifest.details
        arrays = Arrays.open(folder)
        self.model = Behaviour(
            item_hashes=arrays["item_hashes"],
            popularity=arrays["popularity"],
            trend=arrays["trend"],
            repeat=arrays["repeat"],
            relations={name: Relation.open(arrays, name) for name in RELATIONS},
            weights=manifest.details.get("weights", {}),
        )

    @classmethod
    def open(cls, folder: Path) -> "BehaviourSnapshot":
        """Open a verified folder, or raise BrokenArtifact where an older version wrote it."""
        return cls(folder, read_manifest(folder))
