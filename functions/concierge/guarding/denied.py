"""What a shop does not talk about: its words, and topics by examples."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from concierge.guarding.findings import Span
from concierge.guarding.phrases import Phrases, Reading
from concierge.guarding.policy import Policy, Topic
from concierge.language.tokens import lexical_tokens

# Of the words of an example, weighted alike, so many make a sentence be of its topic.
ENOUGH = 0.75
FEWEST = 2
# What vectors are compared with: more sentences than a question has, and a bounded time.
MOST_SENTENCES = 8
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*")
_COMMON_WORDS = (
    "a an and any are at can could do does for from give have how i if in is it me my of on or our"
    " should tell that the their they this to us we what when where which who will with would you"
    " your good about there 的 了 吗 吧 呢 我 你 是 在 有 该 应 应该 什 么 什么 怎 可 以 可以 能 给 哪 些 哪些"
    " 个 吃 一 只"
)
_COMMON = frozenset(_COMMON_WORDS.split())


class SentenceEncoder(Protocol):
    """Turns texts into vectors of length one."""

    def encode(self, texts: Sequence[str], /) -> Any:
        """Return an array of shape [texts, dimensions]."""


class Denied:
    """The denied words and topics of a policy, ready to be looked for."""

    def __init__(self, policy: Policy, encoder: SentenceEncoder | None) -> None:
        self._words = Phrases(policy.words) if policy.words else None
        self._topics = policy.topics
        self._encoder = encoder
        self._examples = {
            topic.name: [_content(each) for every in topic.examples.values() for each in every]
            for topic in policy.topics
        }
        self._vectors: Mapping[str, Any] | None = None

    def words(self, read: Iterable[Reading]) -> Iterator[Span]:
        """Yield the denied words of a text."""
        if self._words is None:
            return
        for view, given in read:
            for hit in self._words.hits(given):
                span = view.span(given[hit.first].start, given[hit.last].end)
                yield Span(hit.name, *span)

    def topics(self, text: str) -> tuple[list[Span], bool]:
        """Return the sentences of denied topics, and whether some were not compared by vectors."""
        if not self._topics:
            return [], False
        sentences = [found for found in _SENTENCE.finditer(text) if found[0].strip()]
        found: list[Span] = []
        for sentence in sentences:
            words = set(lexical_tokens(sentence[0]))
            found += [
                Span(topic.name, *sentence.span())
                for topic in self._topics
                if any(_is_about(words, example) for example in self._examples[topic.name])
            ]
        if self._encoder is None or found:
            return found, False
        first = sentences[:MOST_SENTENCES]
        return list(self._near(first)), len(sentences) > len(first)

    def _near(self, sentences: Sequence[re.Match[str]]) -> Iterator[Span]:
        """Yield the sentences whose vector is near that of an example."""
        if not sentences or self._encoder is None:
            return
        vectors = self._encoder.encode([sentence[0].strip() for sentence in sentences])
        for topic in self._topics:
            nearest = (vectors @ self._example_vectors(topic).T).max(axis=1)
            for sentence, similarity in zip(sentences, nearest, strict=True):
                if similarity >= topic.similarity:
                    yield Span(topic.name, *sentence.span())

    def _example_vectors(self, topic: Topic) -> Any:
        if self._vectors is None and self._encoder is not None:
            self._vectors = {
                each.name: self._encoder.encode(
                    [text for texts in each.examples.values() for text in texts]
                )
                for each in self._topics
            }
        return (self._vectors or {})[topic.name]


def _content(example: str) -> frozenset[str]:
    words = frozenset(lexical_tokens(example))
    return words - _COMMON


def _is_about(words: set[str], example: frozenset[str]) -> bool:
    shared = len(words & example)
    return shared >= FEWEST and shared >= ENOUGH * len(example)
