"""Words and meaning as one score, and how little of it is too little.

Tuned on the tuning half of benchmarks/judged_search.jsonl. A sum of what words reach of their most
and of the cosine, made comparable across languages, beat what else was tried there: logistic and
list-wise regressions on up to eight signals, z-scores, shares of the best and reciprocal ranks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.ranking import added_up

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signals:
    """What words (0 to 1) and meaning (cosines) say of each of some rows, float32 [rows].

    `scale` is how large cosines of the query's language are against those of English.
    """

    words: Floats | None
    cosines: Floats | None
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Cut:
    """What a row must reach by words and meaning, and then with its category.

    By both, `share` of the best row; and a share of the best by words, or of the best by meaning and
    the floor, `alone_share` where no words match. With its category, `whole_share` of the best row.
    """

    share: float
    lexical_share: float
    semantic_share: float
    cosine_floor: float
    whole_share: float
    alone_share: float


# Below a cosine of 0.2 MiniLM's neighbours are no longer about the query.
STRICT = Cut(
    0.3,
    lexical_share=0.3,
    semantic_share=0.45,
    cosine_floor=0.2,
    whole_share=0.45,
    alone_share=0.55,
)
LOOSE = Cut(
    0.0, lexical_share=0.0, semantic_share=0.8, cosine_floor=0.15, whole_share=0.0, alone_share=0.8
)
# How much the relevance of a category counts beside that of its product.
CATEGORY_WEIGHT = 0.4


def fuse(signals: Signals, ratio: float, cut: Cut) -> tuple[dict[str, Floats], Mask]:
    """Return the parts of each row's relevance, and which rows are relevant at all."""
    columns: dict[str, Floats] = {}
    near: list[Mask] = []
    if signals.words is not None:
        columns["lexical"] = signals.words * np.float32(1 - ratio)
        near.append(near_best(signals.words, cut.lexical_share, 0.0))
    if signals.cosines is not None:
        cosines = np.maximum(signals.cosines, 0) * np.float32(1 / signals.scale)
        columns["semantic"] = cosines * np.float32(ratio)
        by_words_too = signals.words is not None and bool(signals.words.any())
        share = cut.semantic_share if by_words_too else cut.alone_share
        near.append(near_best(cosines, share, cut.cosine_floor))
    if not near:
        # A text that says nothing to a search by meaning alone has no signal at all.
        return columns, np.zeros(0, np.bool_)
    relevance = added_up(columns, len(near[0]))
    found: Mask = np.any(near, axis=0) & near_best(relevance, cut.share, 0.0)
    return columns, found


def near_best(scores: Floats, share: float, floor: float) -> Mask:
    """Return which rows reach a share of the best of them, and are above the floor."""
    near: Mask = (scores > floor) & (scores >= share * scores.max(initial=0.0))
    return near
