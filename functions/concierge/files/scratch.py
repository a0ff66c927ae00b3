"""A database on disk for the time of one import, so that memory does not grow with the file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE_KIB = 16_384


@contextmanager
def open_scratch(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open an empty database that is thrown away; nothing of it needs to survive a crash."""
    connection = sqlite3.connect(folder / "scratch.sqlite", isolation_level=None)
    try:
        for setting in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
            f"cache_size = -{CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {setting}")
        # One transaction for all: it is never committed, since nobody reads it afterwards.
        connection.execute("BEGIN")
        yield connection
    finally:
        connection.close()
