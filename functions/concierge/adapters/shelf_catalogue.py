"""Products for a dialogue, from search and recommendations."""

from concierge.answering.shelf import Selection, Shopper, Shown
from concierge.recommending.asking import Asked
from concierge.recommending.recommender import Recommender
from concierge.retrieval.filters import Filter
from concierge.searching.asking import Hit, SearchQuery
from concierge.searching.searcher import Searcher

# What a customer can take in inside a dialogue.
SHOWN = 5
# A product that reaches neither has little to do with what was asked for, whatever ranks first: of what is
# shown for the judged queries, 0.74 are related and not 0.65. "Car tyres" reach 0.25 and 0.26 in the sample
# shop, "bicycle lights" 0.68 and 0.63.
CLOSE, CLOSE_MEANING = 0.42, 0.45
RATIO = 0.5


class CatalogueShelf:
    """Implements Shelf."""

    def __init__(self, searcher: Searcher, recommender: Recommender) -> None:
        self._searcher = searcher
        self._recommender = recommender

    def search(self, about: str) -> Selection:
        """Return what is in stock and fits the words, or nothing."""
        found = self._searcher.search(
            SearchQuery(
                about, Filter(in_stock=True), semantic_ratio=RATIO, relax=False, limit=SHOWN
            )
        )
        # A price alone, or a wish for what is in stock, leaves no words to be close to.
        any_is_close = not found.understood.wording
        close = (hit for hit in found.hits if any_is_close or _is_close(hit))
        return Selection(tuple(Shown(hit.product) for hit in close))

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
    words, meaning = parts.get("lexical", 0.0), parts.get("semantic", 0.0)
    return words + meaning >= CLOSE or meaning >= CLOSE_MEANING * RATIO
