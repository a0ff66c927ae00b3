"""Scores as sums of named parts, and the best rows of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Because:
    """One cause of a part: an item, a query or a tag, and how much it gave."""

    kind: str
    id: str
    value: float


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a score, with its causes, which add up to it where there are any."""

    name: str
    value: float
    because: tuple[Because, ...] = ()


def added_up(columns: Mapping[str, Floats], count: int) -> Floats:
    """Return the score of each of `count` rows: the sum of its parts."""
    scores = np.zeros(count, np.float32)
    for column in columns.values():
        scores += column
    return scores


def best_rows(scores: Floats, allowed: NDArray[np.bool_], count: int) -> Rows:
    """Return the allowed rows with the highest scores, best first, ties by row."""
    rows = np.flatnonzero(allowed)
    return best_of(rows, scores[rows], count)


def best_of(rows: Rows, scores: Floats, count: int) -> Rows:
    """Return the rows with the highest scores, one for each, best first, ties by row."""
    if len(rows) > count:
        # Everything that ties with the last place is kept, so that pages never overlap.
        reach = scores >= np.partition(scores, len(rows) - count)[len(rows) - count]
        rows, scores = rows[reach], scores[reach]
    return rows[np.lexsort((rows, -scores))][:count]


def parts_at(row: int, columns: Mapping[str, Floats]) -> tuple[Part, ...]:
    """Return the parts of one row's score, rounded; the score is the sum of the rounded parts."""
    values = ((name, round(float(column[row]), DIGITS)) for name, column in columns.items())
    return tuple(Part(name, value) for name, value in values if value)


def total(parts: tuple[Part, ...]) -> float:
    """Return the score that the parts add up to."""
    return round(sum(part.value for part in parts), DIGITS)
