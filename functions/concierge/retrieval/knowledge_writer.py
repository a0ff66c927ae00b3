"""Writes the knowledge base: entries, the texts by which they are found, and what is learnt of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from concierge.artifacts.arrays import ArraysWriter
from concierge.artifacts.manifest import Manifest, ModelRef, describe_folder
from concierge.language.detection import primary
from concierge.retrieval.audiences import AudiencesWriter
from concierge.retrieval.codes import CodesWriter
from concierge.retrieval.identifiers import hash_of, write_identifiers
from concierge.retrieval.knowledge_learning import EntriesOfLanguage, OffTopic, Units, learn
from concierge.retrieval.lexical import LexicalIndex
from concierge.retrieval.lexical_writer import LexicalWriter
from concierge.retrieval.records import RecordsWriter
from concierge.retrieval.units import unit_spans, unit_texts
from concierge.retrieval.vectors import Floats, Vectors8, VectorsWriter
from concierge.shop.knowledge import Entry


class KnowledgeWriter:
    """Writes a knowledge snapshot entry by entry.

    `off_topic` returns vectors of questions in a language that no entry answers, none where there are
    none to read; without it nothing tells how far the knowledge can be trusted.
    """

    def __init__(
        self,
        folder: Path,
        dimensions: int | None,
        off_topic: OffTopic | None = None,
    ) -> None:
        self._folder = folder
        self._off_topic = off_topic or (lambda _: np.empty((0, dimensions or 0), np.float32))
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
        self._of_language: dict[str, EntriesOfLanguage] = {}
        self._wordings: list[str] = []

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
        # No place for whole texts, which are long and are never left out.
        self._wordings += ["" if entry.is_passage else text for text in texts[:-1]] + [""]
        if not entry.is_passage:
            of_language = self._of_language.setdefault(primary(entry.language), EntriesOfLanguage())
            of_language.add(row, self._counts["units"], len(texts))
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
        findings = self._learn()
        self._arrays.finish()
        details = dict(details or {})
        if findings:
            details["findings"] = {**details.get("findings", {}), **findings}
        return describe_folder(
            self._folder, "knowledge", counts=self._counts, model=model, details=details
        )

    def _learn(self) -> dict[str, Any]:
        """Write what the entries teach of themselves; return what to report of it."""
        kept = self._vectors.kept()
        if kept is None or not self._counts["entries"]:
            return {}
        words = LexicalIndex(self._arrays.so_far(), self._counts["units"])
        units = Units(*kept, self._wordings, words.overlap)
        return learn(self._of_language, units, self._off_topic).write(self._arrays)


def _epoch(moment: str, default: float) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else default
