"""A shop on fakes whose lists a test asks for: its products, what customers did, its rules."""

from dataclasses import replace

from concierge.recommending.asking import Asked
from concierge.recommending.exploration import Exploration
from concierge.recommending.recommender import Recommender
from concierge.recommending.steering import Merchandising
from concierge.retrieval.identifiers import hash_of
from concierge.retrieval.merchandising import Configuration
from concierge.shop.profile import Actor
from tests.builders import NOW
from tests.fakes.exposures import InMemoryExposures
from tests.fakes.profiles import InMemoryProfiles
from tests.fakes.snapshots import InForce, behaviour_of, catalogue_of

ADA = Actor("customer", "ada")


class ShopWithLists:
    """Recommends; without `popularity` nothing was learnt, `more` is what `model_of` takes."""

    def __init__(self, folder, products, popularity=None, encoder=None, **more):
        learnt = None if popularity is None else behaviour_of(folder / "b", popularity, **more)
        self.catalogue = InForce(catalogue_of(folder / "c", products, encoder))
        self.behaviour = InForce(learnt)
        self.configuration = InForce()
        self.profiles = InMemoryProfiles()
        self.recommender = Recommender(
            self.catalogue,
            self.behaviour,
            Merchandising(self.configuration),
            self.profiles,
            Exploration(InMemoryExposures),
            NOW.timestamp,
        )

    def knows(self, profile):
        """Keep a profile in place of what is known of its customer or session."""
        self.profiles.erase(profile.actor)
        self.profiles.commit(replace(profile, version=0), [])

    def rules(self, **placements):
        """Put the rules of placements in force; `for_you` stands for `for-you`."""
        named = {name.replace("_", "-"): rules for name, rules in placements.items()}
        self.configuration.snapshot = Configuration(str(hash_of(repr(named))), named)

    def items(self, placement="for-you", **asked):
        """Return what is recommended to `ada`."""
        asked = {"customer_id": ADA.id, "placement": placement} | asked
        return self.recommender.recommend(Asked(**asked)).items

    def ids(self, placement="for-you", **asked):
        return ids(self.items(placement, **asked))

    def related(self, relation, *item_ids, strict=False, **asked):
        """Return the ids of what belongs to the given items."""
        found = self.recommender.similar(
            item_ids, Asked(placement=relation, **asked), strict=strict
        )
        return ids(found.items)

    def ranked(self, item_ids, placement="rank", **asked):
        """Return the ids that were given in the order of `ada`."""
        asked = {"customer_id": ADA.id, "placement": placement, "limit": len(item_ids)} | asked
        return ids(self.recommender.rank(item_ids, Asked(**asked)).items)

    def pages(self, placement="for-you", **asked):
        """Return the ids of each page to the end of a list."""
        token, pages = None, []
        while not pages or token:
            asked = {"customer_id": ADA.id} | asked
            page = self.recommender.recommend(Asked(placement=placement, next_token=token, **asked))
            pages.append(ids(page.items))
            token = page.next_token
        return pages


def ids(items):
    return [item.product.item_id for item in items]
