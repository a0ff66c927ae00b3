"""Everything an importer needs, in memory; a Shop puts it together."""

import gzip
import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from concierge.answering.dialogue_snapshot import DIALOGUE
from concierge.answering.judging import EntryJudge
from concierge.errors import BrokenArtifact, BrokenFile
from concierge.files.limits import Limits
from concierge.ingesting.catalogue_import import Products
from concierge.ingesting.document_import import DocumentImport
from concierge.ingesting.golden_check import GoldenCheck
from concierge.ingesting.golden_import import GoldenImport
from concierge.ingesting.history_import import HistoryImport
from concierge.ingesting.importer import Importer, Notice
from concierge.ingesting.knowledge_import import Entries
from concierge.ingesting.snapshot_import import SnapshotImport
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.configuration_snapshot import CONFIGURATION
from concierge.retrieval.guardrails_snapshot import GUARDRAILS
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.synonyms_snapshot import SYNONYMS
from tests.builders import NOW
from tests.fakes.artifacts import InMemoryArtifacts
from tests.fakes.encoder import WordEncoder
from tests.fakes.profiles import InMemoryProfiles


class InMemoryInbox:
    """Implements Inbox."""

    def __init__(self):
        self.objects = {}

    def open(self, key):
        if key not in self.objects:
            raise BrokenFile("the file is gone; upload it again")
        return BytesIO(self.objects[key])

    def read(self, key):
        return self.open(key).read()

    def put(self, key, content):
        self.objects[key] = content.read_bytes() if isinstance(content, Path) else content

    def delete(self, key):
        self.objects.pop(key, None)


class InMemoryVectorCache:
    """Implements VectorCache."""

    def __init__(self):
        self.chunks = {}

    def names(self, model_sha256, kind):
        return [name for sha256, of, name in self.chunks if (sha256, of) == (model_sha256, kind)]

    def load(self, model_sha256, kind, name):
        try:
            return self.chunks[model_sha256, kind, name]
        except KeyError:
            raise BrokenArtifact(f"{name} is missing") from None

    def save(self, model_sha256, kind, chunk):
        self.chunks[model_sha256, kind, chunk.name] = chunk

    def delete(self, model_sha256, kind, names):
        for name in names:
            self.chunks.pop((model_sha256, kind, name), None)


class InMemoryEventParts:
    """Implements HistoryArchive and ArchiveParts."""

    def __init__(self, **parts):
        self.parts = parts

    def put(self, import_id, name, path):
        self.parts[f"history/{import_id}/{name}"] = path.read_bytes()

    def names(self):
        return iter(sorted(self.parts))

    def open(self, name):
        return BytesIO(self.parts[name])

    def events(self):
        """Return every event of every part."""
        lines = [gzip.decompress(part).splitlines() for part in self.parts.values()]
        return [json.loads(line) for part in lines for line in part]


class Sent(list):
    """Implements Bus and Continuations: keeps what was sent."""

    def send(self, *message):
        self.append(message[0] if len(message) == 1 else message)


class EncoderInForce:
    """Implements Models with one encoder, or none."""

    def __init__(self, encoder):
        self.encoder = encoder

    def current(self):
        return self.encoder


class Shop:
    """An importer on fakes; parts may be replaced, and what was replaced may fail."""

    def __init__(self, folder, **parts):
        self.folder = folder
        self.encoder = parts.get("encoder", WordEncoder())
        self.inbox = parts.get("inbox", InMemoryInbox())
        self.store = parts.get("store", InMemoryArtifacts())
        self.cache = parts.get("cache", InMemoryVectorCache())
        self.archive = parts.get("archive", InMemoryEventParts())
        self.profiles = parts.get("profiles", InMemoryProfiles())
        self.limits = parts.get("limits", Limits())
        self.bus = parts.get("bus", Sent())
        self.continuations = Sent()
        self.now = NOW
        models = EncoderInForce(self.encoder)
        snapshot = [self.store, models, self.cache, self.limits]
        golden = GoldenCheck(
            self.store, EntryJudge(0.8), refuse=parts.get("refuse_lost_answers", False)
        )
        imports = {
            "golden": GoldenImport(self.store, self.limits),
            "catalogue": SnapshotImport(Products(), *snapshot),
            "knowledge": SnapshotImport(Entries(), *snapshot, golden),
            "events": HistoryImport(self.store, self.archive, self.profiles, self.limits),
            "configuration": DocumentImport(CONFIGURATION, self.store),
            "dialogue": DocumentImport(DIALOGUE, self.store),
            "guardrails": DocumentImport(GUARDRAILS, self.store),
            "synonyms": DocumentImport(SYNONYMS, self.store),
        }
        self.importer = Importer(
            self.inbox, imports, self.bus, self.continuations, self.limits, folder, lambda: self.now
        )

    def drop(self, name, content):
        """Put a file into the inbox: bytes, text, or rows as JSON Lines."""
        if isinstance(content, list):
            content = "".join(json.dumps(row) + "\n" for row in content)
        if isinstance(content, str):
            content = content.encode()
        self.inbox.objects[f"inbox/{name}"] = content

    def run(self, name, remaining_s=lambda: 900.0, **notice):
        """Import a file of the inbox and return its report as the shop reads it."""
        self.importer.run(Notice(f"inbox/{name}", **notice), remaining_s)
        return self.report(name)

    def bring(self, name, content, **options):
        """Drop a file and import it."""
        self.drop(name, content)
        return self.run(name, **options)

    def report(self, name):
        return json.loads(self.inbox.objects[f"reports/{name}.json"])

    def quarantined(self, name):
        lines = self.inbox.objects.get(f"quarantine/{name}.jsonl", b"").splitlines()
        return [json.loads(line) for line in lines]

    def catalogue(self):
        return self._open("catalogue", CatalogueSnapshot)

    def knowledge(self):
        return self._open("knowledge", KnowledgeSnapshot)

    def configuration(self):
        pointer = self.store.pointers["configuration"]
        folder = self.folder / "opened" / pointer.id
        self.store.fetch("configuration", pointer.id, folder)
        return CONFIGURATION.open(folder)

    def products(self):
        """Return the products in force by id."""
        if "catalogue" not in self.store.pointers:
            return {}
        return {product.item_id: product for product in self.catalogue().products()}

    def entries(self):
        return {entry.entry_id: entry for entry in self.knowledge().entries()}

    def _open(self, kind, snapshot):
        pointer = self.store.pointers[kind]
        folder = self.folder / "opened" / pointer.id
        self.store.fetch(kind, pointer.id, folder)
        return snapshot.open(folder)


def event_row(**overrides):
    """Return a view of the red mug by customer `ada`, a day before NOW, as a row of a file."""
    row = {
        "event_id": "e-1",
        "type": "view",
        "customer_id": "ada",
        "item_id": "mug-red",
        "occurred_at": (NOW - timedelta(days=1)).isoformat(),
    }
    return {name: value for name, value in (row | overrides).items() if value is not None}
