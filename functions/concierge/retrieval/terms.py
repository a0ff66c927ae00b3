"""Find rows by the terms of a column's text, each distinct text read once: `kitchen > mugs`."""

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from concierge.language.tokens import fold
from concierge.retrieval.codes import Codes
from concierge.shop.catalogue import split_category

Mask = NDArray[np.bool_]
Split = Callable[[str], tuple[str, ...]]


class Terms:
    """The rows that answer to a term; `split` gives the terms of a text, the narrowest last."""

    def __init__(self, column: Codes, split: Split) -> None:
        self._column = column
        self._split = split

    def mask(self, values: Iterable[str]) -> Mask:
        """Return which rows have the narrowest term of one of the values among their own."""
        codes: list[int] = []
        for value in values:
            for term in self._split(value)[-1:]:
                codes += self._codes.get(term, ())
        flags = np.zeros(len(self._column.values), np.bool_)
        flags[codes] = True
        return self._column.mask(flags)

    def present(self) -> Mask:
        """Return which rows have any term."""
        return self.mask(self._column.values)

    @cached_property
    def _codes(self) -> dict[str, list[int]]:
        codes: dict[str, list[int]] = {}
        for code, text in enumerate(self._column.values):
            for term in self._split(text):
                codes.setdefault(term, []).append(code)
        return codes


def folded(text: str) -> tuple[str, ...]:
    """Return the text as the only term, case folded; an empty one has none."""
    return (fold(text),) if text else ()


def paths(category: str) -> tuple[str, ...]:
    """Return the path to each level of a category, case folded, the broadest first."""
    levels = [fold(level) for level in split_category(category)]
    return tuple(" > ".join(levels[:depth]) for depth in range(1, len(levels) + 1))


def language_ranges(tag: str) -> tuple[str, ...]:
    """Return the ranges that a language tag is in: `zh` and `zh-cn` (RFC 4647, basic filtering)."""
    subtags = tag.lower().split("-") if tag else []
    return tuple("-".join(subtags[:depth]) for depth in range(1, len(subtags) + 1))
