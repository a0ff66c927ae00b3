"""How much of the catalogue lists reach: how many items, how unknown, how evenly shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reach:
    """What some impressions reached.

    `coverage` is the share of all items that were shown. `novelty_bits` is the mean
    self-information of what was shown (Zhou et al. 2010): ten bits more are a thousand times
    rarer. `popularity_percentile` is the mean rank of what was shown among all items by
    popularity, 0 to 100; an even choice has 50. `exposure_gini` is 0 where every item was shown
    equally often, and near 1 where a few had everything.
    """

    items: int
    coverage: float
    novelty_bits: float
    popularity_percentile: float
    exposure_gini: float


class Popularity:
    """How often each item was chosen by customers, whatever led them there."""

    def __init__(self, chosen: Counts, catalogue_items: int) -> None:
        """Take the choices of each item that the log names [items], and how many there are."""
        self._items = max(catalogue_items, len(chosen))
        # One more for each: what nobody chose yet is rare and not infinitely so.
        shares = (chosen + 1) / (chosen.sum() + self._items)
        self._bits: Floats = -np.log2(shares)
        self._percentiles = self._ranked(chosen)

    def reach(self, shown: Counts) -> Reach | None:
        """Return what impressions reached, given how many each item [items] had; None of none."""
        impressions = int(shown.sum())
        if not impressions:
            return None
        items = int(np.count_nonzero(shown))
        return Reach(
            items=items,
            coverage=items / self._items,
            novelty_bits=float(shown @ self._bits) / impressions,
            popularity_percentile=float(shown @ self._percentiles) / impressions,
            exposure_gini=gini(shown, self._items),
        )

    def _ranked(self, chosen: Counts) -> Floats:
        """Return the middle of the ranks of those alike, as a share of all in percent."""
        unnamed = self._items - len(chosen)
        ordered = np.sort(chosen)
        below = np.searchsorted(ordered, chosen, side="left") + np.where(chosen > 0, unnamed, 0)
        upto = np.searchsorted(ordered, chosen, side="right") + unnamed
        ranked: Floats = 50.0 * (below + upto) / max(1, self._items)
        return ranked


def gini(counts: Counts, items: int) -> float:
    """Return the Gini coefficient of counts [n] among so many items; the others have none."""
    total = float(counts.sum())
    if not total:
        return 0.0
    ranks = np.arange(items - len(counts) + 1, items + 1)
    return float((2 * ranks - items - 1) @ np.sort(counts)) / (items * total)
