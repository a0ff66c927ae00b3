"""Find the longest names of a list among the words of a text."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from concierge.language.stemming import stem
from concierge.searching.understanding.plain import JOINTS, Plain, plain_text, words_of

T = TypeVar("T")

# Longer names are no words that a customer types as part of a query.
MOST_WORDS = 8
_ASCII = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")

Words = tuple[str, ...]


class Named(NamedTuple, Generic[T]):
    """A name found in the plain text, and what it stands for."""

    start: int
    end: int
    value: T
    words: Words


class Names(Generic[T]):
    """Names by their words; each stands for a value, `join` says for what two equal ones do."""

    def __init__(self, names: Iterable[tuple[str, T]], join: Callable[[T, T], T]) -> None:
        self._values: dict[Words, T] = {}
        self._longest: dict[str, int] = {}
        for name, value in names:
            words = words_in(name)
            if not 0 < len(words) <= MOST_WORDS:
                continue
            known = self._values.get(words)
            self._values[words] = value if known is None else join(known, value)
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))

    def __len__(self) -> int:
        return len(self._values)

    def find(self, plain: Plain) -> Iterator[Named[T]]:
        """Yield the names in a text, the longest at each place, none of which overlap."""
        words, stems = plain.words, plain.stems
        place = 0
        while place < len(words):
            length = self._length_at(stems, place)
            if length:
                span = words[place : place + length]
                value = self._values[stems[place : place + length]]
                yield Named(span[0].start, span[-1].end, value, stems[place : place + length])
            place += length or 1

    def _length_at(self, stems: Words, place: int) -> int:
        longest = min(self._longest.get(stems[place], 0), len(stems) - place)
        lengths = range(longest, 0, -1)
        return next((size for size in lengths if stems[place : place + size] in self._values), 0)


def words_in(name: str) -> Words:
    """Return the words of a name, folded, without endings of a plural and joints between them."""
    if name.isascii():
        # Ten thousand brands are read at once.
        return tuple(stem(word) for word in _ASCII.findall(name.lower()) if word not in JOINTS)
    return tuple(stem(word.text) for word in words_of(plain_text(name)) if word.text not in JOINTS)
