"""Where the sentences of a text are, in English and Chinese, prose and Markdown alike.

Rules, not a model: marks that end a sentence, less abbreviations and numbers; and lines that stand
for themselves, such as items of lists and rows of tables.
"""

import re
from collections.abc import Iterator

Span = tuple[int, int]

# Longer ones are cut at a comma or a space: nobody reads them as one, and no encoder either.
MOST_CHARACTERS = 400

_STRONG = "。！？!?…"
_CLOSING = r"[\"'”’」』）)\]》*_]*"
# A full stop ends a sentence before white space only; Chinese marks, and ? and !, end one anywhere,
# but for ASCII ones inside of a word, such as a link's.
_END = re.compile(rf"(?:[。！？…]+|[!?]+(?![a-zA-Z0-9/=&])|\.+(?=[\"'”’)\]*_]*(?:\s|$))){_CLOSING}")
_LAST_WORD = re.compile(r"[\w.]+$")
_ABBREVIATIONS = frozenset(
    """
    e.g i.e cf vs approx ca etc no nos nr mr mrs ms dr prof st ave rd inc ltd co corp dept est
    fig vol p pp art sec min max tel ext incl excl jan feb mar apr jun jul aug sep sept oct nov
    dec mon tue wed thu fri sat sun a.m p.m u.s u.k u.s.a e.u bzw z.b d.h
    """.split()  # noqa: SIM905 - a list of so many literals reads worse
)
# After these a number or a name goes on, though it looks like a beginning.
_BEFORE_NUMBERS = frozenset(("no", "nos", "nr", "p", "pp", "fig", "vol", "art", "sec", "approx"))
_BEFORE_NAMES = frozenset(("e.g", "i.e", "cf", "vs", "mr", "mrs", "ms", "dr", "prof", "st"))
_ITEM = re.compile(
    r"[ \t]*(?:[-*+•·]|\d{1,3}[.)、]|[a-z][.)]|[（(]\d{1,3}[)）]|[①-⑳])[ \t]+\S|[ \t]*[①-⑳•]"
)
_MARKER = re.compile(r"[ \t]*(?:\d{1,3}|[a-z])$")
_ALONE = re.compile(r"[ \t]*(?:\||#{1,6}[ \t]|>|```|~~~|</?[a-zA-Z!])")
_BLANK = re.compile(r"[ \t\r\f\v\u3000]*$")
_WORTH = re.compile(r"\w")
_PAUSE = re.compile(r"[,;:，；：、]\s*|\s+")


def sentences(text: str) -> list[Span]:
    """Return the spans of all sentences in order, without the white space around them.

    Spans do not overlap. What holds no letter and no digit, such as a rule, is in none.
    """
    spans: list[Span] = []
    for start, end in _runs(text):
        spans.extend(_in_run(text, start, end))
    return spans


def _runs(text: str) -> Iterator[Span]:
    """Yield stretches of lines that no sentence leaves: paragraphs, items, rows, headings."""
    start, offset, alone = 0, 0, False
    for line in text.split("\n"):
        begins = bool(_ITEM.match(line))
        stands = bool(_ALONE.match(line))
        if begins or stands or alone or _BLANK.match(line):
            if offset > start:
                yield start, offset
            start = offset
        alone = stands
        offset += len(line) + 1
    if len(text) > start:
        yield start, len(text)


def _in_run(text: str, start: int, end: int) -> Iterator[Span]:
    begin = start
    for mark in _END.finditer(text, start, end):
        if mark.start() < begin or not _ends_sentence(text, begin, mark):
            continue
        yield from _trimmed(text, begin, mark.end())
        begin = mark.end()
    yield from _trimmed(text, begin, end)


def _ends_sentence(text: str, begin: int, mark: re.Match[str]) -> bool:
    """Whether a mark ends a sentence, and not an abbreviation or the number of an item."""
    if mark[0][0] in _STRONG:
        return True
    following = text[mark.end() : mark.end() + 8].lstrip()
    # What goes on in small letters goes on: "approx. two days".
    if following[:1].islower() or _MARKER.match(text[begin : mark.start()]):
        return False
    word = _LAST_WORD.search(text, max(begin, mark.start() - 20), mark.start())
    if word is None or mark[0].startswith(".."):
        return True
    return not _goes_on(word[0], following[:1])


def _goes_on(word: str, following: str) -> bool:
    """Whether a word with a full stop is an abbreviation in the middle of a sentence."""
    last = word.lower()
    if last in _BEFORE_NAMES or (len(last) == 1 and word.isupper() and last != "i"):
        return True
    if last in _BEFORE_NUMBERS:
        return following.isdigit()
    return last in _ABBREVIATIONS and not following.isupper()


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield what is said between two offsets, in pieces where it is too long for one."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while end - start > MOST_CHARACTERS:
        cut = _cut(text, start)
        yield from _worth(text, start, cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    yield from _worth(text, start, end)


def _cut(text: str, start: int) -> int:
    """Return where a sentence that is too long is cut: after a pause in its later half, if any."""
    limit = start + MOST_CHARACTERS
    pauses = [found.end() for found in _PAUSE.finditer(text, start + MOST_CHARACTERS // 2, limit)]
    if pauses:
        return pauses[-1]
    # No mark, no space: not between a letter and what combines with it.
    while limit > start + 1 and _joins(text[limit]):
        limit -= 1
    return limit


def _joins(character: str) -> bool:
    """Whether a character belongs to the one before it: accents, joiners, variants of emoji."""
    return (
        "\u0300" <= character <= "\u036f"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or character == "\u200d"
    )


def _worth(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[end - 1].isspace():
        end -= 1
    if _WORTH.search(text, start, end):
        yield start, end
