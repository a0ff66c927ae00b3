"""One mistake in what is being typed: where it may be, and whether a phrase begins so but for it."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.suggestions import KEY_BYTES, key_of

# Shorter words have too many neighbours for a mistake to be told from another word.
SHORTEST = 4
_WORD = re.compile(rf"[a-z]{{{SHORTEST},}}")
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8).astype(np.uint64)

Keys = NDArray[np.uint64]


def may_be_mistaken(typed: str) -> bool:
    """Return whether a folded text has a word that is long enough for a mistake."""
    return typed.isascii() and _WORD.search(typed) is not None


def corrections(typed: str) -> tuple[Keys, Keys]:
    """Return the lowest and the highest key of an entry that begins with what may have been meant.

    One letter is another, too many, left out, or exchanged with the next (Damerau 1964). Keys tell
    as much of it as they hold, the first bytes; so the text itself is among them too.
    """
    # One more than a key holds, for what moves into it when a letter was too many.
    written = typed.encode()[: KEY_BYTES + 1]
    keys, lengths = [np.array([key_of(written)], np.uint64)], [(1, len(written))]
    for word in _WORD.finditer(typed):
        for place in range(word.start(), min(word.end() + 1, KEY_BYTES)):
            for key, length in _mistakes_at(place, written):
                keys.append(key)
                lengths.append((len(key), length))
    lows = np.concatenate(keys)
    counts, sizes = zip(*lengths, strict=True)
    free = 8 * (KEY_BYTES - np.minimum(np.repeat(sizes, counts), KEY_BYTES)).astype(np.uint64)
    return lows, lows | ((np.uint64(1) << free) - np.uint64(1))


def _mistakes_at(place: int, written: bytes) -> Iterator[tuple[Keys, int]]:
    """Yield the keys of what was meant, if there is a mistake at a place, and their length."""
    before, after = written[:place], written[place:]
    letters = _LETTERS << np.uint64(8 * (KEY_BYTES - 1 - place))
    yield letters | np.uint64(key_of(before + b"\0" + after)), len(written) + 1
    if after:
        yield letters | np.uint64(key_of(before + b"\0" + after[1:])), len(written)
        exchanged = before + after[1:2] + after[:1] + after[2:]
        yield np.array([key_of(before + after[1:])], np.uint64), len(written) - 1
        yield np.array([key_of(exchanged)], np.uint64), len(written)


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
