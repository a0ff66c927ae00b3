"""Find phrases and their combinations in one pass over the words of a text.

A table of words takes no time to compile, and the work is a bounded number of steps a word.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from concierge.guarding.findings import Span
from concierge.guarding.views import View, plain_view, views

_CJK = "\u3400-\u9fff"
_TOKEN = rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’*#]+[^\W_{_CJK}]+)*|[.!?;](?=\s|$)|[。！？；]|\n\n"
_SPACES = str.maketrans("", "", "'’")
_ENDS = frozenset(".!?;。！？；\n")
_SENTENCE = "."
# Phrases of this class are no hits: where one begins, no shorter phrase does.
NOT = "not"


class Token(NamedTuple):
    """A word, a Chinese character, or the end of a sentence."""

    text: str
    start: int
    end: int


class Hit(NamedTuple):
    """Tokens `first` to `last` (included) that belong to a class."""

    name: str
    first: int
    last: int


class Combination(NamedTuple):
    """Classes that follow one another in a sentence, at most `gap` tokens between two of them."""

    rule: str
    classes: tuple[str, ...]
    gap: int = 4


class Reading(NamedTuple):
    """A view of a text with its tokens."""

    view: View
    tokens: list[Token]


def readings(text: str) -> list[Reading]:
    """Return every view of a text with its tokens: made once, read by all families."""
    return [Reading(view, tokens(view)) for view in views(text)]


def tokens(view: View) -> list[Token]:
    """Return the tokens of a view."""
    return [_token(found) for found in _token_pattern().finditer(view.text)]


@cache
def _token_pattern() -> re.Pattern[str]:
    # Compiled at first use, as are the others of this room: importing it costs a start little.
    return re.compile(_TOKEN)


def _token(found: re.Match[str]) -> Token:
    text = found[0]
    if text[0] in _ENDS:
        return Token(_SENTENCE, *found.span())
    return Token(text.translate(_SPACES), *found.span())


class Phrases:
    """Phrases of several classes, found by their first word."""

    def __init__(self, classes: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, phrases in classes.items():
            for phrase in phrases:
                words = tuple(token.text for token in tokens(plain_view(phrase)))
                if words:
                    self._by_first.setdefault(words[0], []).append((words, name))

    def hits(self, given: Sequence[Token]) -> Iterator[Hit]:
        """Yield every phrase that occurs, in the order in which they begin."""
        texts = [token.text for token in given]
        for place, text in enumerate(texts):
            found = [
                (len(words), name)
                for words, name in self._by_first.get(text, ())
                if len(words) == 1 or tuple(texts[place : place + len(words)]) == words
            ]
            least = max((length for length, name in found if name == NOT), default=0)
            for length, name in found:
                if length > least:
                    yield Hit(name, place, place + length - 1)


def combined(
    combinations: Sequence[Combination], hits: Iterable[Hit], given: Sequence[Token]
) -> Iterator[Span]:
    """Yield where the classes of a combination follow one another, in offsets of the view."""
    sentence_of = _sentences(given)
    # For each combination and each of its classes: the chain that reached it last.
    reached: list[list[Hit | None]] = [[None] * len(each.classes) for each in combinations]
    using: dict[str, list[tuple[int, int]]] = {}
    for row, combination in enumerate(combinations):
        # From the last class to the first, so that one hit is not used twice in a chain.
        for step in reversed(range(len(combination.classes))):
            using.setdefault(combination.classes[step], []).append((row, step))
    for hit in hits:
        for row, step in using.get(hit.name, ()):
            chain = _extended(reached[row], step, hit, combinations[row].gap, sentence_of)
            if chain is None:
                continue
            reached[row][step] = chain
            if step == len(combinations[row].classes) - 1:
                yield Span(combinations[row].rule, given[chain.first].start, given[chain.last].end)


def _extended(
    chains: Sequence[Hit | None], step: int, hit: Hit, gap: int, sentence_of: Sequence[int]
) -> Hit | None:
    if step == 0:
        return hit
    before = chains[step - 1]
    if before is None or not 0 <= hit.first - before.last - 1 <= gap:
        return None
    if sentence_of[before.last] != sentence_of[hit.first]:
        return None
    return Hit(hit.name, before.first, hit.last)


def _sentences(given: Sequence[Token]) -> list[int]:
    numbers: list[int] = []
    number = 0
    for token in given:
        number += token.text == _SENTENCE
        numbers.append(number)
    return numbers
