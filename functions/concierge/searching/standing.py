"""What a product has going for it whatever is searched: how popular and how new it is."""

import numpy as np
from numpy.typing import NDArray

from concierge.errors import OldSnapshot
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.searching.aids import Popular

Floats = NDArray[np.float32]

DAY_S = 86_400
HALF_LIFE_S = 60 * DAY_S
# The shares of its own relevance that the most popular, and the newest, product gains.
POPULARITY_SHARE, FRESHNESS_SHARE = 0.06, 0.03


class Standing:
    """Keeps both columns for the snapshots in force: they are made once, and not by request."""

    def __init__(self) -> None:
        self._made_for: tuple[str, str] | None = None
        self._columns: dict[str, Floats] = {}

    def shares(self, catalogue: CatalogueSnapshot, popular: Popular | None) -> dict[str, Floats]:
        """Return what share of its relevance each row gains, by part."""
        made_for = (catalogue.id, popular.id if popular else "")
        if made_for != self._made_for:
            columns = {}
            if popular:
                columns["popularity"] = popular.by_row(catalogue) * np.float32(POPULARITY_SHARE)
            if (fresh := freshness(catalogue)) is not None:
                columns["freshness"] = fresh * np.float32(FRESHNESS_SHARE)
            self._columns, self._made_for = columns, made_for
        return self._columns


def freshness(catalogue: CatalogueSnapshot) -> Floats | None:
    """Return how new each row is against the newest, float32 [rows], or None without any date.

    Against the newest and not the clock, so that the pages of a search have one order.
    """
    try:
        created_at = catalogue.created_at
    except OldSnapshot:
        return None
    if np.isnan(created_at).all():
        return None
    ages = np.nanmax(created_at) - created_at
    return np.nan_to_num(0.5 ** (ages / HALF_LIFE_S)).astype(np.float32)
