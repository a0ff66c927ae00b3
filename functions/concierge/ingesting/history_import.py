"""A history file becomes a part of the archive, and of the profiles of those who acted."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path

from concierge.artifacts.store import ArtifactStore
from concierge.errors import UnknownItem
from concierge.files.columns import Columns
from concierge.files.limits import Limits
from concierge.files.rows import Row
from concierge.files.scratch import open_scratch
from concierge.ingesting.embedding import OutOfTime
from concierge.ingesting.event_rows import EventRows
from concierge.ingesting.history_archive import HistoryArchive, archive
from concierge.ingesting.history_profiles import HistoryProfiles, ProductOf, fold
from concierge.ingesting.job import Job
from concierge.ingesting.reports import Outcome
from concierge.ingesting.sorting import refuse_unusable, sort_rows
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.shop import events
from concierge.shop.catalogue import Product
from concierge.shop.events import parse_event
from concierge.shop.profile import SESSION_LIFE
from concierge.shop.profiles import Profiles

COLUMNS = Columns(events.COLUMNS, events.REQUIRED_COLUMNS)
# DynamoDB answers in milliseconds: eight at once keep one core busy with folding.
WRITERS = 8
# Histories in memory at one time.
WINDOW_ACTORS = 64
PRODUCTS_AT_HAND = 5_000
RESERVE_S = 30.0


class HistoryImport:
    """Implements FileImport for events."""

    def __init__(
        self,
        store: ArtifactStore,
        history_archive: HistoryArchive,
        profiles: Profiles,
        limits: Limits,
    ) -> None:
        self._store = store
        self._archive = history_archive
        self._profiles = HistoryProfiles(profiles)
        self._limits = limits

    def run(self, job: Job) -> Outcome:
        """Read all, archive all, then change the profiles actor by actor."""
        with open_scratch(job.folder) as scratch, self._products(job.folder) as product_of:
            rows = EventRows(scratch)
            self._read(job, rows)
            # The contents name the import: a retry, or the same file under another name,
            # overwrites the same objects and finds itself in the profiles.
            import_id = job.reading.digest
            job.tally.unknown_items = rows.unknown_items(lambda id_: product_of(id_) is not None)
            parts = archive(rows.lines(), import_id, job.folder, self._archive)
            self._write_profiles(job, rows, import_id, product_of)
            since = (job.now - SESSION_LIFE).timestamp()
            counts = {
                "events": job.tally.accepted,
                "customers": rows.actors("customer"),
                "sessions": rows.actors("session"),
                "sessions_with_profile": rows.actors("session", since),
                "archive_parts": parts,
            }
        return Outcome(counts=counts)

    def _read(self, job: Job, rows: EventRows) -> None:
        def take(row: Row) -> None:
            if rows.add(row.line, parse_event(row.record, job.now)):
                job.tally.accepted += 1
            else:
                job.tally.duplicates += 1

        sort_rows(job.reading.rows(COLUMNS), take, job.tally, job.quarantine)
        job.tally.warnings.extend(job.reading.warnings)
        refuse_unusable(job.tally, self._limits)
        rows.finish()

    def _write_profiles(
        self, job: Job, rows: EventRows, import_id: str, product_of: ProductOf
    ) -> None:
        since = (job.now - SESSION_LIFE).timestamp()
        histories = (
            fold(actor, found, job.now, product_of)
            for actor, found in rows.by_actor(_place(job.after), since)
        )
        after = job.after
        with ThreadPoolExecutor(max_workers=WRITERS) as pool:
            while window := list(islice(histories, WINDOW_ACTORS)):
                if job.remaining_s() < RESERVE_S:
                    raise OutOfTime(after)
                writes = [
                    pool.submit(self._profiles.write, history, import_id, product_of)
                    for history in window
                ]
                for write in writes:
                    write.result()
                after = f"{window[-1].actor.kind}:{window[-1].actor.id}"

    @contextmanager
    def _products(self, folder: Path) -> Iterator[ProductOf]:
        """Give access to the products of the catalogue in force."""
        pointer = self._store.current("catalogue")
        if pointer is None:
            yield lambda _: None
            return
        place = folder / "catalogue"
        self._store.fetch("catalogue", pointer.id, place, pointer.manifest_sha256)
        yield lru_cache(PRODUCTS_AT_HAND)(_finder(CatalogueSnapshot.open(place)))
        shutil.rmtree(place)


def _finder(snapshot: CatalogueSnapshot) -> Callable[[str], Product | None]:
    def product_of(item_id: str) -> Product | None:
        try:
            return snapshot.product(item_id) if item_id else None
        except UnknownItem:
            return None

    return product_of


def _place(after: str) -> tuple[str, str]:
    kind, _, actor_id = after.partition(":")
    return kind, actor_id
