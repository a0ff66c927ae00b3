"""A part that a query may have, before anything is decided."""

import re
from dataclasses import dataclass

from concierge.searching.understanding.plain import Plain
from concierge.searching.understanding.understood import Kind, Part

# How many of the products that the words find best must have it, for a word to mean that.
HALF, MOST = 0.5, 0.8
# What words find best has this share of the best score. What has a size has nearly all of it,
# since what has others may have the same unit, or all the other words. A category must have whatever its words find at all.
NEAR, VERY_NEAR, FAR = 0.7, 0.9, 0.4

_NOT = re.compile(
    r"(?:(?<!\w)(?:not|no|non|without|except|excluding|other than|instead of|anything but|never)[ -]{1,2}"
    r"(?:(?:in|by|from|the|a|any|size)[ ]){0,2}|不要|不是|不想要|不喜欢|非|除了|除|无|不含|别)$"
)
_CONTEXT = 32

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part that a query may have.

    `share` is how much of what the words find best must have it, those with a share of `near` of the
    best score; zero for what cannot mean anything else. Of those with one `group` one must hold.
    `is_whole` says that nothing else may be left.
    """

    part: Part
    group: str
    share: float = 0.0
    near: float = NEAR
    is_whole: bool = False
    is_foreign: bool = False

    def overlaps(self, other: "Candidate") -> bool:
        """Return whether both have a character of the query in common."""
        return self.part.start < other.part.end and other.part.start < self.part.end


def part_of(plain: Plain, kind: Kind, span: Span, value: str, expression: str) -> Part | None:
    """Return a part for a stretch of the plain text, or None where it is said not to be wanted.

    None too for what no expression can say.
    """
    if not expression or _NOT.search(plain.text[max(0, span[0] - _CONTEXT) : span[0]]):
        return None
    start, end = plain.span(*span)
    return Part(kind, plain.query[start:end], start, end, value, expression)
