"""Cut the text of a filter expression into tokens."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from concierge.errors import InvalidExpression

TokenKind = Literal[
    "attribute", "moment", "number", "parameter", "word", "text", "mark", "end", "unknown"
]

KEYWORDS = frozenset({"and", "or", "not", "in", "between", "exists", "true", "false"})

_STRING = r""" '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" """
# A number or a word must not run into what follows it, as in 30days.
_TOKEN = re.compile(
    rf"""
      (?P<attribute> attributes?\.(?:[\w-]+|{_STRING}) )
    | (?P<moment> (?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?
                    | -[0-9]+[dhw]) (?![\w]) )
    | (?P<number> -?[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)? (?![\w]) )
    | (?P<parameter> \$\w+ )
    | (?P<word> [^\W\d][\w-]* )
    | (?P<text> {_STRING} )
    | (?P<mark> != | <= | >= | [=<>(),] )
    | (?P<unknown> -?[0-9][\w-]* | \S )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}


class Token(NamedTuple):
    """One word or sign of an expression; `text` is without quotes, escapes, `$` and prefix.

    `symbol` is the sign, or the keyword in lower case; empty where it is neither.
    """

    kind: TokenKind
    text: str
    position: int
    symbol: str = ""

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end"
        return f"`{self.text[:40]}…`" if len(self.text) > 40 else f"`{self.text}`"


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of an expression and its end, or raise InvalidExpression."""
    for found in _TOKEN.finditer(text):
        kind: TokenKind = found.lastgroup  # type: ignore[assignment]  # the groups are the kinds
        content, position = found.group(), found.start() + 1
        if kind == "mark":
            yield Token(kind, content, position, content)
        elif kind == "word":
            lower = content.lower()
            yield Token(kind, content, position, lower if lower in KEYWORDS else "")
        else:
            yield Token(kind, _content(kind, content, position), position)
    yield Token("end", "", len(text) + 1)


def _content(kind: TokenKind, text: str, position: int) -> str:
    if kind == "unknown" and text in "'\"":
        raise InvalidExpression("this quote is never closed", position)
    if kind == "parameter":
        return text[1:]
    if kind == "attribute":
        prefix, _, name = text.partition(".")
        return _unquoted(name, position + len(prefix) + 1) if name[0] in "'\"" else name
    return _unquoted(text, position) if kind == "text" else text


def _unquoted(text: str, position: int) -> str:
    def character(found: re.Match[str]) -> str:
        if found[1] not in _ESCAPED:
            reason = rf"`\{found[1]}` is no escape; known are \\ \' \" \n \t"
            raise InvalidExpression(reason, position + 1 + found.start())
        return _ESCAPED[found[1]]

    return _ESCAPE.sub(character, text[1:-1])
