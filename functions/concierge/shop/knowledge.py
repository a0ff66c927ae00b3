"""What a shop knows: question-and-answer entries, and passages cut from documents."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from concierge.shop import fields

COLUMNS = (
    "entry_id",
    "question",
    "variants",
    "answer",
    "language",
    "tags",
    "url",
    "valid_from",
    "valid_to",
    "deleted",
)
REQUIRED_COLUMNS = ("entry_id", "question", "answer")
# About 200 tokens of English: what the encoder reads without cutting.
PASSAGE_CHARACTERS = 900

_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t#]*$")
_FENCE = re.compile(r"(```|~~~)")
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[ \t]*\S[^\n]*)*")
# A sentence ends at its mark, or after so many characters where no mark comes.
_SENTENCE = re.compile(r"\S(?:.{0,798}?(?:[.!?](?=\s|$)|[。！？])|.{0,799})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the shop can answer; `start` and `end` are offsets in a document, else zero."""

    entry_id: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    language: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""
    valid_from: str = ""
    valid_to: str = ""
    start: int = 0
    end: int = 0
    # The rules by which an import took something out of its texts.
    neutralised: tuple[str, ...] = ()

    @property
    def is_passage(self) -> bool:
        """Whether the answer is a span of a document."""
        return self.end > self.start

    def to_record(self) -> dict[str, Any]:
        """Return the entry as one JSON object, without empty fields."""
        return {name: value for name, value in asdict(self).items() if value not in ("", (), 0)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the entry that `to_record` wrote; nothing is checked again."""
        lists = {name: tuple(record.get(name, ())) for name in ("variants", "tags", "neutralised")}
        return cls(**{**record, **lists})


@dataclass(frozen=True, slots=True)
class EntryRemoval:
    """A row that takes an entry out of the knowledge base."""

    entry_id: str


def parse_entry(record: fields.Record) -> Entry | EntryRemoval:
    """Read one knowledge row, or raise InvalidRecord naming the field."""
    entry_id = fields.identifier(record, "entry_id")
    if fields.flag(record, "deleted", default=False):
        return EntryRemoval(entry_id)
    valid_from = fields.moment(record, "valid_from")
    valid_to = fields.moment(record, "valid_to")
    return Entry(
        entry_id=entry_id,
        question=fields.text(record, "question", at_most=2_000, required=True),
        variants=fields.text_list(record, "variants", at_most=1_000, each=2_000),
        answer=fields.text(record, "answer", at_most=20_000, required=True),
        language=fields.text(record, "language", at_most=35),
        tags=fields.text_list(record, "tags", at_most=100, each=200),
        url=fields.text(record, "url", at_most=2_000),
        valid_from=valid_from.isoformat() if valid_from else "",
        valid_to=valid_to.isoformat() if valid_to else "",
    )


def cut_markdown(name: str, text: str, language: str = "") -> Iterator[Entry]:
    """Cut a Markdown document into passages at its headings and, where long, its paragraphs.

    The answer of each passage is exactly `text[start:end]`; its question is its headings.
    """
    for number, (headings, start, end) in enumerate(_passages(text), 1):
        yield Entry(
            entry_id=f"{name}#{number}",
            question=" > ".join(headings) or name,
            answer=text[start:end],
            language=language,
            start=start,
            end=end,
        )


def _passages(text: str) -> Iterator[tuple[list[str], int, int]]:
    headings: list[tuple[int, str]] = []
    section_start = 0
    for offset, line, fenced in _lines(text):
        heading = None if fenced else _HEADING.match(line.rstrip())
        if heading:
            yield from _pieces(text, [title for _, title in headings], section_start, offset)
            level = len(heading[1])
            headings = [(depth, title) for depth, title in headings if depth < level]
            headings.append((level, heading[2]))
            section_start = offset + len(line)
    yield from _pieces(text, [title for _, title in headings], section_start, len(text))


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    offset, fenced = 0, False
    for line in text.splitlines(keepends=True):
        fence = _FENCE.match(line.lstrip())
        yield offset, line, fenced or bool(fence)
        fenced ^= bool(fence)
        offset += len(line)


def _pieces(
    text: str, headings: list[str], start: int, end: int
) -> Iterator[tuple[list[str], int, int]]:
    """Yield spans without surrounding white space, joined up to PASSAGE_CHARACTERS."""
    piece_start = piece_end = -1
    for first, last in _blocks(text, start, end):
        if piece_start >= 0 and last - piece_start > PASSAGE_CHARACTERS:
            yield headings, piece_start, piece_end
            piece_start = -1
        if piece_start < 0:
            piece_start = first
        piece_end = last
    if piece_start >= 0:
        yield headings, piece_start, piece_end


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield paragraphs; one too long for a passage is cut after its sentences."""
    for paragraph in _PARAGRAPH.finditer(text, start, end):
        if paragraph.end() - paragraph.start() <= PASSAGE_CHARACTERS:
            yield paragraph.span()
        else:
            sentences = _SENTENCE.finditer(text, paragraph.start(), paragraph.end())
            yield from (sentence.span() for sentence in sentences)
