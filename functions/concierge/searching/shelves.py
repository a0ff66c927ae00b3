"""What else is found on the shelf of a product: categories that match a text vouch for their products."""

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.codes import Codes

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]


def shelf_relevance(categories: Codes, rows: Rows, relevance: Floats) -> Floats:
    """Return the mean of the two most relevant rows of each row's category, float32 [rows].

    Zero stands in for a second one where there is none, and for all of what has no category.
    """
    if not len(rows):
        return np.zeros(0, np.float32)
    codes = categories.codes[rows]
    order = np.lexsort((-relevance, codes))
    ordered, scores = codes[order], np.append(relevance[order], np.float32(0))
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    sizes = np.diff(np.append(begins, len(rows)))
    second = np.where(sizes > 1, scores[begins + 1], np.float32(0))
    means = (scores[begins] + second) / np.float32(2)
    named = np.array([bool(categories.values[code]) for code in ordered[begins]], np.bool_)
    shelf = np.empty(len(rows), np.float32)
    shelf[order] = np.repeat(means * named, sizes)
    return shelf
