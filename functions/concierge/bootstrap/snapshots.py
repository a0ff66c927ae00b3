"""What is served from: artifacts in S3, the snapshots in force and the encoder of each."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from concierge.adapters.artifacts_s3 import S3Artifacts
from concierge.artifacts.manifest import ArtifactKind
from concierge.bootstrap.clients import client
from concierge.retrieval.live import Live
from concierge.settings import SnapshotSettings

T = TypeVar("T")


def artifacts(settings: SnapshotSettings) -> S3Artifacts:
    """Return the store of models and snapshots."""
    return S3Artifacts(client("s3", read_timeout_s=60.0), settings.artifacts_bucket)


def live(
    settings: SnapshotSettings,
    store: S3Artifacts,
    kind: ArtifactKind,
    opener: Callable[[Path], T],
) -> Live[T]:
    """Return what the pointer of a kind points at, now and as it moves."""
    return Live(store, kind, opener, settings.work_folder, settings.snapshot_check_s)
