"""One mistake in what is being typed: where it may be, and whether a phrase begins so but for it."""

import re
from collections.abc import Iterator

from concierge.retrieval.suggestions import KEY_BYTES

# Shorter words have too many neighbours for a mistake to be told from another word.
SHORTEST = 4
_WORD = re.compile(rf"[a-z]{{{SHORTEST},}}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def may_be_mistaken(typed: str) -> bool:
    """Return whether a folded text has a word that is long enough for a mistake."""
    return _WORD.search(typed) is not None


def corrections(typed: str) -> Iterator[str]:
    """Yield what may have been meant, as far as an index tells phrases apart; the text itself too.

    One letter is another, too many, left out, or exchanged with the next (Damerau 1964).
    """
    yield typed
    for word in _WORD.finditer(typed):
        for place in range(word.start(), min(word.end(), KEY_BYTES) + 1):
            head, tail = typed[:place], typed[place:]
            yield head + tail[1:]
            yield head + tail[1:2] + tail[:1] + tail[2:]
            for letter in _LETTERS:
                yield head + letter + tail
                yield head + letter + tail[1:]


def begins_but_for_one(text: str, typed: str) -> bool:
    """Return whether a text begins with what was typed, but for one mistake in a longer word."""
    place = next(
        (place for place, letter in enumerate(typed) if text[place : place + 1] != letter),
        len(typed),
    )
    if place == len(typed):
        return True
    if not any(word.start() <= place <= word.end() for word in _WORD.finditer(typed)):
        return False
    rest = typed[place + 1 :]
    return (
        text.startswith(rest, place + 1)
        or text.startswith(rest, place)
        or text.startswith(typed[place:], place + 1)
        or text.startswith(rest[:1] + typed[place] + rest[1:], place)
    )
