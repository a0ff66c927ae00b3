"""What RecommendFunction runs on."""

from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts, live
from concierge.recommending.recommender import Recommender
from concierge.recommending.steering import Merchandising
from concierge.retrieval.behaviour_snapshot import BehaviourSnapshot
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.configuration_snapshot import open_configuration
from concierge.settings import RecommendSettings


def recommender(settings: RecommendSettings) -> Recommender:
    """Return the recommender with its snapshots loaded, as far as they are published."""
    store = artifacts(settings)
    catalogue = live(settings, store, "catalogue", CatalogueSnapshot.open)
    behaviour = live(settings, store, "behaviour", BehaviourSnapshot.open)
    catalogue.get_or_none()
    behaviour.get_or_none()
    configuration = live(settings, store, "configuration", open_configuration)
    configuration.get_or_none()
    profiles = DynamoProfiles(client("dynamodb"), settings.profiles_table)
    return Recommender(catalogue, behaviour, Merchandising(configuration), profiles)
