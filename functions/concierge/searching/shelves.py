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
    codes = categories.codes[rows]
    best = np.zeros(len(categories.values), np.float32)
    np.maximum.at(best, codes, relevance)
    # The second is the best of the others, where one row of each best is left out.
    first = np.zeros(len(best), np.intp)
    reach = np.flatnonzero(relevance >= best[codes])
    first[codes[reach]] = reach
    others = relevance.copy()
    others[first[codes[reach]]] = 0
    second = np.zeros(len(best), np.float32)
    np.maximum.at(second, codes, others)
    means = (best + second) / np.float32(2)
    means[[not value for value in categories.values]] = 0
    shelf: Floats = means[codes]
    return shelf
