"""What the products say about a reading: whether those that the words find best agree.

A word is a filter only where the products that the whole text finds best agree with it. So `green
tea` is a drink where those are drinks, and the colour of a shirt where those are green.
"""

import numpy as np
from numpy.typing import NDArray

from concierge.language.tokens import lexical_tokens
from concierge.retrieval.lexical import LexicalIndex

Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

# Rows with this share of the best score are what the words find, and of those at most so many.
NEAR = 0.7
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
    """The products that a text finds among those allowed."""

    def __init__(self, index: LexicalIndex, text: str, allowed: Mask) -> None:
        self._index = index
        self._allowed = allowed
        scores = np.where(allowed, index.relevance(text), 0)
        best = scores.max(initial=0)
        near = np.flatnonzero(scores >= max(NEAR * best, np.finfo(np.float32).tiny))
        if len(near) > MOST_ROWS:
            near = near[np.argsort(-scores[near], kind="stable")[:MOST_ROWS]]
        self._near = near

    def share(self, mask: Mask) -> float:
        """Return which share of what the text finds best is in a mask; none where it finds nothing."""
        return float(mask[self._near].mean()) if len(self._near) else 0.0

    def matches(self, mask: Mask, rest: str) -> bool | None:
        """Return whether the best in a mask is about as good for a text as the best of all.

        None where no product has a word of it, so that nobody knows.
        """
        scores = self._index.relevance(rest)
        best = float(scores.max(initial=0, where=self._allowed))
        if best == 0:
            return None
        return float(scores.max(initial=0, where=mask & self._allowed)) >= AS_GOOD * best


def says_something(text: str) -> bool:
    """Return whether a text has a word that can be searched for."""
    return not _EMPTY.issuperset(lexical_tokens(text))
