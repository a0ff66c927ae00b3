"""Refuse a generated text unless each of its sentences is supported by a passage that it cites.

Numbers, moments, addresses, names, negations and words with an opposite are compared exactly;
meaning by vectors. What is refused needlessly costs a plainer answer, what is let through a lie.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from concierge.answering.grounding.binding import misplaced
from concierge.answering.grounding.moments import months_of
from concierge.answering.grounding.opposites import ONLY_PRESENT
from concierge.answering.grounding.polarity import clauses, wrongly_denied
from concierge.answering.grounding.sentences import Sentence, cited_sentences, sentences
from concierge.answering.grounding.tokens import Token, tokens
from concierge.answering.grounding.vocabulary import (
    han_text,
    torn_names,
    unknown_han,
    unknown_words,
)
from concierge.language.encoder import TextEncoder, Vectors

# The least cosine between a sentence and one of its passages, or two of its sentences in a row. At
# 0.5 one honest sentence of benchmarks/honest.py lay below; texts of other entries are refused at both.
MEANING = 0.45
# Sides of an opposite that a sentence may have without its passage: a mere `may` claims nothing.
WITHOUT_CLAIM = frozenset({("duty", "may"), ("extent", "in"), ("quantifier", "some")})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is not used: the rule, what broke it, and the span of the sentence in the text."""

    rule: str
    detail: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class _Source:
    """A sentence of a passage: what it claims, and which passage it is of, counted from 1."""

    number: int
    tokens: tuple[Token, ...]


class Grounding:
    """The passages of one answer, which texts are held against; `titles` only lend their names."""

    def __init__(
        self, passages: Sequence[str], encoder: TextEncoder, titles: Sequence[str] = ()
    ) -> None:
        self._count = len(passages)
        self._encoder = encoder
        self._sources: list[_Source] = []
        texts: list[str] = []
        for number, passage in enumerate(passages, 1):
            for sentence in sentences(passage):
                texts.append(sentence.text)
                self._sources.append(_Source(number, tokens(sentence.text, is_source=True)))
        self._units_of = [source.number for source in self._sources]
        self._titles = [tokens(title, is_source=True) for title in titles]
        self._vectors = encoder.encode(texts) if texts else np.zeros((0, encoder.dimensions))
        self._add_pairs()

    def check(self, text: str) -> tuple[tuple[Refusal, ...], tuple[int, ...]]:
        """Return why a text is refused, nothing where it is not, and the passages that it cites."""
        found = cited_sentences(text)
        if not found:
            return (Refusal("empty", "the text says nothing"),), ()
        vectors = self._encoder.encode([sentence.text for sentence in found])
        refusals = []
        for sentence, vector in zip(found, vectors, strict=True):
            broken = self._broken(sentence, vector)
            if broken:
                refusals.append(Refusal(*broken, sentence.start, sentence.end))
        cited = dict.fromkeys(mark for sentence in found for mark in sentence.marks)
        return tuple(refusals), tuple(cited)

    def _add_pairs(self) -> None:
        """Add what two sentences of a passage in a row mean together: the middle of both.

        Encoding them together would take twice the time and part honest from foreign no better.
        """
        numbers = np.array(self._units_of)
        rows = np.flatnonzero(numbers[:-1] == numbers[1:])
        pairs = self._vectors[rows] + self._vectors[rows + 1]
        lengths = np.linalg.norm(pairs, axis=1, keepdims=True)
        self._vectors = np.concatenate([self._vectors, pairs / np.maximum(lengths, 1e-9)])
        self._units_of += [int(number) for number in numbers[rows]]

    def _broken(self, sentence: Sentence, vector: Vectors) -> tuple[str, str] | None:
        """Return the first rule that a sentence breaks and what breaks it, or None."""
        if not sentence.marks:
            return "citation", "the sentence cites no passage"
        stray = [mark for mark in sentence.marks if not 1 <= mark <= self._count]
        if stray:
            return "citation", f"there is no passage {stray[0]}"
        if sentence.text.endswith(("?", "？")):
            return "question", "the sentence asks instead of answering"
        cited = [source for source in self._sources if source.number in sentence.marks]
        said = tokens(sentence.text)
        sources = [source.tokens for source in _most_alike(said, cited)]
        titles = [self._titles[mark - 1] for mark in sentence.marks if mark <= len(self._titles)]
        return (
            _unsupported(said, sources)
            or _unknown(said, [*sources, *titles])
            or _misplaced(said, sources)
            or _turned_round(said, sources)
            or self._without_meaning(sentence, vector)
        )

    def _without_meaning(self, sentence: Sentence, vector: Vectors) -> tuple[str, str] | None:
        rows = [row for row, number in enumerate(self._units_of) if number in sentence.marks]
        best = float((self._vectors[rows] @ vector).max()) if rows else 0.0
        return ("meaning", f"cosine {best:.2f}") if best < MEANING else None


def _most_alike(said: Sequence[Token], sources: Sequence[_Source]) -> list[_Source]:
    """Return sources by how many keys they share with what is said, most first."""
    keys = {token.key for token in said if token.key}
    return sorted(sources, key=lambda source: -len(keys & {token.key for token in source.tokens}))


def _unsupported(
    said: Sequence[Token], sources: Sequence[Sequence[Token]]
) -> tuple[str, str] | None:
    """Return what no source has: a number, a moment, an address, a side of an opposite."""
    known = {(token.kind, token.family, token.key) for source in sources for token in source}
    months = {months_of(token.key) for source in sources for token in source}
    for token in said:
        if token.kind in {"number", "moment", "address"} and (
            (token.kind, token.family, token.key) not in known and token.key not in months
        ):
            return {"moment": "date"}.get(token.kind, token.kind), token.text.strip()
        if (
            token.kind == "polar"
            and (token.kind, token.family, token.key) not in known
            and (token.family, token.key) not in WITHOUT_CLAIM
        ):
            return "opposite", token.text.strip()
    return None


def _unknown(said: Sequence[Token], sources: Sequence[Sequence[Token]]) -> tuple[str, str] | None:
    """Return a name or another word that neither a source nor its title has."""
    for token in (*unknown_words(said, sources), *torn_names(said, sources)):
        return "name" if token.kind == "name" else "word", token.text
    stranger = unknown_han(said, [han_text(source) for source in sources])
    return ("name", stranger) if stranger else None


def _misplaced(said: Sequence[Token], sources: Sequence[Sequence[Token]]) -> tuple[str, str] | None:
    for place, token in enumerate(said):
        bound = token.kind in {"number", "moment"} or (
            token.kind == "polar" and token.family not in ONLY_PRESENT
        )
        rival = misplaced(said, place, sources) if bound else None
        if rival:
            return "misplaced", f"{token.text.strip()} for {rival.text.strip()}"
    return None


def _turned_round(
    said: Sequence[Token], sources: Sequence[Sequence[Token]]
) -> tuple[str, str] | None:
    denied = wrongly_denied(clauses(said), [clauses(source) for source in sources])
    return ("negation", denied) if denied else None
