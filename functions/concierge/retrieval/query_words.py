"""What the words of a query may mean to an index: corrected, joined, split, expanded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from concierge.language.function_words import FUNCTION_WORDS
from concierge.language.pieces import Piece, pieces_of
from concierge.language.stemming import stem
from concierge.language.tokens import is_cjk, runs_of, tokens_of_run
from concierge.retrieval.correcting import Corrector
from concierge.retrieval.postings import Postings
from concierge.retrieval.vocabulary import Vocabulary
from concierge.retrieval.word_query import (
    Correction,
    Expand,
    Expansion,
    IsWord,
    Phrase,
    QueryWord,
    Reading,
    WordQuery,
)

# What a reading counts for against the word as it was typed.
JOINED, SPLIT, SYNONYM, APART = 0.95, 0.8, 0.8, 0.7
# What two words that stand together in a title add, as a share of what they weigh.
TOGETHER = 0.25
# What function words count for beside others; alone, as in `the who`, they count in full.
FUNCTION = 0.15
# Of a longer stretch of Chinese, a character counts less than the words that pairs of them are.
CHARACTER = 0.3
SHORTEST_HALF, SHORTEST_SPLIT = 3, 7


@dataclass(slots=True)
class _Draft:
    """A token of a query while it is analysed: the units that it covers, what it may mean.

    `unit` is what its neighbours and synonyms take it for: corrected, where it was misspelt.
    """

    text: str
    token: str
    start: int
    end: int
    position: int | None
    weight: float
    readings: list[Reading] = field(default_factory=list)
    unit: str = ""
    # The parts of a measure do not count beside it, only where whole texts are compared.
    counts: bool = True
    share: float = 1.0
    is_part: bool = True

    @property
    def is_function(self) -> bool:
        return self.token in FUNCTION_WORDS and not self.readings

    def word(self, share: float = 1.0) -> QueryWord:
        weight, readings = self.weight * share, tuple(self.readings)
        return QueryWord(self.text, self.token, self.position, weight, readings, share)


class QueryAnalyser:
    """Reads queries with the words of one index; without a vocabulary nothing is corrected."""

    def __init__(self, postings: Postings, vocabulary: Vocabulary | None) -> None:
        self._postings = postings
        self._vocabulary = vocabulary
        self._corrector = Corrector(postings, vocabulary) if vocabulary else None

    def analyse(
        self, text: str, expand: Expand | None = None, is_word: IsWord | None = None
    ) -> WordQuery:
        """Return the words of a query and the ways to read them."""
        drafts: list[_Draft] = []
        for piece in pieces_of(text):
            drafts += self._drafts_of(piece, drafts[-1].end if drafts else 0)
        words = [draft for draft in drafts if draft.unit]
        phrases = self._neighbours(words)
        corrections = [found for draft in words for found in self._corrected(draft, is_word)]
        if corrections:
            phrases = self._neighbours(words)
        for expansion in expand(_units(drafts)) if expand else ():
            self._expand(drafts, expansion)
        distinct = list(
            {(draft.token, draft.is_part): draft for draft in reversed(drafts)}.values()
        )
        distinct.reverse()
        counted = [draft for draft in distinct if draft.counts]
        # Of nothing but function words, each counts: it is all that was said.
        share = 1.0 if all(draft.is_function for draft in counted) else FUNCTION
        return WordQuery(
            text=text,
            words=tuple(
                draft.word(share if draft.is_function else draft.share) for draft in counted
            ),
            parts=tuple(draft.word() for draft in distinct if draft.is_part),
            phrases=tuple(phrases),
            corrections=tuple(dict.fromkeys(corrections)),
        )

    def _drafts_of(self, piece: Piece, start: int) -> list[_Draft]:
        """Return the tokens of a piece, and its whole where the index knows it."""
        parts: list[_Draft] = []
        for run in runs_of(piece.text):
            first = parts[-1].end if parts else start
            parts += self._cjk(run, first) if is_cjk(run) else [self._word(run, first)]
        position = self._postings.position(piece.whole) if piece.whole else None
        if position is None:
            return parts
        if not piece.is_exact:
            _read_as(parts, Reading(piece.text, (position,), 1.0, "compound"))
            return parts
        weight = self._postings.weight(position)
        end = parts[-1].end
        whole = _Draft(piece.text, piece.whole, start, end, position, weight, is_part=False)
        if not piece.is_measure:
            whole.readings += self._together(piece.text, parts, APART)
        for part in parts:
            part.counts = False
        return [whole, *parts]

    def _cjk(self, run: str, start: int) -> Iterator[_Draft]:
        """Yield characters and bigrams; the last one ends where the run does."""
        for place in range(len(run)):
            for length in (2, 1) if place + 1 < len(run) else (1,):
                draft = self._draft(run[place : place + length], start + place, length)
                draft.share = CHARACTER if length == 1 and len(run) > 1 else 1.0
                yield draft

    def _word(self, run: str, start: int) -> _Draft:
        (token,) = tokens_of_run(run)
        draft = self._draft(token, start, 1)
        draft.text, draft.unit = run, token
        return draft

    def _draft(self, token: str, start: int, length: int) -> _Draft:
        position = self._postings.position(token)
        unknown = self._postings.unknown_weight
        weight = unknown if position is None else self._postings.weight(position)
        return _Draft(token, token, start, start + length, position, weight)

    def _neighbours(self, words: list[_Draft]) -> list[Phrase]:
        """Read neighbouring words as one where some text does; return what standing together adds."""
        phrases = []
        for first, second in pairwise(words):
            joined = first.unit + second.unit
            position = self._postings.position(joined)
            if first.end != second.start or position is None:
                continue
            if self._is_word(joined):
                _read_as((first, second), Reading(joined, (position,), JOINED, "compound"))
            if first.counts and second.counts:
                weight = min(first.weight + second.weight, self._postings.weight(position))
                phrases.append(Phrase(position, TOGETHER * weight))
        return phrases

    def _is_word(self, joined: str) -> bool:
        """Tell whether two words are one in some text, and not only neighbours in a title.

        Model numbers are few, and not in the vocabulary.
        """
        return not joined.isalpha() or self._vocabulary is None or joined in self._vocabulary

    def _corrected(self, draft: _Draft, is_word: IsWord | None) -> list[Correction]:
        """Read an unknown word as what it may be misspelt or run together from."""
        if draft.position is not None or draft.readings or not draft.counts or not self._corrector:
            return []
        halves = self._halves(draft.token)
        # Sneakers are no misspelt speakers, though a shop may have none.
        is_right = is_word is not None and is_word(draft.text)
        meanings = [] if is_right else self._corrector.meanings(draft.text, draft.token)
        if halves and not (meanings and meanings[0].is_likely):
            draft.readings.append(halves)
            draft.weight = sum(map(self._postings.weight, halves.positions))
            return [Correction(draft.text, halves.text)]
        if not meanings:
            return []
        draft.readings += [
            Reading(each.word, (each.position,), each.factor, "typo") for each in meanings
        ]
        best = meanings[0]
        draft.unit, draft.weight = best.word, self._postings.weight(best.position)
        return [Correction(draft.text, _as_typed(best.word, draft))]

    def _halves(self, token: str) -> Reading | None:
        """Return two words that a long one is run together from, the most frequent such words."""
        if len(token) < SHORTEST_SPLIT or not token.isalpha():
            return None
        found: list[tuple[int, Reading]] = []
        for place in range(SHORTEST_HALF, len(token) - SHORTEST_HALF + 1):
            first, second = token[:place], token[place:]
            positions = tuple(map(self._postings.position, (first, stem(second))))
            if None not in positions:
                known = [position for position in positions if position is not None]
                rarest = min(map(self._postings.count, known))
                found.append(
                    (rarest, Reading(f"{first} {second}", tuple(known), SPLIT, "compound"))
                )
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def _expand(self, drafts: Iterable[_Draft], expansion: Expansion) -> None:
        """Read what lies within the units of an expansion as each of its texts too."""
        covered = [d for d in drafts if expansion.start <= d.start and d.end <= expansion.end]
        for text in expansion.texts:
            parts = [draft for piece in pieces_of(text) for draft in self._drafts_of(piece, 0)]
            for reading in self._together(text, [d for d in parts if d.counts], SYNONYM):
                _read_as(covered, Reading(text, reading.positions, SYNONYM, "synonym"))

    def _together(self, text: str, parts: list[_Draft], factor: float) -> list[Reading]:
        """Return the reading as all of some tokens; none where the index lacks one."""
        positions = tuple(d.position for d in parts if d.position is not None)
        if not positions or len(positions) < len(parts):
            return []
        return [Reading(text, positions, factor, "compound")]


def _read_as(drafts: Iterable[_Draft], reading: Reading) -> None:
    for draft in drafts:
        if all(reading.positions != known.positions for known in draft.readings):
            draft.readings.append(reading)


def _units(drafts: Iterable[_Draft]) -> list[str]:
    """Return the words and single characters of a query, in order."""
    return [d.unit or d.token for d in drafts if d.is_part and d.end == d.start + 1]


def _as_typed(word: str, draft: _Draft) -> str:
    """Return a word in the plural where it was typed so."""
    return f"{word}s" if draft.text == f"{draft.token}s" else word
