"""One attempt to make a snapshot in place of the one in force."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.manifest import Manifest, ModelRef
from concierge.artifacts.store import ArtifactStore, Pointer
from concierge.ingesting.checking import Check, Replacement
from concierge.ingesting.collection import Collection, InForce
from concierge.ingesting.embedding import Embedding
from concierge.ingesting.file_rows import FileRows
from concierge.ingesting.job import Job
from concierge.ingesting.merging import Change, Held, merged
from concierge.ingesting.reports import Outcome
from concierge.ingesting.vector_chunk import HASH_BYTES, text_hash
from concierge.ingesting.vector_scratch import VectorScratch
from concierge.language.encoder import TextEncoder
from concierge.retrieval.vectors import VectorIndex

T = TypeVar("T")

# What writing and uploading a snapshot takes after its last vector.
RESERVE_S = 60.0
RESERVE_S_PER_THING = 0.001


class SnapshotMaking(Generic[T]):
    """One attempt to put a snapshot in force in place of one pointer."""

    def __init__(
        self,
        collection: Collection[T],
        store: ArtifactStore,
        job: Job,
        rows: FileRows,
        folder: Path,
    ) -> None:
        self._collection = collection
        self._store = store
        self._job = job
        self._rows = rows
        self._new_folder = folder / "new"
        self._new_folder.mkdir(parents=True)
        self._pointer = store.current(collection.kind)
        self._manifest: Manifest | None = None
        self._in_force: InForce[T] | None = None
        if self._pointer:
            self._manifest = _fetch(store, collection, self._pointer, folder / "in-force")
            self._in_force = collection.open(folder / "in-force")

    def publish(
        self,
        encoder: TextEncoder | None,
        vectors: VectorScratch,
        embedding: Embedding | None,
        check: Check,
    ) -> Outcome:
        """Return what is in force afterwards; raise PointerMoved where another published.

        Raises BrokenFile where the check does.
        """
        encoded = 0
        if encoder is not None and embedding is not None:
            encoded = self._encode(encoder, vectors, embedding)
        manifest = self._write(encoder, vectors if encoder else None)
        pointer = self._pointer if self._is_unchanged(manifest) else None
        changed = pointer is None
        findings = dict(manifest.details.get("findings", {}))
        if pointer is None:
            findings |= check(self._replacement(encoder))
            pointer = self._store.publish(self._collection.kind, self._new_folder, self._pointer)
        if embedding is not None:
            embedding.forget_spent()
        counts = {**manifest.counts, "encoded": encoded}
        return Outcome(pointer.id, counts, changed, findings)

    def _replacement(self, encoder: TextEncoder | None) -> Replacement:
        return Replacement(
            new=self._new_folder,
            in_force=self._new_folder.with_name("in-force") if self._pointer else None,
            encoder=encoder,
            file=self._job.file,
            now=self._job.now,
            remaining_s=self._job.remaining_s,
        )

    def _encode(self, encoder: TextEncoder, vectors: VectorScratch, embedding: Embedding) -> int:
        vectors.start(*self._vectors_of(encoder.model))
        things = 0
        for held in self._merged():
            texts = self._collection.texts(held.thing)
            vectors.want((text_hash(text), text) for text in texts)
            things += 1
        reserve_s = RESERVE_S + RESERVE_S_PER_THING * things
        return embedding.encode_missing(self._job.remaining_s, reserve_s)

    def _vectors_of(self, model: ModelRef) -> tuple[VectorIndex | None, NDArray[np.uint8]]:
        """Return the vectors in force with their text hashes; none where another model made them."""
        in_force = self._in_force
        if in_force is None or in_force.model is None or in_force.model.sha256 != model.sha256:
            return None, np.empty((0, HASH_BYTES), np.uint8)
        return in_force.vectors, in_force.text_hashes

    def _write(self, encoder: TextEncoder | None, vectors: VectorScratch | None) -> Manifest:
        writer = self._collection.writer(self._new_folder, encoder)
        for held in self._merged():
            hashes = [text_hash(text) for text in self._collection.texts(held.thing)]
            found = vectors.vectors(hashes) if vectors else (None, None)
            writer.add(held, hashes, *found)
        details: dict[str, Any] = {
            "file": self._job.file.name,
            "report_key": self._job.report_key,
        }
        if encoder is None:
            return writer.finish(None, details)
        return writer.finish(encoder.model, details | {"languages": sorted(encoder.languages)})

    def _merged(self) -> Iterator[Held[T]]:
        in_force: Iterator[Held[T]] = self._in_force.held() if self._in_force else iter(())
        return merged(in_force, self._changes(), self._job.file)

    def _changes(self) -> Iterator[Change[T]]:
        for row in self._rows:
            thing = None if row.record is None else self._collection.from_record(row.record)
            yield Change(row.id, thing)

    def _is_unchanged(self, manifest: Manifest) -> bool:
        before = self._manifest
        return (
            before is not None
            and before.fingerprint == manifest.fingerprint
            and before.model == manifest.model
        )


def _fetch(
    store: ArtifactStore, collection: Collection[T], pointer: Pointer, folder: Path
) -> Manifest:
    return store.fetch(collection.kind, pointer.id, folder, pointer.manifest_sha256)
