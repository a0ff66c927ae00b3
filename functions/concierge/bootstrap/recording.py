"""What RecordFunction runs on."""

from concierge.adapters.archive_firehose import FirehoseArchive
from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts, live
from concierge.ingesting.recorder import Recorder
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.settings import RecordSettings


def recorder(settings: RecordSettings) -> Recorder:
    """Return the recorder with its catalogue loaded, if one is published."""
    catalogue = live(settings, artifacts(settings), "catalogue", CatalogueSnapshot.open)
    catalogue.get_or_none()
    profiles = DynamoProfiles(client("dynamodb"), settings.profiles_table)
    archive = FirehoseArchive(client("firehose"), settings.archive_stream)
    return Recorder(profiles, catalogue.get, archive)
