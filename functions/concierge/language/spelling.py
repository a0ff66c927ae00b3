"""How far a misspelt word is from a word: edits, the likely ones cheaper than the others.

Distances are optimal string alignment (Damerau-Levenshtein without overlapping edits), a
transposition being one edit. Words are folded, of the letters a to z.
"""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Letters = NDArray[np.uint8]

# Words shorter than the first are not corrected; those from the second on may have two mistakes.
SHORTEST, TWO_MISTAKES = 4, 8
LONGEST = 24
_CORRECTABLE = re.compile(rf"[a-z]{{{SHORTEST},{LONGEST}}}")

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# A row of keys is shifted against the one above it by about half a key.
_PLACES = {
    key: (column + row / 2, row)
    for row, keys in enumerate(_KEYBOARD)
    for column, key in enumerate(keys)
}
_VOWELS = frozenset("aeiouy")
_FAR = 9

# What an edit costs against any other, which costs one.
NEIGHBOUR, VOWEL, DOUBLED, TRANSPOSED = 0.8, 0.8, 0.6, 0.7
# People rarely mistake the first letter of a word.
FIRST_LETTER = 0.3


def most_mistakes(word: str) -> int:
    """Return how many edits away a word may be looked for; none where it is not to be corrected."""
    if not _CORRECTABLE.fullmatch(word):
        return 0
    return 2 if len(word) >= TWO_MISTAKES else 1


def distances(word: str, others: Letters, lengths: NDArray[np.intp], most: int) -> NDArray[np.int8]:
    """Return how many edits each of [n, width] other words is away; only up to `most` are exact.

    Rows are padded with zeros, and `lengths` differ by at most `most` from that of the word.
    """
    count, width = len(others), len(word) + most
    # One diagonal a row: offset 0 is column row - most, as far as an alignment may stray.
    padded = np.zeros((width + most + 1, count), np.uint8)
    padded[most : most + min(width, others.shape[1])] = others.T[:width]
    band = 2 * most + 1
    before = np.full((band + 2, count), _FAR, np.int8)
    row = before.copy()
    row[most + 1 : band + 1] = np.arange(most + 1, dtype=np.int8)[:, None]
    codes = word.encode()
    for number, code in enumerate(codes, start=1):
        here = padded[number - 1 : number - 1 + band]
        after = np.full_like(row, _FAR)
        body = after[1:-1]
        np.minimum(row[1:-1] + (here != code), row[2:] + 1, out=body)
        if number > 1:
            earlier = padded[number - 2 : number - 2 + band]
            swapped = (earlier == code) & (here == codes[number - 2])
            np.minimum(body, np.where(swapped, before[1:-1] + 1, _FAR), out=body)
        # Columns before the first letter do not exist; the one of no letters is all deletions.
        nothing = most - number
        if nothing >= 0:
            body[:nothing] = _FAR
            body[nothing] = number
        for offset in range(1, band):
            np.minimum(body[offset], body[offset - 1] + 1, out=body[offset])
        before, row = row, after
    last = lengths - len(word) + most + 1
    return row[last, np.arange(count)]


def cost(typed: str, word: str) -> float:
    """Return what it costs to have typed one word for another."""
    first = 0
    while first < min(len(typed), len(word)) and typed[first] == word[first]:
        first += 1
    last = 0
    while last < min(len(typed), len(word)) - first and typed[-1 - last] == word[-1 - last]:
        last += 1
    rows, columns = len(typed) - first - last, len(word) - first - last
    table = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows + 1):
        for column in range(columns + 1):
            if row or column:
                table[row][column] = min(_ways(typed, word, first, row, column, table))
    return table[rows][columns] + (FIRST_LETTER if first == 0 else 0.0)


def _ways(
    typed: str, word: str, first: int, row: int, column: int, table: list[list[float]]
) -> Iterator[float]:
    """Yield what each last edit costs of those that turn so many letters into so many others."""
    place, other = first + row - 1, first + column - 1
    if row:
        yield table[row - 1][column] + _extra(typed, place)
    if column:
        yield table[row][column - 1] + _extra(word, other)
    if row and column:
        yield table[row - 1][column - 1] + _swap(typed[place], word[other])
    if row > 1 and column > 1 and typed[place - 1 : place + 1] == word[other] + word[other - 1]:
        yield table[row - 2][column - 2] + TRANSPOSED


def _extra(word: str, place: int) -> float:
    """Return the cost of a letter that only one of the words has."""
    return (
        DOUBLED
        if word[place] in word[max(place - 1, 0) : place] + word[place + 1 : place + 2]
        else 1.0
    )


def _swap(written: str, meant: str) -> float:
    if written == meant:
        return 0.0
    if written in _VOWELS and meant in _VOWELS:
        return VOWEL
    (column, row), (other_column, other_row) = _PLACES[written], _PLACES[meant]
    return NEIGHBOUR if abs(column - other_column) <= 1 and abs(row - other_row) <= 1 else 1.0
