"""BM25 over the words of a query, as they were typed and as they may have been meant."""

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays
from concierge.retrieval.postings import Floats, Postings
from concierge.retrieval.query_words import QueryAnalyser
from concierge.retrieval.vocabulary import Vocabulary
from concierge.retrieval.word_query import Expand, IsWord, QueryWord, Reading, WordMatch, WordQuery


class LexicalIndex:
    """The words of a snapshot.

    What takes a query takes its text, or what `analyse` made of it: analyse once where a query is
    used twice, or where synonyms count.
    """

    def __init__(self, arrays: Arrays, rows: int) -> None:
        self._count = rows
        self._postings = Postings(arrays, rows)
        self._row_weights = arrays["lexical_row_weights"]
        self._analyser = QueryAnalyser(self._postings, Vocabulary.open(arrays))

    def analyse(
        self, text: str, expand: Expand | None = None, is_word: IsWord | None = None
    ) -> WordQuery:
        """Return the words of a query: known, corrected, joined, split and expanded.

        `expand` gives synonyms; words that `is_word` knows are not corrected.
        """
        return self._analyser.analyse(text, expand, is_word)

    def scores(self, query: str | WordQuery) -> Floats:
        """Return the BM25 score of every row, as float32 [n]; zero where no word matches."""
        query = self._analysed(query)
        scores = np.zeros(self._count, np.float32)
        for word in query.words:
            if word.position is not None:
                found = self._postings.scores(word.position) * np.float32(word.share)
                scores[self._postings.rows(word.position)] += found
            if len(word.readings) == 1:
                rows, more = self._more(word, word.readings[0])
                scores[rows] += more
            elif word.readings:
                scores += self._most(word)
        for position, weight in query.phrases:
            rows, shares = self._postings.shares((position,))
            scores[rows] += np.float32(weight) * shares
        return scores

    def relevance(self, query: str | WordQuery) -> Floats:
        """Return BM25 as a share of what a row full of every query word could reach, 0 to 1."""
        query = self._analysed(query)
        weight = sum(word.weight for word in query.words)
        weight += sum(phrase.weight for phrase in query.phrases)
        return self.scores(query) / np.float32(weight or 1.0)

    def overlap(self, query: str | WordQuery) -> Floats:
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
                shared += self._most(word, weighted=False)
        weight = sum(word.weight for word in query.parts) or 1.0
        both = self._row_weights + np.float32(weight)
        # A pair of words that is one word in another row weighs there more than in its own.
        alike: Floats = np.minimum(2 * shared / both, 1).astype(np.float32, copy=False)
        return alike

    def matches(self, query: str | WordQuery, row: int) -> tuple[WordMatch, ...]:
        """Return which words of a query a row has, and how each was read."""
        found = (self._match(word, row) for word in self._analysed(query).words)
        return tuple(match for match in found if match)

    def _analysed(self, query: str | WordQuery) -> WordQuery:
        return self.analyse(query) if isinstance(query, str) else query

    def _more(self, word: QueryWord, reading: Reading) -> tuple[NDArray[np.int32], Floats]:
        """Return the rows of a reading, and what each gets for it beyond the word itself."""
        rows, shares = self._postings.shares(reading.positions)
        worth = np.float32(reading.factor * word.weight) * shares
        if word.position is None:
            return rows, worth
        own = self._postings.scores_at(word.position, rows) * np.float32(word.share)
        return rows, np.maximum(worth - own, 0)

    def _most(self, word: QueryWord, *, weighted: bool = True) -> Floats:
        """Return what each row gets at most for the readings of a word beyond the word itself."""
        most = np.zeros(self._count, np.float32)
        for reading in word.readings:
            rows, more = self._more(word, reading)
            worth = more if weighted else np.float32(reading.factor * word.weight)
            most[rows] = np.maximum(most[rows], worth)
        return most

    def _match(self, word: QueryWord, row: int) -> WordMatch | None:
        if word.position is not None and self._postings.has(row, (word.position,)):
            return WordMatch(word.text, "exact" if word.text == word.token else "stem", word.token)
        for reading in word.readings:
            if self._postings.has(row, reading.positions):
                return WordMatch(word.text, reading.how, reading.text)
        return None


def _right(_: str) -> bool:
    return True
