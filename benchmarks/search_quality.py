"""How good a list of products is for a query: NDCG, recall and reciprocal rank.

Gains count as they are (not 2 to their power), discounted by the logarithm of the place (Järvelin and
Kekäläinen, 2002). What is missing from a list counts nothing.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

FIRST, DEEPEST = 10, 100


@dataclass(frozen=True, slots=True)
class Quality:
    """The worth of one list, or the mean worth of many."""

    queries: int
    ndcg_10: float
    recall_100: float
    mrr: float

    def to_record(self) -> dict[str, Any]:
        """Return the figures as JSON."""
        return asdict(self)


def judge(found: Sequence[str], gains: Mapping[str, float]) -> Quality:
    """Return the worth of a list of item ids, best first."""
    places = [place for place, item_id in enumerate(found[:DEEPEST]) if gains.get(item_id, 0) > 0]
    relevant = sum(gain > 0 for gain in gains.values())
    return Quality(
        queries=1,
        ndcg_10=ndcg(found, gains),
        recall_100=len(places) / min(relevant, DEEPEST),
        mrr=1 / (places[0] + 1) if places else 0.0,
    )


def ndcg(found: Sequence[str], gains: Mapping[str, float], first: int = FIRST) -> float:
    """Return the discounted gain of the first of a list, as a share of the best that it could be."""
    best = _discounted(sorted(gains.values(), reverse=True)[:first])
    return _discounted(gains.get(item_id, 0.0) for item_id in found[:first]) / best


def mean(qualities: Sequence[Quality]) -> Quality:
    """Return the mean of lists that were judged one by one."""
    count = len(qualities)
    return Quality(
        queries=count,
        ndcg_10=sum(each.ndcg_10 for each in qualities) / count,
        recall_100=sum(each.recall_100 for each in qualities) / count,
        mrr=sum(each.mrr for each in qualities) / count,
    )


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
