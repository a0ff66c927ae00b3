"""Which of some choices a customer picks, by number, by order or in words."""

import re
from collections.abc import Sequence

from concierge.answering.flows.state import Choice
from concierge.language.tokens import fold, lexical_tokens
from concierge.shop.knowledge import Entry

# Half of a choice's words are enough, if no other choice has as many.
ENOUGH = 0.5

_ORDINALS = (
    r"(?:1|one|first|a|1st|第?一个?|第?1个?)",
    r"(?:2|two|second|b|2nd|第?[二两]个?|第?2个?)",
    r"(?:3|three|third|c|3rd|第?三个?|第?3个?)",
)
_PICK = [
    re.compile(
        rf"(?:(?:the|number|option|choice|no\.?|选|选择|我选|要)\s*)*{ordinal}(?:\s*(?:one|please|option))*[.。!！)]*"
    )
    for ordinal in _ORDINALS
]
_LAST = re.compile(r"(?:the\s+)?last(?:\s+one)?(?:\s+please)?[.!]*|最后一个[。！]*")
_YES = re.compile(
    r"(?:yes|yep|yeah|exactly|right|correct|sure|that(?:'s| is) (?:it|right)|this one|是的?|对的?|没错|嗯|就是这个|好的)"
    r"(?:[\s,，]*(?:please|thanks|thank you|谢谢))?[.!。！]*"
)
_NONE = re.compile(
    r"(?:no|nope|none(?: of (?:these|those|them))?|neither|not (?:that|this|these|those)|something else"
    r"|不是|都不是|不对|都不对|没有|其他的?)[.!。！]*"
)


def choices_among(entries: Sequence[Entry]) -> tuple[Choice, ...]:
    """Return the choice of each entry, those with the same question once."""
    found: dict[str, Choice] = {}
    for entry in entries:
        found.setdefault(fold(entry.question), Choice(entry.entry_id, entry.question))
    return tuple(found.values())


def picked(text: str, values: Sequence[str], labels: Sequence[str]) -> str:
    """Return the value that a text picks, empty where it picks none."""
    said = fold(text).strip()
    if said and _YES.fullmatch(said) and len(values) == 1:
        return values[0]
    if values and _LAST.fullmatch(said):
        return values[-1]
    for pattern, value in zip(_PICK, values, strict=False):
        if pattern.fullmatch(said):
            return value
    return _named(said, values, labels)


def is_declined(text: str) -> bool:
    """Tell whether a text says that no choice fits."""
    return _NONE.fullmatch(fold(text).strip()) is not None


def _named(said: str, values: Sequence[str], labels: Sequence[str]) -> str:
    """Return the value whose label the text repeats, if one alone."""
    words = set(lexical_tokens(said))
    shares = [_share(words, set(lexical_tokens(label))) for label in labels]
    best = max(shares, default=0.0)
    if best < ENOUGH or shares.count(best) > 1:
        return ""
    return values[shares.index(best)]


def _share(words: set[str], label: set[str]) -> float:
    """Return how much two sets of words have in common (Dice)."""
    return 2 * len(words & label) / (len(words) + len(label)) if words and label else 0.0
