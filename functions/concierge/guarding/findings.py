"""What a rule found: which rule, which span, and what follows from it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Family = Literal["personal", "injection", "toxicity", "denied", "markup"]
Mode = Literal["enforce", "report", "off"]


class Span(NamedTuple):
    """What a rule matched: characters `start` to `end` of the text that was given."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A span with the mode of its rule; `shown` is what may be read of it by people.

    `shown` never holds a personal value: it is the placeholder there, and the matched words else.
    """

    rule: str
    family: Family
    start: int
    end: int
    mode: Mode
    shown: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to go on with, and why it is or is not what was given.

    `blocked` says not to answer (a question), not to use (a source), not to send (an answer).
    `partial` says that vectors were compared with the first sentences only.
    """

    text: str
    findings: tuple[Finding, ...] = ()
    blocked: bool = False
    partial: bool = False

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules that found something, each once: what a log may hold."""
        return tuple(dict.fromkeys(f"{each.family}/{each.rule}" for each in self.findings))


def without_overlaps(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield spans from the left; of two that overlap the one that begins first, else the longer."""
    reached = -1
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if span.start >= reached and span.end > span.start:
            yield span
            reached = span.end


def replaced(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with ascending, disjoint spans replaced."""
    parts: list[str] = []
    reached = 0
    for start, end, new in spans:
        parts += (text[reached:start], new)
        reached = end
    parts.append(text[reached:])
    return "".join(parts)


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
