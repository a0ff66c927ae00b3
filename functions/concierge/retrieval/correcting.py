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
# Costs take a while, and words with one mistake more are hardly ever meant.
MOST_COMPARED = 24


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
        near = sorted(self._vocabulary.near(form, most), key=lambda found: found[1]) if most else []
        for word, mistakes in near[:MOST_COMPARED]:
            if mistakes <= near[0][1] + 1:
                yield from self._judged(form, word)

    def _judged(self, form: str, word: str) -> Iterator["_Judged"]:
        position = self._postings.position(word)
        if position is not None:
            mistaken = cost(form, word)
            frequent = FREQUENCY * math.log(self._postings.count(position))
            yield _Judged(mistaken - frequent, mistaken, word, position)


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
