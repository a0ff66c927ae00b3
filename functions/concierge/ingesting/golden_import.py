"""A file of golden questions changes those in force; each file keeps to its own."""

from collections.abc import Iterator
from pathlib import Path

from concierge.artifacts.manifest import read_manifest
from concierge.artifacts.store import ArtifactStore
from concierge.errors import BrokenFile, PointerMoved
from concierge.files.columns import Columns
from concierge.files.limits import Limits
from concierge.files.rows import Row
from concierge.files.scratch import open_scratch
from concierge.ingesting.file_rows import FileRows
from concierge.ingesting.job import Job
from concierge.ingesting.merging import Change, Held, merged
from concierge.ingesting.reports import Outcome
from concierge.ingesting.sorting import refuse_unusable, sort_rows
from concierge.retrieval.golden_snapshot import read_golden, write_golden
from concierge.shop import golden
from concierge.shop.golden import GoldenQuestion

# Each is asked twice at every import of knowledge: so many take about a minute.
MOST_QUESTIONS = 5_000
ATTEMPTS = 5


class GoldenImport:
    """Implements FileImport for golden questions."""

    def __init__(self, store: ArtifactStore, limits: Limits) -> None:
        self._store = store
        self._limits = limits

    def run(self, job: Job) -> Outcome:
        """Read, merge with what is in force, publish; start again where another did."""
        with open_scratch(job.folder) as scratch:
            rows = FileRows(scratch, golden.COLUMNS[0])
            self._read(job, rows)
            for attempt in range(ATTEMPTS):
                try:
                    return self._publish(job, rows, job.folder / f"attempt-{attempt}")
                except PointerMoved:
                    continue
        raise PointerMoved(f"golden questions were published {ATTEMPTS} times meanwhile")

    def _read(self, job: Job, rows: FileRows) -> None:
        def take(row: Row) -> None:
            question, thing = golden.parse_golden(row.record)
            record = {"entry_id": thing.entry_id, "language": thing.language} if thing else None
            rows.add(row.line, question, record)
            if thing is None:
                job.tally.removed += 1
            else:
                job.tally.accepted += 1

        columns = Columns(golden.COLUMNS, golden.REQUIRED_COLUMNS)
        sort_rows(job.reading.rows(columns), take, job.tally, job.quarantine)
        job.tally.warnings.extend(job.reading.warnings)
        refuse_unusable(job.tally, self._limits)

    def _publish(self, job: Job, rows: FileRows, folder: Path) -> Outcome:
        new, old = folder / "new", folder / "in-force"
        new.mkdir(parents=True)
        pointer = self._store.current("golden")
        in_force: Iterator[Held[GoldenQuestion]] = iter(())
        if pointer:
            self._store.fetch("golden", pointer.id, old, pointer.manifest_sha256)
            in_force = (Held(each.question, each, source) for each, source in read_golden(old))
        kept = merged(in_force, _changes(rows), job.file)
        questions = ((held.thing, held.source) for held in kept)
        manifest = write_golden(new, questions, job.file.name, job.report_key)
        if manifest.counts["questions"] > MOST_QUESTIONS:
            raise BrokenFile(
                f"with this file there would be {manifest.counts['questions']:,} golden "
                f"questions; at most {MOST_QUESTIONS:,}"
            )
        if pointer and read_manifest(old).fingerprint == manifest.fingerprint:
            return Outcome(pointer.id, manifest.counts, changed=False)
        return Outcome(self._store.publish("golden", new, pointer).id, manifest.counts)


def _changes(rows: FileRows) -> Iterator[Change[GoldenQuestion]]:
    for row in rows:
        thing = None if row.record is None else GoldenQuestion(row.id, **row.record)
        yield Change(row.id, thing)
