"""Sentences of a text in English or Chinese, each with the marks of the passages that it cites."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_MARK = r"[ \t]*(?:\[\d{1,3}(?:[ ]*[,，、;][ ]*\d{1,3})*\]|【\d{1,3}(?:[ ]*[,，、;][ ]*\d{1,3})*】)"
_MARKS = re.compile(_MARK)
_NUMBER = re.compile(r"\d+")
# A full stop inside a number, an address or a version ends nothing.
_END = re.compile(rf"(?:[。！？!?；;]+|\.+(?![\w.])|\n)[\"'”’」』)）]*(?:{_MARK})*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|incl|excl|no|nr|dr|mr|mrs|ms|st|vs)|\b[A-Z])\.$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without its marks, and where it lies in the text that was split, marks included."""

    text: str
    start: int
    end: int
    marks: tuple[int, ...] = ()


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text in order; a semicolon ends one as well."""
    return [sentence for sentence in map(_read, *_spans(text)) if sentence.text]


def cited_sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text, those without marks with the marks of the next that has any.

    A model often marks the last sentence of several; one with none after it keeps none.
    """
    found = sentences(text)
    marks: tuple[int, ...] = ()
    for place in range(len(found) - 1, -1, -1):
        marks = found[place].marks or marks
        found[place] = replace(found[place], marks=marks)
    return found


def without_marks(text: str) -> str:
    """Return a text without its citation marks."""
    return _MARKS.sub("", text).strip()


def _spans(text: str) -> tuple[Iterator[str], Iterator[int], Iterator[int]]:
    ends = [
        end.end()
        for end in _END.finditer(text)
        if not _ABBREVIATION.search(text, 0, end.end()) or text[end.end() :].strip() == ""
    ]
    cuts = [0, *ends, len(text)]
    pairs = [(start, end) for start, end in itertools.pairwise(cuts) if end > start]
    return (
        iter([text[start:end] for start, end in pairs]),
        iter([start for start, _ in pairs]),
        iter([end for _, end in pairs]),
    )


def _read(piece: str, start: int, end: int) -> Sentence:
    marks = dict.fromkeys(
        int(number) for mark in _MARKS.findall(piece) for number in _NUMBER.findall(mark)
    )
    bare = without_marks(piece)
    # A piece of punctuation alone says nothing.
    said = bare if re.search(r"\w", bare) else ""
    lead = len(piece) - len(piece.lstrip())
    return Sentence(said, start + lead, end, tuple(marks))
