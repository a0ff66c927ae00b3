"""What SearchFunction runs on."""

from concierge.bootstrap.snapshots import artifacts, live
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.encoders import Encoders
from concierge.searching.searcher import Searcher
from concierge.settings import SnapshotSettings


def searcher(settings: SnapshotSettings) -> Searcher:
    """Return the searcher with its snapshot and encoder loaded, as far as they are published."""
    store = artifacts(settings)
    catalogue = live(settings, store, "catalogue", CatalogueSnapshot.open)
    encoders = Encoders(store, settings.work_folder, settings.encoder_threads)
    encoders.expect_current()
    snapshot = catalogue.get_or_none()
    if snapshot:
        encoders.get(snapshot.model)
    return Searcher(catalogue, encoders)
