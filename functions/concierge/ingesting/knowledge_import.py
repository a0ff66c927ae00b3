"""Knowledge as an import reads and writes it: rows of questions, and whole documents."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from concierge.artifacts.manifest import ArtifactKind, Manifest, ModelRef
from concierge.files.columns import Columns
from concierge.ingesting.collection import Floats, Vectors8
from concierge.ingesting.inbox_file import InboxFile
from concierge.ingesting.knowledge_conflicts import Conflicts
from concierge.ingesting.merging import Held
from concierge.ingesting.neutralising import (
    NeutralDocument,
    NeutralisedEntries,
    neutral_entry,
)
from concierge.ingesting.probes import off_topic_vectors
from concierge.language.encoder import TextEncoder
from concierge.language.identification import identify
from concierge.retrieval.knowledge_health import HealthCheck
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.knowledge_writer import KnowledgeWriter
from concierge.retrieval.units import unit_texts
from concierge.shop import knowledge
from concierge.shop.knowledge import Entry, EntryRemoval
from concierge.shop.passages import cut_markdown


class Entries:
    """Implements Collection for the knowledge base."""

    kind: ArtifactKind = "knowledge"
    columns = Columns(knowledge.COLUMNS, knowledge.REQUIRED_COLUMNS)

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def parse(self, record: Mapping[str, Any]) -> tuple[str, Entry | None]:
        """Read one row; a language that it does not state is told from its text."""
        row = knowledge.parse_entry(record)
        if isinstance(row, EntryRemoval):
            return row.entry_id, None
        language = row.language or identify(f"{row.question}\n{row.answer}")
        return row.entry_id, neutral_entry(replace(row, language=language))

    def cut(self, file: InboxFile, document: str) -> Iterator[tuple[str, Entry]]:
        """Yield the passages of a document, in the language that its text tells."""
        name = file.source.removesuffix(".md")
        neutral = NeutralDocument(document)
        for entry in cut_markdown(name, neutral.text, identify(document, default="en")):
            rules = neutral.rules_in(entry.start, entry.end)
            yield entry.entry_id, replace(entry, neutralised=rules)

    def to_record(self, thing: Entry) -> dict[str, Any]:
        """Return an entry as a JSON object."""
        return thing.to_record()

    def from_record(self, record: Mapping[str, Any]) -> Entry:
        """Return what `to_record` wrote."""
        return Entry.from_record(record)

    def texts(self, thing: Entry) -> tuple[str, ...]:
        """Return the question and its variants, or the passage."""
        return unit_texts(thing)

    def open(self, folder: Path) -> "EntriesInForce":
        """Open the snapshot in force."""
        return EntriesInForce(KnowledgeSnapshot.open(folder))

    def writer(self, folder: Path, encoder: TextEncoder | None) -> "EntriesWriter":
        """Begin a new snapshot."""
        if encoder is None:
            return EntriesWriter(KnowledgeWriter(folder, None), self._now())
        off_topic = partial(off_topic_vectors, encoder)
        return EntriesWriter(KnowledgeWriter(folder, encoder.dimensions, off_topic), self._now())


class EntriesInForce:
    """Implements InForce."""

    def __init__(self, snapshot: KnowledgeSnapshot) -> None:
        self._snapshot = snapshot
        self.model = snapshot.model
        self.vectors = snapshot.vectors
        self.text_hashes = snapshot.text_hashes

    def held(self) -> Iterator[Held[Entry]]:
        """Yield every entry."""
        sources = self._snapshot.sources
        for row, entry in enumerate(self._snapshot.entries()):
            yield Held(entry.entry_id, entry, sources[row])


class EntriesWriter:
    """Implements Writer, and finds what is to be repaired among the entries."""

    def __init__(self, writer: KnowledgeWriter, now: datetime) -> None:
        self._writer = writer
        self._now = now
        self._conflicts = Conflicts()
        self._health = HealthCheck(now)
        self._neutralised = NeutralisedEntries()

    def add(
        self,
        held: Held[Entry],
        text_hashes: Sequence[bytes],
        vectors: Vectors8 | None,
        scales: Floats | None,
    ) -> None:
        """Append an entry."""
        self._neutralised.add(held.thing)
        self._writer.add(held.thing, vectors, scales, text_hashes, held.source)
        self._conflicts.add(held.thing, vectors, scales)
        self._health.add(held.thing)

    def finish(self, model: ModelRef | None, details: Mapping[str, Any]) -> Manifest:
        """Write the manifest, with what was found."""
        findings = {
            **details.get("findings", {}),
            **self._conflicts.find(self._now.timestamp()),
            **self._neutralised.to_findings(),
            "health": self._health.report().to_record(),
        }
        return self._writer.finish(model, {**details, "findings": findings})
