"""What an entry claims, in few bytes: enough to tell whether two entries repeat or contradict."""

import re
from dataclasses import dataclass
from datetime import datetime

from concierge.language.detection import primary
from concierge.language.number_words import ENGLISH_UNITS
from concierge.language.tokens import fold, lexical_tokens
from concierge.retrieval.identifiers import hash_of
from concierge.shop.knowledge import Entry

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CHINESE_NUMBER = re.compile(r"([一二三四五六七八九十两百]+)(?=[个天日月年周次元件小分工])")
_DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True)) | {"两": "2", "十": "10"}
# Zero is left out: it is said as "no", which counts as a denial.
_WORDS = {word: str(number) for number, word in enumerate(ENGLISH_UNITS) if number}
_WORD = re.compile(r"[a-z']+")
_NEGATION = re.compile(
    r"\b(?:no|not|never|cannot|none|without|unable|[a-z]+n't)\b|不|没有?|无法|未能|禁止"
)
_YES = re.compile(r"\W*(?:yes|sure|certainly|of course|是的|可以|能|有的?|当然|支持)")
_NO = re.compile(
    r"\W*(?:no\b|not\b|never|sorry|unfortunately|we (?:do not|don't|cannot|can't)|不|没|无法|抱歉|很遗憾)"
)


@dataclass(frozen=True, slots=True)
class Claims:
    """One entry in short; `wordings` are hashes of its question and variants without their marks."""

    entry_id: str
    wordings: tuple[int, ...]
    answer: int
    numbers: frozenset[str]
    negated: bool
    opening: int
    language: str
    audiences: frozenset[str]
    valid_from: float
    valid_to: float

    @classmethod
    def of(cls, entry: Entry) -> "Claims":
        """Return what an entry claims."""
        answer = fold(entry.answer)
        wordings = dict.fromkeys(map(_wording, (entry.question, *entry.variants)))
        return cls(
            entry_id=entry.entry_id,
            wordings=tuple(each for each in wordings if each is not None),
            answer=hash_of(" ".join(lexical_tokens(entry.answer))),
            numbers=numbers(answer),
            negated=bool(_NEGATION.search(answer)),
            opening=_opening(answer),
            language=primary(entry.language),
            audiences=frozenset(name.casefold() for name in entry.audiences),
            valid_from=_epoch(entry.valid_from, float("-inf")),
            valid_to=_epoch(entry.valid_to, float("inf")),
        )

    def meets(self, other: "Claims", now: float) -> bool:
        """Whether one customer can be given both, now or later."""
        last = min(self.valid_to, other.valid_to)
        in_force = max(self.valid_from, other.valid_from) < last and last > now
        same_language = self.language == other.language or not (self.language and other.language)
        # An entry without audiences is for all of them.
        shared = self.audiences & other.audiences or not (self.audiences and other.audiences)
        return in_force and same_language and bool(shared)


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a folded text, in digits however they are written."""
    found = {_plain(number) for number in _NUMBER.findall(text)}
    found.update(_WORDS[word] for word in _WORD.findall(text) if word in _WORDS)
    found.update(_chinese(number) for number in _CHINESE_NUMBER.findall(text))
    # "One" and 一 are articles more often than numbers.
    return frozenset(found - {"1"})


def _plain(number: str) -> str:
    """Return a number without separators of thousands and ending zeros: 1,000.50 as 1000.5."""
    whole, mark, rest = number.replace(",", ".").rpartition(".")
    if not mark or len(rest) == 3:
        return (whole + rest).replace(".", "")
    fraction = rest.rstrip("0")
    return whole.replace(".", "") + (f".{fraction}" if fraction else "")


def _chinese(number: str) -> str:
    if len(number) == 1:
        return _DIGITS.get(number, number)
    tens, mark, ones = number.partition("十")
    if not mark or "百" in number or len(tens) > 1 or len(ones) > 1:
        return number
    return f"{_DIGITS[tens] if tens else '1'}{_DIGITS[ones] if ones else '0'}"


def _wording(text: str) -> int | None:
    joined = " ".join(lexical_tokens(text))
    return hash_of(joined) if joined else None


def _opening(answer: str) -> int:
    """Return 1 for an answer that begins with a yes, -1 with a no, else 0."""
    if _NO.match(answer):
        return -1
    return 1 if _YES.match(answer) else 0


def _epoch(moment: str, default: float) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else default
