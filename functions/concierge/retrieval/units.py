"""The texts by which an entry is found, of which each has a vector and a row of words."""

from concierge.shop.knowledge import Entry
from concierge.shop.passages import sentences_of
from concierge.shop.sentences import Span


def unit_texts(entry: Entry) -> tuple[str, ...]:
    """Return the texts by which an entry is found; the last is its whole text, answer included.

    Those before are what its question may be: its wordings, or the sentences of a passage.
    """
    whole = f"{entry.question}\n{entry.answer}"
    if entry.is_passage:
        return (*(entry.answer[start:end] for start, end in sentences_of(entry)), whole)
    return (entry.question, *entry.variants, whole)


def unit_spans(entry: Entry) -> list[Span]:
    """Return which span of its answer each of the `unit_texts` is; (0, 0) where it is none."""
    if entry.is_passage:
        return [*sentences_of(entry), (0, 0)]
    return [(0, 0)] * (len(entry.variants) + 2)
