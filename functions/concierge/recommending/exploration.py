"""The first page of an exploring list: one place drawn, and the draw kept for estimates."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from concierge.recommending.arranging import Placed
from concierge.recommending.exploring import CHOICES, Exposures, explore
from concierge.recommending.listing import Listing
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.shop.profile import Actor
from concierge.shop.recommendation_ids import RecommendationId


class Exploration:
    """Explores lists; `exposures` is asked for at the first draw, since few functions make any."""

    def __init__(self, exposures: Callable[[], Exposures]) -> None:
        self._exposures = exposures

    def first_page(
        self,
        listing: Listing,
        limit: int,
        made: RecommendationId,
        actor: Actor,
        catalogue: CatalogueSnapshot,
        now: float,
    ) -> list[Placed]:
        """Return the first places of a list with one drawn; it is served even if it is not kept."""
        places = listing.places(limit + CHOICES)
        by_row = {place.row: place for place in places}
        explored = explore(
            np.array([place.row for place in places], np.intp),
            np.array([listing.score(place) for place in places], np.float32),
            limit,
            made.unique,
            np.array([place.pinned for place in places], np.bool_),
        )
        if explored is None:
            return places[:limit]
        page = [by_row[row] for row in explored.rows.tolist()]
        item_id = catalogue.product_at(page[explored.exposure.position - 1].row).item_id
        at = datetime.fromtimestamp(now, UTC)
        self._exposures().append([explored.exposure.to_event(made, actor, item_id, at)])
        return page
