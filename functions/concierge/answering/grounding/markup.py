"""Marks of HTML, Markdown and of other writing systems, which no answer needs."""

import re
import unicodedata
from collections.abc import Sequence

_MARKUP = re.compile(
    r"</?[A-Za-z!][^>]*>?|\]\(|!\[|[`*|{}\\]|(?m:^\s*(?:#{1,6}\s|[-+•]\s|>\s|\d{1,2}[.)]\s))|&#?\w+;"
)


def foreign_markup(text: str, passages: Sequence[str]) -> str | None:
    """Return the first mark of a text that no passage has, or None."""
    for match in _MARKUP.finditer(text):
        if not any(match[0].strip() in passage for passage in passages):
            return match[0].strip()
    # Invisible characters may hide a word from its check, and show another.
    for sign in text:
        if unicodedata.category(sign) in {"Cf", "Cc", "Co", "Cs"} and sign not in "\n\t":
            return f"U+{ord(sign):04X}"
    return None
