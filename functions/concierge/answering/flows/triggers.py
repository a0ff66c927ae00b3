"""Which flow a sentence asks for, by its words and by its meaning; in doubt none."""

import re
from collections.abc import Sequence

import numpy as np

from concierge.answering.flows.flow import Flow
from concierge.language.encoder import TextEncoder
from concierge.language.tokens import lexical_tokens

# What a sentence needs to begin a flow: see tests/dialogue/flow-triggers.jsonl.
BY_MEANING = 0.7
BY_WORDS = 0.7
COSINE = 0.8
# What has digits is a value, not what is asked for.
_VALUES = re.compile(r"[#A-Za-z]*[-_]?\d[\w-]*", re.ASCII)
_POLITE = frozenset(
    ("please", "hi", "hello", "hey", "the", "a", "an", "can", "could", "you", "i", "me", "to", "do")
).union("请你好您吗呢啊", {"thank"})


class Triggers:
    """The example sentences of all flows, in one language."""

    def __init__(self, flows: Sequence[Flow], language: str, encoder: TextEncoder | None) -> None:
        pairs = [
            (flow.name, text) for flow in flows for text in flow.triggers.get(language, ())
        ] + [("", text) for flow in flows for text in flow.counterexamples.get(language, ())]
        self._names = [name for name, _ in pairs]
        self._words = [_words(text) for _, text in pairs]
        able = encoder is not None and language in encoder.languages and bool(pairs)
        self._encoder = encoder if able else None
        if self._encoder:
            self._vectors = self._encoder.encode([_bare(text) for _, text in pairs], "query")

    def best(self, text: str) -> str:
        """Return the name of the flow that a sentence asks for, empty where none is sure."""
        if not self._names:
            return ""
        words = _words(text)
        scores = np.array([_overlap(words, other) for other in self._words])
        needed = BY_WORDS
        if self._encoder:
            cosines = self._vectors @ self._encoder.encode([_bare(text)], "query")[0]
            scores, needed = COSINE * cosines + (1 - COSINE) * scores, BY_MEANING
        row = int(scores.argmax())
        return self._names[row] if scores[row] >= needed else ""


def _bare(text: str) -> str:
    return " ".join(_VALUES.sub(" ", text).split()) or text


def _words(text: str) -> frozenset[str]:
    return frozenset(lexical_tokens(_bare(text))) - _POLITE


def _overlap(words: frozenset[str], others: frozenset[str]) -> float:
    """Return how many words agree (Dice, 1945)."""
    both = len(words) + len(others)
    return 2 * len(words & others) / both if both else 0.0
