"""Phrases by the beginnings of their words, for completing what is being typed.

Each word of a phrase begins an entry, and each Chinese character of a short run does. Entries are
sorted on disk by their first eight bytes as a number, and then by their text, which is read back
from the phrase: so they cost 14 bytes each, and a prefix is found by bisection.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.errors import OldSnapshot
from concierge.language.tokens import fold

PhraseKind = Literal["product", "category", "brand", "query"]
KINDS: tuple[PhraseKind, ...] = ("product", "category", "brand", "query")
# No request has a longer prefix; what comes later in a phrase tells entries apart no more.
LONGEST = 100
# A phrase has at most so many entries.
MOST_ENTRIES = 24
KEY_BYTES = 8
_SPARED_BY_SPACES = "\u2e80"

_DTYPES = (
    ("letters", np.uint8),
    ("ends", np.int64),
    ("kinds", np.uint8),
    ("rows", np.int32),
    ("keys", np.uint64),
    ("phrases", np.int32),
    ("places", np.uint16),
)

Positions = NDArray[np.intp]
Keys = NDArray[np.uint64]


class Phrase(NamedTuple):
    """What can be suggested; a product's title with the row of the first product that has it."""

    text: str
    kind: PhraseKind
    row: int = -1


class SuggestionsWriter:
    """Gathers phrases on disk: in memory, they would be what grows with an import."""

    def __init__(self, folder: Path, arrays: ArraysWriter) -> None:
        import sqlite3  # late: functions that serve never write, and start sooner without it

        self._path = folder / "suggestions.tmp"
        self._arrays = arrays
        self._scratch = sqlite3.connect(self._path, isolation_level=None)
        self._scratch.execute("PRAGMA journal_mode = OFF")
        self._scratch.execute("BEGIN")
        self._scratch.execute(
            "CREATE TABLE phrases (id INTEGER PRIMARY KEY, kind INTEGER, text TEXT, row INTEGER, "
            "UNIQUE (kind, text))"
        )
        self._scratch.execute(
            "CREATE TABLE entries (start BLOB, phrase INTEGER, place INTEGER, "
            "PRIMARY KEY (start, phrase, place)) WITHOUT ROWID"
        )

    def add(self, phrase: Phrase) -> None:
        """Add a phrase, unless it is empty or there already."""
        if not phrase.text.strip():
            return
        added = self._scratch.execute(
            "INSERT OR IGNORE INTO phrases (kind, text, row) VALUES (?, ?, ?)",
            (KINDS.index(phrase.kind), phrase.text, phrase.row),
        )
        if added.rowcount:
            self._scratch.executemany(
                "INSERT INTO entries VALUES (?, ?, ?)",
                ((start, added.lastrowid, place) for start, place in entries_of(phrase.text)),
            )

    def finish(self) -> None:
        """Write the phrases in the order in which they came, and their entries sorted."""
        with closing(self._scratch):
            columns = _Columns(self._arrays)
            phrases = "SELECT text, kind, row FROM phrases ORDER BY id"
            for some in self._by_thousands(phrases):
                columns.append_phrases(some)
            # Bytes of UTF-8 have the order of code points, as in bisection.
            entries = "SELECT start, phrase - 1, place FROM entries ORDER BY 1, 2, 3"
            for some in self._by_thousands(entries):
                columns.append_entries(some)
        self._path.unlink()

    def _by_thousands(self, query: str) -> Iterator[list[Any]]:
        cursor = self._scratch.execute(query)
        while rows := cursor.fetchmany(8_192):
            yield rows


class _Columns:
    """The arrays that phrases and entries are written to."""

    def __init__(self, arrays: ArraysWriter) -> None:
        self._columns = {name: arrays.column(f"suggestion_{name}", kind) for name, kind in _DTYPES}
        self._end = 0

    def append_phrases(self, rows: Sequence[tuple[str, int, int]]) -> None:
        """Append the text, the kind and the row of each of some phrases."""
        texts, kinds, numbers = zip(*rows, strict=True)
        letters = [text.encode() for text in texts]
        self._columns["letters"].append(np.frombuffer(b"".join(letters), np.uint8))
        ends = self._end + np.cumsum([len(each) for each in letters])
        self._columns["ends"].append(ends)
        self._columns["kinds"].append(kinds)
        self._columns["rows"].append(numbers)
        self._end = int(ends[-1])

    def append_entries(self, rows: Sequence[tuple[bytes, int, int]]) -> None:
        """Append what each of some entries begins with, its phrase and its place there."""
        starts, phrases, places = zip(*rows, strict=True)
        self._columns["keys"].append(np.array([key_of(start) for start in starts], np.uint64))
        self._columns["phrases"].append(phrases)
        self._columns["places"].append(places)


class Suggestions:
    """Phrases by prefix; positions are those of entries."""

    def __init__(self, arrays: Arrays | Mapping[str, NDArray[Any]]) -> None:
        if "suggestion_keys" not in arrays:
            raise OldSnapshot(
                "the catalogue in force was imported before suggestions had kinds; import it again"
            )
        self._letters = arrays["suggestion_letters"]
        self._ends = arrays["suggestion_ends"]
        self._keys = arrays["suggestion_keys"]
        self.kinds: NDArray[np.uint8] = arrays["suggestion_kinds"]
        self.rows: NDArray[np.int32] = arrays["suggestion_rows"]
        self.phrases: NDArray[np.int32] = arrays["suggestion_phrases"]
        self.places: NDArray[np.uint16] = arrays["suggestion_places"]

    @classmethod
    def of(cls, phrases: Iterable[Phrase]) -> Self:
        """Return a few phrases held in memory."""
        kept = list(phrases)
        letters = [phrase.text.encode() for phrase in kept]
        entries = sorted(
            (start, number, place)
            for number, phrase in enumerate(kept)
            for start, place in entries_of(phrase.text)
        )
        columns: dict[str, Any] = {
            "letters": np.frombuffer(b"".join(letters), np.uint8),
            "ends": np.cumsum([len(each) for each in letters]),
            "kinds": [KINDS.index(each.kind) for each in kept],
            "rows": [each.row for each in kept],
            "keys": [key_of(start) for start, _, _ in entries],
            "phrases": [phrase for _, phrase, _ in entries],
            "places": [place for _, _, place in entries],
        }
        return cls({f"suggestion_{name}": np.array(columns[name], kind) for name, kind in _DTYPES})

    def __len__(self) -> int:
        return len(self._ends)

    def phrase(self, number: int) -> Phrase:
        """Return a phrase by its number."""
        kind = KINDS[int(self.kinds[number])]
        return Phrase(self._text(number), kind, int(self.rows[number]))

    def start(self, position: int) -> str:
        """Return what an entry begins with: a folded phrase from one of its words on."""
        return folded(self._text(int(self.phrases[position])))[int(self.places[position]) :]

    def beginning(self, prefix: str) -> slice:
        """Return the entries that begin with a folded prefix."""
        wanted = prefix[:LONGEST].encode(errors="replace")
        keys = np.array([key_of(wanted), key_of(wanted, b"\xff")], np.uint64)
        begin = int(np.searchsorted(self._keys, keys[0]))
        end = int(np.searchsorted(self._keys, keys[1], side="right"))
        if len(wanted) <= KEY_BYTES:
            return slice(begin, end)
        inside = range(begin, end)
        first = bisect_left(inside, wanted, key=lambda row: self.start(row).encode())
        last = bisect_right(inside, wanted, key=lambda row: self.start(row).encode()[: len(wanted)])
        return slice(begin + first, begin + last)

    def between(self, lows: Keys, highs: Keys) -> Positions:
        """Return the entries whose keys are in one of some ranges, each once, both ends included.

        Ranges are those of prefixes: one is inside another, or they have nothing in common.
        """
        firsts = np.searchsorted(self._keys, lows)
        ends = np.searchsorted(self._keys, highs, side="right")
        spans, last = [np.zeros(0, np.intp)], 0
        some = np.flatnonzero(firsts < ends)
        for at in some[np.lexsort((-ends[some], firsts[some]))].tolist():
            if ends[at] > last:
                spans.append(np.arange(firsts[at], ends[at]))
                last = ends[at]
        return np.concatenate(spans)

    def _text(self, number: int) -> str:
        first = int(self._ends[number - 1]) if number else 0
        return self._letters[first : int(self._ends[number])].tobytes().decode()


def folded(text: str) -> str:
    """Return a text as it is compared: folded, with single spaces."""
    return " ".join(fold(text).split())


def entries_of(text: str) -> Iterator[tuple[bytes, int]]:
    """Yield what each entry of a phrase begins with, and its place in the folded phrase."""
    plain = folded(text)
    places = (place for place in range(len(plain)) if _begins(plain, place))
    for _, place in zip(range(MOST_ENTRIES), places, strict=False):
        if place <= np.iinfo(np.uint16).max:
            yield plain[place : place + LONGEST].encode(), place


def key_of(start: bytes, filler: bytes = b"\0") -> int:
    """Return the first bytes as a number that sorts as they do."""
    return int.from_bytes(start[:KEY_BYTES].ljust(KEY_BYTES, filler), "big")


def _begins(text: str, place: int) -> bool:
    """Return whether a word begins here; without spaces between words, every character does."""
    letter = text[place]
    if not place or letter >= _SPARED_BY_SPACES:
        return letter != " "
    return letter.isalnum() and not (
        text[place - 1].isalnum() and text[place - 1] < _SPARED_BY_SPACES
    )
