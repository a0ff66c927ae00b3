"""Which words of an index a misspelt one may mean: few mistakes, likely ones, frequent words."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from concierge.language.spelling import cost, most_mistakes
from concierge.retrieval.postings import Postings
from concierge.retrieval.vocabulary import Vocabulary

# A corrected word counts for this share of one that was typed right, less for every further edit.
FACTOR, FACTOR_OF_AN_EDIT = 0.85, 0.15
# Being e times as frequent makes up for this much of an edit.
FREQUENCY = 0.08
# Words about as likely as the best are all looked for, each counting for less.
ABOUT, MOST_MEANINGS = 0.4, 3
# Costs take a while: the fewest mistakes and the most frequent words are looked at closely.
MOST_COMPARED = 10


class Meaning(NamedTuple):
    """A word that a misspelt one may mean, its position in the index, and what it counts for."""

    word: str
    position: int
    factor: float
    mistaken: float

    @property
    def is_likely(self) -> bool:
        """Tell whether a single mistake leads to the word."""
        return self.mistaken <= 1


class Corrector:
    """Corrects words by the vocabulary of one index."""

    def __init__(self, postings: Postings, vocabulary: Vocabulary) -> None:
        self._postings = postings
        self._vocabulary = vocabulary

    def meanings(self, typed: str, token: str) -> list[Meaning]:
        """Return what a word may mean that the index does not know, the likeliest first.

        Its plural ending may be the mistake: `harnes` is close to `harness` only with its s.
        """
        judged: dict[str, _Judged] = {}
        for form in dict.fromkeys((token, typed)):
            for found in self._close(form):
                judged[found.word] = min(found, judged.get(found.word, found))
        return _about_as_likely(sorted(judged.values()))

    def _close(self, form: str) -> Iterator["_Judged"]:
        most = most_mistakes(form)
        near = self._vocabulary.near(form, most) if most else []
        fewest = min((mistakes for _, mistakes in near), default=0)
        likely = []
        for word, mistakes in near:
            position = self._postings.position(word) if mistakes <= fewest + 1 else None
            if position is not None:
                likely.append((mistakes, -self._postings.count(position), word, position))
        for _, count, word, position in sorted(likely)[:MOST_COMPARED]:
            mistaken = cost(form, word)
            yield _Judged(mistaken - FREQUENCY * math.log(-count), mistaken, word, position)


class _Judged(NamedTuple):
    """A word, how unlikely it is to be meant, and what the mistakes cost by themselves."""

    unlikely: float
    mistaken: float
    word: str
    position: int


def _about_as_likely(judged: list[_Judged]) -> list[Meaning]:
    meanings = []
    for unlikely, mistaken, word, position in judged[:MOST_MEANINGS]:
        worse = unlikely - judged[0].unlikely
        if worse <= ABOUT:
            factor = FACTOR - FACTOR_OF_AN_EDIT * max(mistaken - 1, 0) - worse / 2
            meanings.append(Meaning(word, position, factor, mistaken))
    return meanings
