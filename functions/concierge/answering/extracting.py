"""The sentences of a passage that answer a question: never a word that is not in the source."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from concierge.language.tokens import lexical_tokens
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.vectors import Floats
from concierge.shop.knowledge import Entry
from concierge.shop.sentences import Span, sentences

# How much the words of a question count beside its meaning, and how far behind the best sentence
# its neighbours may be: measured by `make bench-extract`.
LEXICAL = 0.3
MARGIN = 0.2
MOST_SENTENCES = 3

# A sentence that begins so speaks of what stands before it.
_REFERS = re.compile(
    r"(?:(?:it|they|this|these|that|those|he|she)\b|它|这|那|该|此|他们)", re.IGNORECASE
)
_ROW = re.compile(r"[ \t]*\|")
_ITEM = re.compile(r"[ \t]*(?:[-*+•·]|\d{1,3}[.)、]|[（(]\d{1,3}[)）]|[①-⑳])")


@dataclass(frozen=True, slots=True)
class Extract:
    """What answers: the text is that of the spans, which are offsets in the document.

    An entry that is no passage is its own answer and has no spans.
    """

    text: str
    spans: tuple[Span, ...]
    url: str
    heading: str


def extract(
    knowledge: KnowledgeSnapshot, row: int, question: str, vector: Floats | None = None
) -> Extract:
    """Return the one to three sentences of an entry that answer a question.

    `vector` is the question's, float32 [d]; without it words alone tell. Where nothing tells, the
    whole passage is returned.
    """
    entry = knowledge.entry_at(row)
    if not entry.is_passage:
        return Extract(entry.answer, (), entry.url, entry.question)
    units, spans = knowledge.sentences_at(row)
    if not len(units):
        return extract_by_words(entry, question)
    cosines = np.zeros(len(units), np.float32)
    if vector is not None and knowledge.vectors is not None:
        cosines = knowledge.vectors.similarities_at(vector, units)
    kept = [(int(start), int(end)) for start, end in spans]
    return _extracted(entry, kept, question, cosines)


def extract_by_words(entry: Entry, question: str) -> Extract:
    """Return what `extract` does of a passage whose sentences have no vectors."""
    spans = sentences(entry.answer)
    return _extracted(entry, spans, question, np.zeros(len(spans), np.float32))


def _extracted(entry: Entry, spans: Sequence[Span], question: str, cosines: Floats) -> Extract:
    texts = [entry.answer[start:end] for start, end in spans]
    scores = (1 - LEXICAL) * cosines + LEXICAL * _shared_words(question, texts)
    if len(spans) < 2 or not scores.any():
        chosen: tuple[Span, ...] = ((0, len(entry.answer)),)
    else:
        first, last = _window(scores, texts)
        chosen = ((spans[first][0], spans[last][1]),)
        lead = _lead(texts, first)
        if lead is not None:
            chosen = (spans[lead], *chosen)
    return Extract(
        text="\n".join(entry.answer[start:end] for start, end in chosen),
        spans=tuple((entry.start + start, entry.start + end) for start, end in chosen),
        url=entry.url,
        heading=entry.question,
    )


def _shared_words(question: str, texts: Sequence[str]) -> Floats:
    """Return for each sentence which share of the question's words it has, rare ones weighing more.

    Rare among these sentences: a word that all of them have parts none from the others.
    """
    asked = set(lexical_tokens(question))
    words = [asked.intersection(lexical_tokens(text)) for text in texts]
    counts = {word: sum(word in each for each in words) for word in asked}
    weights = {
        word: math.log1p((len(texts) - count + 0.5) / (count + 0.5))
        for word, count in counts.items()
        if count
    }
    whole = sum(weights.values()) or 1.0
    return np.array([sum(weights[word] for word in each) / whole for each in words], np.float32)


def _window(scores: Floats, texts: Sequence[str]) -> tuple[int, int]:
    """Return the first and last of the sentences around the best that are nearly as good."""
    first = last = int(scores.argmax())
    floor = float(scores[first]) - MARGIN
    if first and _REFERS.match(texts[first]):
        first -= 1
    while last - first + 1 < MOST_SENTENCES:
        beside = [place for place in (first - 1, last + 1) if 0 <= place < len(scores)]
        best = max(beside, key=lambda place: float(scores[place]), default=None)
        if best is None or scores[best] < floor:
            break
        first, last = min(first, best), max(last, best)
    return first, last


def _lead(texts: Sequence[str], first: int) -> int | None:
    """Return the header of the table, or the sentence that opens the list, that `first` is in."""
    kind = next((kind for kind in (_ROW, _ITEM) if kind.match(texts[first])), None)
    if kind is None:
        return None
    place = first
    while place and kind.match(texts[place - 1]):
        place -= 1
    if kind is _ITEM:
        place -= 1
        return place if place >= 0 and texts[place].endswith((":", "：")) else None
    return place if place < first else None
