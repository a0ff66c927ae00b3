"""What the products say about a reading: whether those that the words find best agree.

A word is a filter only where the products that the whole text finds best agree with it. So `green
tea` is a drink where those are drinks, and the colour of a shirt where those are green.
"""

import numpy as np
from numpy.typing import NDArray

from concierge.language.tokens import lexical_tokens

Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

# What the words find best are at most so many rows.
MOST_ROWS = 50
# The best that a filter leaves must match the rest of the text about as well as the best of all.
AS_GOOD = 0.6
# Words that leave nothing to search for.
_FILLING = """
a an and any are as at buy by cheap find for from get i in is it like me my need of on one or please
search shop show size some something than that the thing things to want with
的 了 吗 呢 和 与 或 我 要 想 买 想买 我要 请 找 个 款 一 一个 一款 给 有 在 为
"""
_EMPTY = frozenset(_FILLING.split())


class Evidence:
    """The relevance of a text to the rows that are allowed, float32 [n]; zero to all others."""

    def __init__(self, relevance: Floats, allowed: Mask) -> None:
        self._scores: Floats = np.where(allowed, relevance, np.float32(0))
        self._best = float(self._scores.max(initial=0))

    def share(self, mask: Mask, near: float) -> float:
        """Return which share is in a mask of the rows that come near to the best score.

        None of them is where the text finds nothing.
        """
        if self._best == 0:
            return 0.0
        rows = np.flatnonzero(self._scores >= near * self._best)
        if len(rows) > MOST_ROWS:
            rows = rows[np.argsort(-self._scores[rows], kind="stable")[:MOST_ROWS]]
        return float(mask[rows].mean())

    def matches(self, mask: Mask) -> bool | None:
        """Return whether the best in a mask is about as relevant as the best of all.

        None where no product has a word of the text, so that nobody knows.
        """
        if self._best == 0:
            return None
        return float(self._scores.max(initial=0, where=mask)) >= AS_GOOD * self._best


def says_something(text: str) -> bool:
    """Return whether a text has a word that can be searched for."""
    return not _EMPTY.issuperset(lexical_tokens(text))
