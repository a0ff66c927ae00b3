"""History joins the archive of events that training reads."""

import gzip
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

# About ten megabytes of text, a tenth of that packed.
PART_LINES = 50_000


class HistoryArchive(Protocol):
    """Keeps the events of imported files for training."""

    def put(self, import_id: str, name: str, path: Path) -> None:
        """Keep one part of an import, in place of what an attempt before kept under its name."""


def archive(lines: Iterable[str], import_id: str, folder: Path, to: HistoryArchive) -> int:
    """Put lines of JSON into the archive, part by part, and return the number of parts."""
    number = 0
    for number, part in enumerate(_parts(iter(lines)), 1):
        path = folder / "part.jsonl.gz"
        # No time in the header: the same events make the same bytes.
        with gzip.GzipFile(path, "wb", compresslevel=6, mtime=0) as packed:
            for line in part:
                packed.write(line.encode() + b"\n")
        to.put(import_id, f"part-{number - 1:05}.jsonl.gz", path)
    return number


def _parts(lines: Iterator[str]) -> Iterator[Iterator[str]]:
    for first in lines:
        yield _with_first(first, islice(lines, PART_LINES - 1))


def _with_first(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others
