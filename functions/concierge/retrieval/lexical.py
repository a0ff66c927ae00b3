"""BM25 over the words of a query, as they were typed and as they may have been meant."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays
from concierge.retrieval.postings import Floats, Postings

if TYPE_CHECKING:
    from concierge.retrieval.query_words import QueryAnalyser
    from concierge.retrieval.word_query import (
        Expand,
        How,
        IsWord,
        QueryWord,
        Reading,
        WordMatch,
        WordQuery,
    )

# Rows, and what each of them gets.
Found = tuple[NDArray[np.int32], Floats]


class LexicalIndex:
    """The words of a snapshot.

    What takes a query takes its text, or what `analyse` made of it: analyse once where a query is
    used twice, or where synonyms count.
    """

    def __init__(self, arrays: Arrays, rows: int) -> None:
        self._count = rows
        self._postings = Postings(arrays, rows)
        self._row_weights = arrays["lexical_row_weights"]
        self._arrays = arrays

    def analyse(
        self, text: str, expand: "Expand | None" = None, is_word: "IsWord | None" = None
    ) -> "WordQuery":
        """Return the words of a query: known, corrected, joined, split and expanded.

        `expand` gives synonyms; words that `is_word` knows are not corrected.
        """
        return self._analyser.analyse(text, expand, is_word)

    def scores(self, query: "str | WordQuery") -> Floats:
        """Return the BM25 score of every row, as float32 [n]; zero where no word matches."""
        query = self._analysed(query)
        scores = np.zeros(self._count, np.float32)
        for word in query.words:
            if word.position is not None:
                found = self._postings.scores(word.position) * np.float32(word.share)
                scores[self._postings.rows(word.position)] += found
            if word.readings:
                rows, more = _most(self._more(word, each) for each in word.readings)
                scores[rows] += more
        for position, weight in query.phrases:
            rows, shares = self._postings.shares((position,))
            scores[rows] += np.float32(weight) * shares
        return scores

    def relevance(self, query: "str | WordQuery") -> Floats:
        """Return BM25 as a share of what a row full of every query word could reach, 0 to 1."""
        query = self._analysed(query)
        weight = sum(word.weight for word in query.words)
        weight += sum(phrase.weight for phrase in query.phrases)
        return self.scores(query) / np.float32(weight or 1.0)

    def overlap(self, query: "str | WordQuery") -> Floats:
        """Return how alike the words of the query and of each row are, 0 to 1, float32 [n].

        Twice the weight of the shared words over the weight of both (Dice), rare words weighing
        more; for rows about as long as the query, such as questions. A text is taken as it is
        typed: corrected without `is_word`, questions off every topic come close to some.
        """
        query = self.analyse(query, is_word=_right) if isinstance(query, str) else query
        shared = np.zeros(self._count, np.float32)
        for word in query.parts:
            if word.position is not None:
                shared[self._postings.rows(word.position)] += np.float32(word.weight)
            elif word.readings:
                rows, more = _most(self._whole(word, each) for each in word.readings)
                shared[rows] += more
        weight = sum(word.weight for word in query.parts) or 1.0
        both = self._row_weights + np.float32(weight)
        # A pair of words that is one word in another row weighs there more than in its own.
        alike: Floats = np.minimum(2 * shared / both, 1).astype(np.float32, copy=False)
        return alike

    def matches(self, query: "str | WordQuery", row: int) -> "tuple[WordMatch, ...]":
        """Return which words of a query a row has, and how each was read."""
        from concierge.retrieval.word_query import WordMatch

        found = ((word.text, self._read(word, row)) for word in self._analysed(query).words)
        return tuple(WordMatch(text, *read) for text, read in found if read)

    @cached_property
    def _analyser(self) -> "QueryAnalyser":
        # Imported here: a list that no words ask for starts sooner without the modules for them.
        from concierge.retrieval.query_words import QueryAnalyser
        from concierge.retrieval.vocabulary import Vocabulary

        return QueryAnalyser(self._postings, Vocabulary.open(self._arrays))

    def _analysed(self, query: "str | WordQuery") -> "WordQuery":
        return self.analyse(query) if isinstance(query, str) else query

    def _more(self, word: "QueryWord", reading: "Reading") -> Found:
        """Return the rows of a reading, and what each gets for it beyond the word itself."""
        rows, shares = self._postings.shares(reading.positions)
        worth = np.float32(reading.factor * word.weight) * shares
        if word.position is None:
            return rows, worth
        own = self._postings.scores_at(word.position, rows) * np.float32(word.share)
        return rows, np.maximum(worth - own, 0)

    def _whole(self, word: "QueryWord", reading: "Reading") -> Found:
        """Return the rows of a reading, each with all that it is worth."""
        rows, _ = self._postings.shares(reading.positions)
        return rows, np.full(len(rows), reading.factor * word.weight, np.float32)

    def _read(self, word: "QueryWord", row: int) -> "tuple[How, str] | None":
        if word.position is not None and self._postings.has(row, (word.position,)):
            return "exact" if word.text == word.token else "stem", word.token
        for reading in word.readings:
            if self._postings.has(row, reading.positions):
                return reading.how, reading.text
        return None


def _most(found: Iterable[Found]) -> Found:
    """Return each row once, with the most that it gets of any."""
    rows, worths = zip(*found, strict=True)
    if len(rows) == 1:
        return rows[0], worths[0]
    # As long as the last row: a sort of common words would take ten times as long.
    last = max((int(each[-1]) for each in rows if len(each)), default=-1)
    most = np.zeros(last + 1, np.float32)
    for some, worth in zip(rows, worths, strict=True):
        most[some] = np.maximum(most[some], worth)
    distinct = np.flatnonzero(most).astype(np.int32)
    return distinct, most[distinct]


def _right(_: str) -> bool:
    return True
