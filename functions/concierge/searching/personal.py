"""What a customer's profile says of the products found: a little of the order, none of the set."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.scoring import Scoring, Sources
from concierge.recommending.seeds import Context, interests
from concierge.recommending.visitor import narrower, profile_of
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.ranking import added_up
from concierge.searching.asking import SearchQuery
from concierge.shop.profiles import Profiles

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

# The share of its own relevance that a product gains or loses at most: one can overtake another
# that is up to 1.2 / 0.8 times as relevant, and none that is more.
PERSONAL_SHARE = 0.2
# What a customer likes of a product, against what it is like: tags tell more than vectors among
# products that a text already made alike.
WEIGHTS: Mapping[str, float] = {"taste": 1.0, "content": 0.5}
# Below this, what is known of a customer hardly tells products apart, and is not blown up.
LEAST_SPREAD = 0.1


class ProfileLiking:
    """Implements Liking by the profiles that recommendations are made from."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles

    def shares(
        self, query: SearchQuery, catalogue: CatalogueSnapshot, rows: Rows, now: float
    ) -> Floats | None:
        """Return what share of its relevance each row gains, or None; raise Unavailable."""
        profile = profile_of(self._profiles, query.customer_id, query.session_id)
        wanted = narrower(query.personalization, profile)
        known = interests(profile, Context(), wanted, now)
        if not len(rows) or not (known.items or known.tags):
            return None
        scoring = Scoring(Sources(catalogue, None, known), rows, WEIGHTS)
        liked = added_up(scoring.columns, len(rows))
        liked -= liked.mean()
        spread = max(float(np.abs(liked).max()), LEAST_SPREAD)
        return liked * np.float32(PERSONAL_SHARE / spread)
