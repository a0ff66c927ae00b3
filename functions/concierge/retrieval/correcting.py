"""Which words of an index a misspelt one may mean: few mistakes, likely ones, frequent words."""

import math
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


class Corrector:
    """Corrects words by the vocabulary of one index."""

    def __init__(self, postings: Postings, vocabulary: Vocabulary) -> None:
        self._postings = postings
        self._vocabulary = vocabulary

    def meanings(self, typed: str) -> list[Meaning]:
        """Return the words that one may mean which the index does not know, the likeliest first."""
        most = most_mistakes(typed)
        if not most:
            return []
        near = sorted(self._vocabulary.near(typed, most), key=lambda found: found[1])
        fewest = near[0][1] if near else 0
        likely = [word for word, mistakes in near[:MOST_COMPARED] if mistakes <= fewest + 1]
        return _about_as_likely([found for word in likely for found in self._judged(typed, word)])

    def _judged(self, typed: str, word: str) -> list[tuple[float, float, str, int]]:
        """Return a word with how unlikely it is, and what was mistaken to get there."""
        position = self._postings.position(word)
        if position is None:
            return []
        mistaken = cost(typed, word)
        frequent = FREQUENCY * math.log(self._postings.count(position))
        return [(mistaken - frequent, mistaken, word, position)]


def _about_as_likely(judged: list[tuple[float, float, str, int]]) -> list[Meaning]:
    judged.sort()
    return [
        Meaning(
            word,
            position,
            FACTOR - FACTOR_OF_AN_EDIT * max(mistaken - 1, 0) - (unlikely - judged[0][0]) / 2,
        )
        for unlikely, mistaken, word, position in judged[:MOST_MEANINGS]
        if unlikely <= judged[0][0] + ABOUT
    ]
