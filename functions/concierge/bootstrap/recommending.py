"""What RecommendFunction runs on."""

from functools import cache

from concierge.adapters.archive_firehose import FirehoseArchive
from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts, live
from concierge.recommending.exploration import Exploration
from concierge.recommending.exploring import Exposures
from concierge.recommending.recommender import Recommender
from concierge.recommending.steering import Merchandising
from concierge.retrieval.behaviour_snapshot import BehaviourSnapshot
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.configuration_snapshot import CONFIGURATION
from concierge.retrieval.popularity import all_but_popularity
from concierge.settings import RecommendSettings


def recommender(settings: RecommendSettings) -> Recommender:
    """Return the recommender with its snapshots loaded, as far as they are published."""
    store = artifacts(settings)
    catalogue = live(settings, store, "catalogue", CatalogueSnapshot.open)
    behaviour = live(settings, store, "behaviour", BehaviourSnapshot.open, all_but_popularity)
    catalogue.get_or_none()
    behaviour.get_or_none()
    configuration = live(settings, store, "configuration", CONFIGURATION.open)
    configuration.get_or_none()
    profiles = DynamoProfiles(client("dynamodb"), settings.profiles_table)
    return Recommender(
        catalogue,
        behaviour,
        Merchandising(configuration),
        profiles,
        Exploration(lambda: _exposures(settings.archive_stream)),
    )


@cache
def _exposures(stream: str) -> Exposures:
    """Return the archive; its client is made for the first exploring list and not at every start."""
    # A draw that is not kept is no harm, a customer who waits is.
    return FirehoseArchive(client("firehose", read_timeout_s=1.0, attempts=1), stream)
