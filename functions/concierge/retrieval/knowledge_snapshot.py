"""The knowledge base as functions hold it: entries, and the texts by which they are found."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.artifacts.manifest import Manifest, ModelRef, describe_folder, read_manifest
from concierge.language.detection import primary
from concierge.retrieval.audiences import Audiences, AudiencesWriter
from concierge.retrieval.codes import Codes, CodesWriter
from concierge.retrieval.entry_head import EntryHead, EntryHeads, can_fit, fit_head, write_heads
from concierge.retrieval.identifiers import Identifiers, hash_of, write_identifiers
from concierge.retrieval.lexical import LexicalIndex
from concierge.retrieval.lexical_writer import LexicalWriter
from concierge.retrieval.records import Records, RecordsWriter
from concierge.retrieval.vectors import Floats, VectorIndex, Vectors8, VectorsWriter
from concierge.shop.knowledge import Entry
from concierge.shop.passages import sentences_of
from concierge.shop.sentences import Span


def unit_texts(entry: Entry) -> tuple[str, ...]:
    """Return the texts by which an entry is found; the last is its whole text, answer included.

    Those before are what its question may be: its wordings, or the sentences of a passage.
    """
    whole = f"{entry.question}\n{entry.answer}"
    if entry.is_passage:
        return (*(entry.answer[start:end] for start, end in sentences_of(entry)), whole)
    return (entry.question, *entry.variants, whole)


def unit_spans(entry: Entry) -> list[Span]:
    """Return which span of its answer each of the `unit_texts` is; (0, 0) where it is none."""
    if entry.is_passage:
        return [*sentences_of(entry), (0, 0)]
    return [(0, 0)] * (len(entry.variants) + 2)


class KnowledgeWriter:
    """Writes a knowledge snapshot entry by entry.

    `off_topic` returns vectors of questions in a language that no entry answers; it is asked where
    a head is fitted.
    """

    def __init__(
        self,
        folder: Path,
        dimensions: int | None,
        off_topic: Callable[[str], Floats] | None = None,
    ) -> None:
        self._folder = folder
        self._off_topic = off_topic
        self._arrays = ArraysWriter(folder)
        self._entries = RecordsWriter(folder, self._arrays, "entries")
        self._id_hashes: list[int] = []
        self._languages = CodesWriter(self._arrays, "language")
        self._sources = CodesWriter(self._arrays, "source")
        self._validity = self._arrays.column("validity", np.float64, 2)
        self._unit_entries = self._arrays.column("unit_entries", np.int32)
        self._unit_spans = self._arrays.column("unit_spans", np.int32, 2)
        self._audiences = AudiencesWriter(self._arrays)
        self._lexical = LexicalWriter(folder, self._arrays)
        self._vectors = VectorsWriter(self._arrays, dimensions)
        self._counts = {"entries": 0, "passages": 0, "units": 0}
        self._wordings: dict[str, list[tuple[int, int, Floats]]] = {}

    def add(
        self,
        entry: Entry,
        vectors: Vectors8 | None = None,
        scales: Floats | None = None,
        text_hashes: Sequence[bytes] = (),
        source: str = "",
    ) -> None:
        """Append an entry; with a model, one vector for each of its `unit_texts`."""
        row = self._counts["entries"] + self._counts["passages"]
        texts = unit_texts(entry)
        self._entries.append(entry.to_record())
        self._id_hashes.append(hash_of(entry.entry_id))
        self._languages.append(entry.language)
        self._sources.append(source)
        self._validity.append([_epoch(entry.valid_from, -np.inf), _epoch(entry.valid_to, np.inf)])
        self._unit_entries.append([row] * len(texts))
        self._unit_spans.append(unit_spans(entry))
        self._audiences.append(entry.audiences)
        for text in texts:
            self._lexical.add([(text, 1.0)])
        self._vectors.append(vectors, scales, text_hashes, len(texts))
        if vectors is not None and scales is not None and not entry.is_passage:
            kept = self._wordings.setdefault(primary(entry.language), [])
            unit = self._counts["units"]
            wordings = (vectors * scales[:, None]).astype(np.float32)[:-1]
            kept.extend((row, unit + at, vector) for at, vector in enumerate(wordings))
        self._counts["passages" if entry.is_passage else "entries"] += 1
        self._counts["units"] += len(texts)

    def finish(
        self, model: ModelRef | None = None, details: Mapping[str, Any] | None = None
    ) -> Manifest:
        """Close everything and write the manifest."""
        for codes in (self._languages, self._sources, self._audiences):
            codes.finish()
        self._entries.close()
        write_identifiers(self._arrays, "entry", self._id_hashes)
        self._lexical.finish()
        write_heads(self._arrays, self._heads())
        self._arrays.finish()
        return describe_folder(
            self._folder, "knowledge", counts=self._counts, model=model, details=details
        )

    def _heads(self) -> list[EntryHead]:
        """Return the head of each language whose entries have enough wordings."""
        heads = []
        for language, wordings in sorted(self._wordings.items()):
            rows, units, vectors = zip(*wordings, strict=True)
            if not can_fit(len(units), len(set(rows))):
                continue
            off_topic = self._off_topic(language) if self._off_topic else None
            numbers = np.array(units, np.int32), np.array(rows, np.int32)
            head = fit_head(np.stack(vectors), *numbers, off_topic)
            heads += [head] if head else []
        return heads


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
        self.text_hashes: NDArray[np.uint8] = arrays["text_hashes"]

    @classmethod
    def open(cls, folder: Path) -> "KnowledgeSnapshot":
        """Open a verified folder."""
        return cls(folder, read_manifest(folder))

    def __len__(self) -> int:
        return len(self._entries)

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
