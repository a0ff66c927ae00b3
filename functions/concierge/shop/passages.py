"""Documents cut into passages: each a span of the document, at its headings and sentences."""

import re
from collections.abc import Iterator

from concierge.shop.knowledge import Entry
from concierge.shop.sentences import Span, sentences

# About 200 tokens, what the encoder reads without cutting; a Chinese character counts threefold.
PASSAGE_WIDTH = 900
WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f]")

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?:.*\r?\n)*?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)")
# Bounds keep both linear, whatever white space a line holds.
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)$")
_CLOSING_MARKS = re.compile(r"(?:^|[ \t])#+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# What cannot be the text of a heading with a line under it.
_NO_TITLE = re.compile(r"[ \t]*(?:[-*+>|#<]|\d{1,3}[.)][ \t]|$)")

Section = tuple[list[str], int, int]


def cut_markdown(name: str, text: str, language: str = "") -> Iterator[Entry]:
    """Cut a Markdown document into passages at its headings and, where long, its paragraphs.

    The answer of each passage is exactly `text[start:end]`; its question is its headings.
    """
    number = 0
    for headings, section_start, section_end in _sections(text):
        for start, end in _pieces(text, section_start, section_end):
            number += 1
            yield Entry(
                entry_id=f"{name}#{number}",
                question=" > ".join(headings) or name,
                answer=text[start:end],
                language=language,
                start=start,
                end=end,
            )


def sentences_of(entry: Entry) -> list[Span]:
    """Return the spans of a passage's sentences in its answer; none where it is but one."""
    spans = sentences(entry.answer) if entry.is_passage else []
    return spans if len(spans) > 1 else []


def _sections(text: str) -> Iterator[Section]:
    """Yield what lies between headings, with the headings above it."""
    front = _FRONT_MATTER.match(text)
    headings: list[tuple[int, str]] = []
    start = front.end() if front else 0
    for level, title, begin, end in _headings(text, start):
        yield [heading for _, heading in headings], start, begin
        headings = [(depth, heading) for depth, heading in headings if depth < level]
        headings.append((level, title))
        start = end
    yield [heading for _, heading in headings], start, len(text)


def _headings(text: str, start: int) -> Iterator[tuple[int, str, int, int]]:
    """Yield level, title, start and end of each heading outside of fenced code."""
    before: tuple[int, str] | None = None
    for offset, line, fenced in _lines(text, start):
        bare = line.rstrip()
        heading = None if fenced else _HEADING.match(bare)
        underline = None if fenced or before is None else _UNDERLINE.match(bare)
        end = offset + len(line)
        if heading and (title := _CLOSING_MARKS.sub("", heading[2]).strip()):
            yield len(heading[1]), title, offset, end
        elif underline and before:
            yield 1 if underline[1][0] == "=" else 2, before[1], before[0], end
        # Only a paragraph of one line is a heading with a line under it.
        alone = before is None and not heading and not fenced and not _NO_TITLE.match(bare)
        follows_blank = start == offset or text[max(0, offset - 3) : offset].endswith(
            ("\n\n", "\n\r\n")
        )
        before = (offset, bare.strip()) if alone and follows_blank else None


def _lines(text: str, start: int, stop: int | None = None) -> Iterator[tuple[int, str, bool]]:
    """Yield offset and text of each line, and whether it belongs to fenced code."""
    offset, open_fence = start, ""
    stop = len(text) if stop is None else stop
    while offset < stop:
        end = text.find("\n", offset, stop) + 1 or stop
        line = text[offset:end]
        fence = _FENCE.match(line)
        was_open = bool(open_fence)
        if fence and not open_fence:
            open_fence = fence[1]
        elif fence and fence[1].startswith(open_fence) and line.strip() == fence[1]:
            open_fence = ""
        yield offset, line, was_open or bool(fence)
        offset = end


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield spans without surrounding white space, joined up to PASSAGE_WIDTH."""
    piece_start = piece_end = -1
    width = 0
    for first, last in _blocks(text, start, end):
        added = _width(text, piece_end if piece_start >= 0 else first, last)
        if piece_start >= 0 and width + added > PASSAGE_WIDTH:
            yield piece_start, piece_end
            piece_start, width, added = -1, 0, _width(text, first, last)
        if piece_start < 0:
            piece_start = first
        piece_end, width = last, width + added
    if piece_start >= 0:
        yield piece_start, piece_end


def _blocks(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield paragraphs; one too long for a passage is cut after its sentences."""
    for first, last in _paragraphs(text, start, end):
        if _width(text, first, last) <= PASSAGE_WIDTH:
            yield first, last
        else:
            spans = sentences(text[first:last])
            yield from ((first + begin, first + close) for begin, close in spans)


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield stretches between blank lines, trimmed; fenced code is one, blank lines and all."""
    first = -1
    for offset, line, fenced in _lines(text, start, end):
        if line.strip() or fenced:
            first = offset if first < 0 else first
        elif first >= 0:
            yield _trimmed(text, first, offset)
            first = -1
    if first >= 0:
        yield _trimmed(text, first, end)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _width(text: str, start: int, end: int) -> int:
    return end - start + 2 * sum(1 for _ in WIDE.finditer(text, start, end))
