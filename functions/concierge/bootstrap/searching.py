"""What SearchFunction runs on."""

from threading import Thread

from concierge.artifacts.store import ArtifactStore
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts, live
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.encoders import Encoders
from concierge.retrieval.live import Live
from concierge.retrieval.popularity import Popularity, popularity_alone
from concierge.retrieval.synonyms import Synonyms
from concierge.retrieval.synonyms_snapshot import SYNONYMS
from concierge.searching.aids import Aids, Liking
from concierge.searching.searcher import Searcher
from concierge.settings import SearchSettings

# What is popular changes by the day and synonyms hardly ever: few searches wait to ask whether they did.
RARELY = 12


def searcher(settings: SearchSettings) -> Searcher:
    """Return the searcher with its snapshots and encoder loaded, as far as they are published."""
    store = artifacts(settings)
    catalogue = live(settings, store, "catalogue", CatalogueSnapshot.open)
    popularity, synonyms = _popularity(settings, store), _synonyms(settings, store)
    encoders = Encoders(store, settings.work_folder, settings.encoder_threads)
    encoders.expect_current()
    # Small, and loaded while the model is.
    expected = [Thread(target=each.get_or_none) for each in (popularity, synonyms)]
    for each in expected:
        each.start()
    snapshot = catalogue.get_or_none()
    if snapshot:
        encoders.get(snapshot.model)
    for each in expected:
        each.join()
    aids = Aids(popularity.get_or_none, _Late(settings.profiles_table), synonyms.get_or_none)
    return Searcher(catalogue, encoders, aids)


def _popularity(settings: SearchSettings, store: ArtifactStore) -> Live[Popularity]:
    check_s = settings.snapshot_check_s * RARELY
    folder = settings.work_folder / "popularity"
    return Live(store, "behaviour", Popularity.open, folder, check_s, wanted=popularity_alone)


def _synonyms(settings: SearchSettings, store: ArtifactStore) -> Live[Synonyms]:
    check_s = settings.snapshot_check_s * RARELY
    return Live(store, "synonyms", SYNONYMS.open, settings.work_folder, check_s)


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
