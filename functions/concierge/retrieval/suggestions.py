"""Completions by prefix: sorted phrases on disk, found by bisection."""

from bisect import bisect_left
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.language.tokens import fold
from concierge.retrieval.records import Records, RecordsWriter


def write_suggestions(folder: Path, arrays: ArraysWriter, phrases: Iterable[str]) -> None:
    """Write phrases so that each is found by the beginning of any of its words.

    They are sorted on disk: in memory, they would be the one thing of an import that grows with it.
    """
    import sqlite3  # late: functions that serve never write, and start sooner without it

    path = folder / "suggestions.tmp"
    writer = RecordsWriter(folder, arrays, "suggestions")
    with closing(sqlite3.connect(path, isolation_level=None)) as scratch:
        scratch.execute("PRAGMA journal_mode = OFF")
        scratch.execute("BEGIN")
        scratch.execute(
            "CREATE TABLE starts (start TEXT, phrase TEXT, PRIMARY KEY (start, phrase)) WITHOUT ROWID"
        )
        scratch.executemany(
            "INSERT OR IGNORE INTO starts VALUES (?, ?)",
            ((start, phrase) for phrase in phrases for start in _starts(phrase)),
        )
        # SQLite compares UTF-8 bytes, whose order is that of code points, as in bisection.
        for start, phrase in scratch.execute("SELECT start, phrase FROM starts ORDER BY 1, 2"):
            writer.append({"key": start, "phrase": phrase})
    writer.close()
    path.unlink()


class Suggestions:
    """Phrases of a snapshot, by prefix."""

    def __init__(self, folder: Path, arrays: Arrays) -> None:
        self._records = Records(folder, arrays, "suggestions")

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return up to `limit` phrases that have a word, or words, beginning with the prefix."""
        wanted = _key(prefix)
        if not wanted:
            return []
        found: dict[str, None] = {}
        first = bisect_left(self._records, wanted, key=lambda record: record["key"])
        for row in range(first, len(self._records)):
            record = self._records[row]
            if len(found) == limit or not record["key"].startswith(wanted):
                break
            found[record["phrase"]] = None
        return list(found)


def _starts(phrase: str) -> Iterable[str]:
    words = _key(phrase).split(" ")
    return (" ".join(words[number:]) for number in range(len(words)))


def _key(text: str) -> str:
    return " ".join(fold(text).split())
