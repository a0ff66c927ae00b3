"""Words and meaning as one score, and how little of it is too little."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    """A row must reach the floor, and a share of the best row, by words or by meaning."""

    lexical_share: float
    semantic_share: float
    cosine_floor: float


# Below a cosine of 0.25 MiniLM's neighbours are no longer about the query.
STRICT = Cut(lexical_share=0.4, semantic_share=0.6, cosine_floor=0.25)
LOOSE = Cut(lexical_share=0.0, semantic_share=0.8, cosine_floor=0.15)


def fuse(signals: Signals, ratio: float, cut: Cut) -> tuple[dict[str, Floats], Mask]:
    """Return the parts of each row's relevance, and which rows are relevant at all."""
    columns: dict[str, Floats] = {}
    found: Mask | None = None
    if signals.words is not None:
        found = _near_best(signals.words, cut.lexical_share, 0.0)
        columns["lexical"] = signals.words * np.float32(1 - ratio)
    if signals.cosines is not None:
        near = _near_best(signals.cosines, cut.semantic_share, cut.cosine_floor * signals.scale)
        found = near if found is None else found | near
        columns["semantic"] = np.maximum(signals.cosines, 0) * np.float32(ratio)
    # A text that says nothing to a search by meaning alone has no signal at all.
    return columns, np.zeros(0, np.bool_) if found is None else found


def _near_best(scores: Floats, share: float, floor: float) -> Mask:
    near: Mask = (scores > floor) & (scores >= share * scores.max(initial=0.0))
    return near
