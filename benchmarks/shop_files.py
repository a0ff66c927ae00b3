"""A shop's own files, read as the inbox would, into what training and evaluation work on."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from concierge.errors import BrokenFile, ConciergeError, InvalidRecord
from concierge.files.columns import Columns
from concierge.files.limits import Limits
from concierge.files.rows import BadRow
from concierge.ingesting.catalogue_import import Products
from concierge.ingesting.inbox_file import InboxFile
from concierge.ingesting.knowledge_import import Entries
from concierge.ingesting.reading import Reading
from concierge.language.encoder import TextEncoder
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot, CatalogueWriter
from concierge.retrieval.vectors import quantise
from concierge.shop import events
from concierge.shop.catalogue import Product
from concierge.shop.knowledge import Entry
from concierge.training.event_log import Account, Events, read_log

TEXTS_AT_ONCE = 256


class WrongFile(Exception):  # errors read as facts
    """A file cannot be used; the message says which, and what to do."""


def read_catalogue(
    path: Path,
    folder: Path,
    encoder: TextEncoder | None,
    refuse: Callable[[str], None] = lambda _: None,
) -> CatalogueSnapshot:
    """Write the catalogue of a file as a snapshot into an empty folder, and open it.

    `refuse` is told which lines are left out, and why.
    """
    return write_products(list(read_products(path, refuse)), path, folder, encoder)


def write_products(
    products: Sequence[Product], path: Path, folder: Path, encoder: TextEncoder | None
) -> CatalogueSnapshot:
    """Write products of a file as a snapshot into an empty folder, and open it."""
    if not products:
        raise WrongFile(f"{path}: no valid product; rows need item_id and title")
    writer = CatalogueWriter(folder, encoder.dimensions if encoder else None)
    for first in range(0, len(products), TEXTS_AT_ONCE):
        some = products[first : first + TEXTS_AT_ONCE]
        if encoder is None:
            for product in some:
                writer.add(product)
            continue
        vectors, scales = quantise(encoder.encode([product.text for product in some], "passage"))
        for product, vector, scale in zip(some, vectors, scales, strict=True):
            writer.add(product, vector, float(scale))
    details = {"languages": sorted(encoder.languages)} if encoder else {}
    writer.finish(encoder.model if encoder else None, details)
    return CatalogueSnapshot.open(folder)


def read_knowledge(path: Path) -> list[Entry]:
    """Return the entries and passages of a file, or of all files of a folder, each id once."""
    files = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
    entries: dict[str, Entry] = {}
    for file in files:
        entries.update(_entries(file))
    if not entries:
        raise WrongFile(f"{path}: no valid entry; rows need entry_id, question and answer")
    return list(entries.values())


def read_events(path: Path) -> tuple[Events, Account]:
    """Return the events of a file as training reads them, and where its lines went."""
    try:
        return read_log(_EventFile(path), datetime.now(UTC))
    except OSError as error:
        raise WrongFile(f"{path}: {error.strerror}") from error


def read_products(path: Path, refuse: Callable[[str], None] = lambda _: None) -> Iterator[Product]:
    """Yield the valid products of a file, the first of each id."""
    collection = Products()
    known: set[str] = set()
    try:
        file = InboxFile.of(f"inbox/catalogue/{path.name}")
        with path.open("rb") as body:
            for row in Reading(file, body, Limits()).rows(collection.columns):
                if isinstance(row, BadRow):
                    refuse(f"line {row.line}: {row.reason}")
                    continue
                try:
                    item_id, product = collection.parse(row.record)
                except InvalidRecord as error:
                    refuse(f"line {row.line}: {error}")
                    continue
                if item_id in known:
                    refuse(f"line {row.line}: item_id {item_id!r} again")
                elif product is not None:
                    known.add(item_id)
                    yield product
    except (ConciergeError, OSError) as error:
        raise WrongFile(f"{path}: {error}") from error


def _entries(path: Path) -> Iterator[tuple[str, Entry]]:
    collection = Entries()
    try:
        file = InboxFile.of(f"inbox/knowledge/{path.name}")
        with path.open("rb") as body:
            reading = Reading(file, body, Limits())
            if file.format == "markdown":
                yield from collection.cut(file, reading.document())
                return
            for row in reading.rows(collection.columns):
                if isinstance(row, BadRow):
                    continue
                try:
                    entry_id, entry = collection.parse(row.record)
                except InvalidRecord:
                    continue
                if entry is not None:
                    yield entry_id, entry
    except (ConciergeError, OSError) as error:
        raise WrongFile(f"{path}: {error}") from error


class _EventFile:
    """Implements ArchiveParts for one file; CSV becomes the JSON Lines that an archive has."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> Iterator[str]:
        """Yield the one part."""
        yield self._path.name if not self._is_csv else "events.jsonl"

    def open(self, name: str) -> io.BufferedIOBase:
        """Return its bytes."""
        del name
        if not self._is_csv:
            return self._path.open("rb")
        return io.BytesIO(b"".join(self._lines()))

    @property
    def _is_csv(self) -> bool:
        return ".csv" in self._path.suffixes

    def _lines(self) -> Iterator[bytes]:
        file = InboxFile.of(f"inbox/events/{self._path.name}")
        columns = Columns(events.COLUMNS, events.REQUIRED_COLUMNS)
        try:
            with self._path.open("rb") as body:
                for row in Reading(file, body, Limits()).rows(columns):
                    record = {} if isinstance(row, BadRow) else dict(row.record)
                    yield json.dumps(record).encode() + b"\n"
        except BrokenFile as error:
            raise WrongFile(f"{self._path}: {error}") from error


def describe(log: Events, account: Account) -> str:
    """Return one line that says what was read."""
    actors = len(np.unique(log["actor"]))
    lost = f", {account.broken_lines:,} lines not readable" if account.broken_lines else ""
    return f"{len(log):,} events of {actors:,} customers and sessions{lost}"
