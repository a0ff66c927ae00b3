"""What SearchFunction runs on."""

from threading import Thread

from concierge.artifacts.store import ArtifactStore
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts, live
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.encoders import Encoders
from concierge.retrieval.live import Live
from concierge.retrieval.popularity import Popularity, popularity_alone
from concierge.searching.searcher import Liking, Searcher
from concierge.settings import SearchSettings

# What is popular changes by the day, so that one search in many asks whether it did.
POPULARITY_CHECKS = 12


def searcher(settings: SearchSettings) -> Searcher:
    """Return the searcher with its snapshots and encoder loaded, as far as they are published."""
    store = artifacts(settings)
    catalogue = live(settings, store, "catalogue", CatalogueSnapshot.open)
    popularity = _popularity(settings, store)
    encoders = Encoders(store, settings.work_folder, settings.encoder_threads)
    encoders.expect_current()
    # Small, and loaded while the model is.
    expected = Thread(target=popularity.get_or_none)
    expected.start()
    snapshot = catalogue.get_or_none()
    if snapshot:
        encoders.get(snapshot.model)
    expected.join()
    return Searcher(catalogue, encoders, popularity.get_or_none, _Late(settings.profiles_table))


def _popularity(settings: SearchSettings, store: ArtifactStore) -> Live[Popularity]:
    check_s = settings.snapshot_check_s * POPULARITY_CHECKS
    folder = settings.work_folder / "popularity"
    return Live(store, "behaviour", Popularity.open, folder, check_s, wanted=popularity_alone)


class _Late:
    """Makes what reads profiles when a search is first personal: most starts are spared it."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._made: Liking | None = None

    def __call__(self) -> Liking:
        if self._made is None:
            from concierge.adapters.profiles_dynamodb import DynamoProfiles
            from concierge.searching.personal import ProfileLiking

            self._made = ProfileLiking(DynamoProfiles(client("dynamodb"), self._table))
        return self._made
