"""Texts with `{name}` placeholders: which they name, and what stands for them."""

import re
from collections.abc import Callable, Mapping

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,63})\}")
_BRACE = re.compile(r"[{}]")


def names_in(text: str) -> list[str]:
    """Return the names of the placeholders of a text, in order."""
    return _PLACEHOLDER.findall(text)


def has_stray_brace(text: str) -> bool:
    """Tell whether a brace is left that belongs to no placeholder."""
    return bool(_BRACE.search(_PLACEHOLDER.sub("", text)))


def filled(text: str, values: Mapping[str, str], shape: Callable[[str], str] = str) -> str:
    """Return the text with each placeholder replaced, what stands for it shaped first.

    A value is never looked through for placeholders of its own.
    """
    return _PLACEHOLDER.sub(lambda found: shape(values[found[1]]), text)
