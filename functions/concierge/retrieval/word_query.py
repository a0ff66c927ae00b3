"""A query as its words are understood: each with the other ways in which it may be read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

# How a word of a query was found in a text: as it was typed, in another form of it, as what it
# was misspelt for, written together or apart, or as a synonym.
How = Literal["exact", "stem", "typo", "compound", "synonym"]


class Expansion(NamedTuple):
    """Texts that count as well as the units from `start` to before `end`."""

    start: int
    end: int
    texts: tuple[str, ...]


# From the units of a query, words without their endings and single Chinese characters.
Expand = Callable[[Sequence[str]], Sequence[Expansion]]
# Tells whether a word is spelt right, though the index may not have it.
IsWord = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way to read a word: the tokens that a row must all have, and what it counts for."""

    text: str
    positions: tuple[int, ...]
    factor: float
    how: How


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word as it was typed, its token in the index where it has one, and what it weighs.

    A word that says little by itself counts with a `share` of its weight in the index.
    """

    text: str
    token: str
    position: int | None
    weight: float
    readings: tuple[Reading, ...] = ()
    share: float = 1.0

    @property
    def is_known(self) -> bool:
        """Tell whether the index has the word itself."""
        return self.position is not None


class Correction(NamedTuple):
    """What was typed, and what it was taken for."""

    typed: str
    meant: str


class Phrase(NamedTuple):
    """Two neighbouring words of a query that stand together in some title, and what that adds."""

    position: int
    weight: float


class WordMatch(NamedTuple):
    """A word of a query that a row has: how, and what it was read as."""

    text: str
    how: How
    read_as: str


@dataclass(frozen=True, slots=True)
class WordQuery:
    """The words of a query by which rows are scored.

    `words` are those that count, `parts` all tokens as texts are compared by. A query belongs to
    the index that analysed it.
    """

    text: str
    words: tuple[QueryWord, ...]
    parts: tuple[QueryWord, ...]
    phrases: tuple[Phrase, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def corrected(self) -> str | None:
        """The query with its misspelt words corrected, or None where all are known."""
        if not self.corrections:
            return None
        text = self.text
        for typed, meant in self.corrections:
            text = text.replace(typed, meant)
        return text

    @property
    def unknown(self) -> tuple[str, ...]:
        """The words that the index knows in no reading."""
        return tuple(word.text for word in self.words if not word.is_known and not word.readings)
