"""A text in pieces, as search counts them: words, stretches of Chinese, measures, written-together words.

The index of a text holds its tokens and, beside them, the `whole` of each piece and each pair of
neighbouring words: `T-Shirt`, `t shirt` and `tshirt` meet in the token `tshirt`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from concierge.language.measures import measures, number_first
from concierge.language.tokens import (
    WORD,
    fold,
    is_cjk,
    lexical_tokens,
    runs_of,
    simplified,
    tokens_of_run,
)

_CHAIN = re.compile(rf"{WORD}(?:[-_/]{WORD})+")
# Longer ones are addresses and lists, which nobody writes as one word.
LONGEST_WHOLE = 32
_JOINT = re.compile(r"[-_/]")
_FRACTION = re.compile(r"\d+/\d+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a text, folded, and the one token that stands for all of it, where there is one."""

    text: str
    whole: str = ""
    is_measure: bool = False

    @property
    def is_exact(self) -> bool:
        """Tell whether the whole says what its words alone do not: a measure, a model number."""
        return self.is_measure or bool(_DIGIT.search(self.whole))


def pieces_of(text: str) -> Iterator[Piece]:
    """Yield the pieces of a text, in order."""
    plain = _plain(text)
    end = 0
    for measure in measures(plain):
        yield from _plain_pieces(plain[end : measure.start])
        written = plain[measure.start : measure.end]
        yield Piece(written, measure.token, is_measure=True)
        end = measure.end
    yield from _plain_pieces(plain[end:])


def units_of(text: str) -> list[str]:
    """Return the words of a text without their endings, and its single Chinese characters."""
    runs = runs_of(_plain(text))
    return [unit for run in runs for unit in (run if is_cjk(run) else tokens_of_run(run))]


def wholes_of(text: str) -> Iterator[str]:
    """Yield what stands for several tokens of a text, or for one that is written in many ways."""
    plain = _plain(text)
    yield from (measure.token for measure in measures(plain))
    if _JOINT.search(plain):
        yield from filter(None, map(_whole_of, _CHAIN.findall(plain)))


def pairs_of(tokens: Iterable[str]) -> Iterator[str]:
    """Yield each pair of neighbouring words among the tokens of a text as one token."""
    words = ["" if is_cjk(token) else token for token in tokens]
    return (first + second for first, second in pairwise(words) if first and second)


def _plain(text: str) -> str:
    return number_first(simplified(fold(text)))


def _plain_pieces(text: str) -> Iterator[Piece]:
    end = 0
    for chain in _CHAIN.finditer(text):
        yield from map(Piece, runs_of(text[end : chain.start()]))
        yield Piece(chain[0], _whole_of(chain[0]))
        end = chain.end()
    yield from map(Piece, runs_of(text[end:]))


def _whole_of(chain: str) -> str:
    """Return a chain as one word; empty where nobody would write it so."""
    whole = "".join(lexical_tokens(chain))
    return "" if len(whole) > LONGEST_WHOLE or _FRACTION.fullmatch(chain) else whole
