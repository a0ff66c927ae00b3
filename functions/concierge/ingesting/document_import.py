"""A document that a shop writes by hand comes into force as a whole, or not at all."""

from pathlib import Path
from typing import Any

from concierge.artifacts.manifest import Manifest
from concierge.artifacts.store import ArtifactStore, Pointer
from concierge.errors import BrokenArtifact, BrokenFile, PointerMoved
from concierge.ingesting.job import Job
from concierge.ingesting.reports import Outcome
from concierge.retrieval.documents import DocumentKind

# A thousand excluded ids and a hundred pins in each of fifty placements need less.
MOST_CHARACTERS = 4_000_000
ATTEMPTS = 5


class DocumentImport:
    """Implements FileImport for documents of one kind."""

    def __init__(self, kind: DocumentKind[Any], store: ArtifactStore) -> None:
        self._kind = kind
        self._store = store

    def run(self, job: Job) -> Outcome:
        """Check the file, and publish it unless it is in force already."""
        document = job.reading.document()
        if len(document) > MOST_CHARACTERS:
            raise BrokenFile(
                f"the file has {len(document):,} characters; at most {MOST_CHARACTERS:,}"
            )
        for attempt in range(ATTEMPTS):
            folder = job.folder / f"attempt-{attempt}"
            folder.mkdir()
            manifest = self._kind.write(folder, document, job.file.name, job.report_key)
            try:
                outcome = self._publish(folder, manifest)
            except PointerMoved:
                continue
            job.tally.rows = job.tally.accepted = next(iter(manifest.counts.values()), 1)
            return outcome
        raise PointerMoved(f"the {self._kind.name} was published {ATTEMPTS} times meanwhile")

    def _publish(self, folder: Path, manifest: Manifest) -> Outcome:
        pointer = self._store.current(self._kind.name)
        if pointer:
            in_force = self._fingerprint(pointer, folder.with_suffix(".in-force"))
            if in_force == manifest.fingerprint:
                return Outcome(pointer.id, manifest.counts, changed=False)
        pointer = self._store.publish(self._kind.name, folder, pointer)
        return Outcome(pointer.id, manifest.counts)

    def _fingerprint(self, pointer: Pointer, folder: Path) -> str:
        """Return that of the document in force; none where it is broken, so that it goes."""
        try:
            in_force = self._store.fetch(
                self._kind.name,
                pointer.id,
                folder,
                pointer.manifest_sha256,
                # The manifest alone tells whether the contents are the same.
                wanted=lambda _: (),
            )
        except BrokenArtifact:
            return ""
        return in_force.fingerprint
