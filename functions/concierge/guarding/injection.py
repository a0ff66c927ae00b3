"""Tell text that gives orders to a language model from text that speaks to people."""

import base64
import binascii
import re
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from concierge.guarding.findings import Span
from concierge.guarding.injection_words import CLASSES, COMBINATIONS
from concierge.guarding.phrases import Hit, Phrases, Reading, Token, combined, readings
from concierge.guarding.views import View

RULES = (
    "override",
    "persona",
    "prompt-extraction",
    "false-authority",
    "role-header",
    "exfiltration",
    "tool-call",
    "machine-address",
    "encoded",
)
# Shorter runs of letters hold no instruction.
_SHORTEST = 16


def injection(text: str, read: Sequence[Reading] | None = None) -> Iterator[Span]:
    """Yield the spans that instruct a model; they may overlap."""
    yield from _plain_injection(text, readings(text) if read is None else read)
    yield from _encoded(text)


def _plain_injection(text: str, read: Sequence[Reading]) -> Iterator[Span]:
    for view, given in read:
        for span in _in_view(view, given):
            yield Span(span.rule, *view.span(span.start, span.end))
    for found in _pattern("tokens").finditer(text):
        yield Span("role-header", *found.span())


def _in_view(view: View, given: list[Token]) -> Iterator[Span]:
    hits = sorted([*_phrases().hits(given), *_marks(view, given)], key=lambda hit: hit.first)
    yield from combined(COMBINATIONS, hits, given)


@cache
def _phrases() -> Phrases:
    return Phrases(CLASSES)


_PATTERNS: dict[str, Callable[[], re.Pattern[str]]] = {
    "url": lambda: re.compile(r"https?://"),
    "role": lambda: re.compile(
        r"(?:^|\n)[\s#*【\[<]{0,4}(?:system|assistant|developer|系统|助手)"
        r"(?: (?:override|message|prompt))?(?:指令|消息|提示)?[\s】\]>]{0,2}[:：】\]>]"
    ),
    "tokens": lambda: re.compile(
        r"<\|[a-z_]{2,20}\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|user)>"
        r"|###? ?(?:system|instructions?) ?:",
        re.IGNORECASE,
    ),
}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    # Compiled when it is first needed: a plain question needs few, and a start none.
    return _PATTERNS[name]()


def _marks(view: View, given: list[Token]) -> Iterator[Hit]:
    """Yield links and role headers as hits of their classes, at the token where they begin."""
    for name in ("url", "role"):
        place = 0
        for found in _pattern(name).finditer(view.text):
            while place < len(given) and given[place].end <= found.start():
                place += 1
            if name == "role":
                while place + 1 < len(given) and given[place + 1].end <= found.end():
                    place += 1
            if place < len(given):
                yield Hit(name, place, place)


@cache
def _encodings() -> list[tuple[re.Pattern[str], Callable[[str], str]]]:
    # Hexadecimal digits are Base64 as well: both are tried.
    return [
        (re.compile(r"[0-9a-fA-F]{32,}"), lambda run: bytes.fromhex(run[: len(run) & ~1]).decode()),
        (re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}"), _from_base64),
        (re.compile(r"(?:%[0-9a-fA-F]{2}|[A-Za-z0-9+_.-]%20){8,}"), urllib.parse.unquote_plus),
        (re.compile(r"(?:&#[xX]?[0-9a-fA-F]{1,6};[ ]?){4,}"), _from_entities),
    ]


def _encoded(text: str) -> Iterator[Span]:
    for pattern, decode in _encodings():
        for run in pattern.finditer(text):
            try:
                decoded = decode(run[0])
            except (ValueError, UnicodeDecodeError, binascii.Error):
                continue
            if len(decoded) >= _SHORTEST // 2 and any(_plain_injection(decoded, readings(decoded))):
                yield Span("encoded", *run.span())


def _from_entities(run: str) -> str:
    # Its table of names takes milliseconds to load.
    from html import unescape

    return unescape(run)


def _from_base64(run: str) -> str:
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    # A last group of one character is none; what precedes it can be read.
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8", "strict")
