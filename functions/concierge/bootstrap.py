"""Puts the pieces together: the only place where clients are made and adapters chosen."""

from typing import Any

import botocore.session
from botocore.config import Config

from concierge.adapters.artifacts_s3 import S3Artifacts
from concierge.artifacts.manifest import ArtifactKind
from concierge.retrieval.live import Live
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.settings import SnapshotSettings

# One session, so that service descriptions are read from disk once.
_session = botocore.session.get_session()


def client(service: str, read_timeout_s: float = 5.0) -> Any:
    """Return a client that gives up soon and retries with growing pauses."""
    config = Config(
        connect_timeout=2,
        read_timeout=read_timeout_s,
        retries={"mode": "standard", "max_attempts": 4},
        max_pool_connections=16,
    )
    return _session.create_client(service, config=config)


def artifacts(settings: SnapshotSettings) -> S3Artifacts:
    """Return the store of models and snapshots."""
    return S3Artifacts(client("s3", read_timeout_s=60.0), settings.artifacts_bucket)


def live_catalogue(settings: SnapshotSettings, store: S3Artifacts) -> Live[CatalogueSnapshot]:
    """Return the catalogue in force."""
    return _live(settings, store, "catalogue", CatalogueSnapshot.open)


def _live(settings: SnapshotSettings, store: S3Artifacts, kind: ArtifactKind, opener: Any) -> Any:
    folder = settings.work_folder
    return Live(store, kind, opener, folder, settings.snapshot_check_s)
