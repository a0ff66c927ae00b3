"""Products for a dialogue, from search and recommendations."""

from concierge.answering.shelf import Selection, Shopper, Shown
from concierge.recommending.asking import Asked
from concierge.recommending.recommender import Recommender
from concierge.retrieval.filters import Filter
from concierge.searching.asking import Hit, SearchQuery
from concierge.searching.searcher import Searcher

# What a customer can take in inside a dialogue.
SHOWN = 5
# A product that reaches neither has nothing to do with what was asked for, whatever ranks first: of the
# sample shop, "car tyres" come to 0.26 and 0.22, "bicycle lights" to 0.62 and 0.74.
CLOSE_MEANING, CLOSE_WORDS = 0.35, 0.4
RATIO = 0.5


class CatalogueShelf:
    """Implements Shelf."""

    def __init__(self, searcher: Searcher, recommender: Recommender) -> None:
        self._searcher = searcher
        self._recommender = recommender

    def search(self, about: str) -> Selection:
        """Return what is in stock and fits the words, or nothing."""
        found = self._searcher.search(
            SearchQuery(about, Filter(in_stock=True), semantic_ratio=RATIO, limit=SHOWN)
        )
        return Selection(tuple(Shown(hit.product) for hit in found.hits if _is_close(hit)))

    def recommend(self, shopper: Shopper) -> Selection:
        """Return what the shopper may like, or what is popular where nobody is known."""
        found = self._recommender.recommend(
            Asked(
                customer_id=shopper.customer_id,
                session_id=shopper.session_id,
                locale=shopper.language,
                limit=SHOWN,
            )
        )
        items = tuple(Shown(item.product, item.reason) for item in found.items)
        return Selection(items, found.recommendation_id)


def _is_close(hit: Hit) -> bool:
    parts = {part.name: part.value for part in hit.parts}
    meaning, words = parts.get("semantic", 0.0), parts.get("lexical", 0.0)
    return meaning >= CLOSE_MEANING * RATIO or words >= CLOSE_WORDS * (1 - RATIO)
