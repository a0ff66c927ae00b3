"""How popular each item is: what everybody did with it, the recent counting more."""

from collections.abc import Iterable

from concierge.shop.events import OLDEST
from concierge.shop.profile import HALF_LIFE_S

# Score by item id, at or above zero only.
Popularity = dict[str, float]


def popularity(actions: Iterable[tuple[str, float, float]]) -> Popularity:
    """Return the decayed sum of weights of each item, as of the newest action.

    `actions` are (item id, epoch seconds, weight). Weights are summed as of a fixed day in the past
    and moved at the end (forward decay, Cormode et al. 2009): one pass, in any order. An old archive
    ranks like a new one, since its newest action counts fully. Doubles hold 1,023 half-lives, 84
    years of thirty days each.
    """
    start = OLDEST.timestamp()
    scores: Popularity = {}
    newest = start
    for item_id, at, weight in actions:
        scores[item_id] = scores.get(item_id, 0.0) + weight * 2.0 ** ((at - start) / HALF_LIFE_S)
        newest = max(newest, at)
    factor = 0.5 ** ((newest - start) / HALF_LIFE_S)
    return {item_id: score * factor for item_id, score in scores.items() if score > 0}
