"""Whether the words of a sentence come from its passages or claim nothing."""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence

from concierge.answering.grounding.tokens import Token
from concierge.answering.grounding.words import HARMLESS_CHINESE
from concierge.language.tokens import CJK

_RUN = re.compile(rf"[{CJK}]+")
# Forms of one word share this much of the longer one: deliver and delivery, not Norway and norm.
SHARED = 0.6
LEAST_SHARED = 4


def unknown_words(said: Sequence[Token], sources: Sequence[Sequence[Token]]) -> Iterator[Token]:
    """Yield the Latin words and names that no source has; a name has to be spelt as there."""
    keys = {token.key for source in sources for token in source if token.key}
    forms = {key for key in keys if key.isascii()}
    for token in said:
        if (
            (
                token.kind in {"filler", "word"}
                and token.key not in keys
                and _is_denied(token, forms)
            )
            or (token.kind == "name" and token.key not in keys)
            or (token.kind == "word" and token.key not in keys and not _has_form(token.key, forms))
        ):
            yield token


def _is_denied(token: Token, forms: Collection[str]) -> bool:
    """Tell whether a source has only the opposite of a word: `used` is no form of `unused`."""
    return any(f"{prefix}{token.key}" in forms for prefix in ("un", "in", "im", "dis", "non"))


def torn_names(said: Sequence[Token], sources: Sequence[Sequence[Token]]) -> Iterator[Token]:
    """Yield the second of two names that stand together here and nowhere in the sources."""
    together = {
        (one.key, other.key) for source in sources for one, other in itertools.pairwise(source)
    }
    for one, other in itertools.pairwise(said):
        if (
            one.kind == other.kind == "name"
            and other.start - one.start - len(one.text) <= 1
            and (one.key, other.key) not in together
        ):
            yield other


def unknown_han(said: Sequence[Token], sources: Collection[str]) -> str | None:
    """Return a run of Chinese that is neither in a source nor made of harmless words, or None.

    A single character left over is let pass: a name has at least two.
    """
    for run in _runs(said):
        left = _left_over(run, sources)
        if left:
            return left
    return None


def han_text(tokens: Sequence[Token]) -> str:
    """Return the Chinese characters of a sentence's tokens, with a space wherever they are parted."""
    return " ".join(_runs(tokens))


def _runs(tokens: Sequence[Token]) -> Iterator[str]:
    run = ""
    for token in tokens:
        # 一个 and the like were read as fillers; they part nothing.
        if token.kind == "han":
            run += token.text
        elif run:
            yield run
            run = ""
    if run:
        yield run


def _left_over(run: str, sources: Collection[str]) -> str | None:
    place, begun = 0, 0
    while place < len(run):
        taken = _longest(run, place, sources)
        if taken:
            if place - begun >= 2:
                return run[begun:place]
            place += taken
            begun = place
        else:
            place += 1
    return run[begun:place] if place - begun >= 2 else None


def _longest(run: str, place: int, sources: Collection[str]) -> int:
    """Return how many characters from a place on are a harmless word or stand so in a source."""
    length = next((len(word) for word in HARMLESS_CHINESE if run.startswith(word, place)), 0)
    longer = max(length, 1) + 1
    while place + longer <= len(run) and any(
        run[place : place + longer] in source for source in sources
    ):
        length = longer
        longer += 1
    return length


def _has_form(key: str, forms: Collection[str]) -> bool:
    return any(_is_form(key, form) for form in forms if form[:LEAST_SHARED] == key[:LEAST_SHARED])


def _is_form(one: str, other: str) -> bool:
    shared = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return shared >= max(LEAST_SHARED, SHARED * max(len(one), len(other)))
