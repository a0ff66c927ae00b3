"""The knowledge base as functions hold it: entries, and the texts by which they are found."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays
from concierge.artifacts.manifest import Manifest, read_manifest
from concierge.retrieval.audiences import Audiences
from concierge.retrieval.codes import Codes
from concierge.retrieval.confidence import Calibrations
from concierge.retrieval.entry_head import EntryHeads
from concierge.retrieval.evidence import FIXED
from concierge.retrieval.identifiers import Identifiers
from concierge.retrieval.lexical import LexicalIndex
from concierge.retrieval.records import Records
from concierge.retrieval.vectors import Floats, VectorIndex
from concierge.shop.knowledge import Entry


class KnowledgeSnapshot:
    """A knowledge base in force."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.id = manifest.id
        self.model = manifest.model
        arrays = Arrays.open(folder)
        self._entries = Records(folder, arrays, "entries")
        # Snapshots of earlier versions have no index of their ids.
        self._ids = Identifiers(arrays, "entry", self._id_at) if "entry_hashes" in arrays else None
        self.languages = Codes(arrays, "language")
        self.sources = Codes(arrays, "source")
        self._validity = arrays["validity"]
        unit_entries: NDArray[np.int32] = arrays["unit_entries"]
        # Snapshots of earlier versions know neither sentences nor audiences.
        self._unit_spans: NDArray[np.int32] | None = None
        if "unit_spans" in arrays:
            self._unit_spans = arrays["unit_spans"]
        self._audiences = Audiences(arrays, len(self._entries))
        self._first_units = np.searchsorted(unit_entries, np.arange(len(self._entries)))
        self.lexical = LexicalIndex(arrays, len(unit_entries))
        self.vectors = VectorIndex.open(arrays)
        self.heads = EntryHeads.open(arrays)
        self.calibrations = Calibrations.open(arrays)
        self.text_hashes: NDArray[np.uint8] = arrays["text_hashes"]

    @classmethod
    def open(cls, folder: Path) -> "KnowledgeSnapshot":
        """Open a verified folder."""
        return cls(folder, read_manifest(folder))

    def __len__(self) -> int:
        return len(self._entries)

    @cached_property
    def weights(self) -> Floats:
        """What each kind of evidence counts for each entry: float32 [kinds, entries]."""
        weights = np.repeat(FIXED[:, None], len(self), axis=1)
        for calibration in self.calibrations.languages:
            weights[:, calibration.entries] = calibration.weights[:, None]
        return weights

    def best_of_each(self, units: Floats) -> Floats:
        """Return the highest value among the units of each entry: from [units] to [entries]."""
        best: Floats = np.maximum.reduceat(units, self._first_units) if len(self) else units
        return best

    def whole_of_each(self, units: Floats) -> Floats:
        """Return the value of each entry's whole text: from [units] to [entries]."""
        return units[np.append(self._first_units[1:], len(units)) - 1] if len(self) else units

    def in_force(self, now: datetime) -> NDArray[np.bool_]:
        """Return which entries may be used at a moment."""
        at = now.timestamp()
        usable: NDArray[np.bool_] = (self._validity[:, 0] <= at) & (at < self._validity[:, 1])
        return usable

    def for_audience(self, audience: str = "") -> NDArray[np.bool_]:
        """Return which entries may be used for an audience, or for a request that names none."""
        return self._audiences.mask(audience)

    def sentences_at(self, row: int) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return the units of a passage that are its sentences, and their spans in its answer.

        Both are empty for other entries and in snapshots of earlier versions.
        """
        if self._unit_spans is None:
            return np.empty(0, np.intp), np.empty((0, 2), np.int32)
        ends = np.append(self._first_units[1:], len(self._unit_spans))
        units = np.arange(self._first_units[row], ends[row])
        spans = self._unit_spans[units]
        is_sentence = spans[:, 1] > spans[:, 0]
        return units[is_sentence], spans[is_sentence]

    def entry_at(self, row: int) -> Entry:
        """Return the entry of a row."""
        return Entry.from_record(self._entries[row])

    def row_of(self, entry_id: str) -> int | None:
        """Return the row of an entry, or None where it is not known."""
        return self._ids.row(entry_id) if self._ids else None

    def _id_at(self, row: int) -> str:
        entry_id: str = self._entries[row]["entry_id"]
        return entry_id

    def entries(self) -> Iterator[Entry]:
        """Yield every entry in row order."""
        return map(Entry.from_record, self._entries)


def _epoch(moment: str, default: float) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else default
