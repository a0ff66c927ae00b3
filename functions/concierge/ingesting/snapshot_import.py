"""A catalogue or knowledge file becomes a new snapshot; until its pointer flips, nothing changes."""

import shutil
from typing import Generic, TypeVar

from concierge.artifacts.store import ArtifactStore
from concierge.errors import PointerMoved
from concierge.files.limits import Limits
from concierge.files.rows import Row
from concierge.files.scratch import open_scratch
from concierge.ingesting.checking import Check, nothing_to_check
from concierge.ingesting.collection import Collection
from concierge.ingesting.embedding import Embedding, VectorCache
from concierge.ingesting.file_rows import FileRows
from concierge.ingesting.job import Job
from concierge.ingesting.model_in_force import Models
from concierge.ingesting.reports import Outcome
from concierge.ingesting.snapshot_making import SnapshotMaking
from concierge.ingesting.sorting import refuse_unusable, sort_rows
from concierge.ingesting.vector_scratch import VectorScratch

T = TypeVar("T")

# Of files that arrive at once the last loses to each of the others, and a shop brings a dozen.
ATTEMPTS = 20


class SnapshotImport(Generic[T]):
    """Implements FileImport for one collection."""

    def __init__(
        self,
        collection: Collection[T],
        store: ArtifactStore,
        models: Models,
        cache: VectorCache,
        limits: Limits,
        check: Check = nothing_to_check,
    ) -> None:
        self._collection = collection
        self._store = store
        self._models = models
        self._cache = cache
        self._limits = limits
        self._check = check

    def run(self, job: Job) -> Outcome:
        """Read, merge with what is in force, encode, publish; start again where another did."""
        with open_scratch(job.folder) as scratch:
            rows = FileRows(scratch, self._collection.columns.required[0])
            self._read(job, rows)
            encoder = self._models.current()
            vectors = VectorScratch(scratch)
            embedding = None
            if encoder is None:
                job.tally.warnings.append("no model is published: search finds words only")
            else:
                embedding = Embedding(encoder, self._cache, self._collection.kind, vectors)
                embedding.restore()
            for attempt in range(ATTEMPTS):
                folder = job.folder / f"attempt-{attempt}"
                try:
                    making = SnapshotMaking(self._collection, self._store, job, rows, folder)
                    return making.publish(encoder, vectors, embedding, self._check)
                except PointerMoved:
                    shutil.rmtree(folder)
        raise PointerMoved(f"the {self._collection.kind} was published {ATTEMPTS} times meanwhile")

    def _read(self, job: Job, rows: FileRows) -> None:
        if job.file.format == "markdown":
            self._cut(job, rows)
        else:

            def take(row: Row) -> None:
                row_id, thing = self._collection.parse(row.record)
                record = None if thing is None else self._collection.to_record(thing)
                rows.add(row.line, row_id, record)
                if thing is None:
                    job.tally.removed += 1
                else:
                    job.tally.accepted += 1

            found = job.reading.rows(self._collection.columns)
            sort_rows(found, take, job.tally, job.quarantine)
            job.tally.warnings.extend(job.reading.warnings)
        refuse_unusable(job.tally, self._limits)

    def _cut(self, job: Job, rows: FileRows) -> None:
        passages = self._collection.cut(job.file, job.reading.document())
        for number, (passage_id, passage) in enumerate(passages, 1):
            rows.add(number, passage_id, self._collection.to_record(passage))
            job.tally.rows += 1
            job.tally.accepted += 1
