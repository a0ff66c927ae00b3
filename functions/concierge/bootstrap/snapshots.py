"""What is served from: artifacts in S3, the snapshots in force and the encoder of each."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from concierge.adapters.artifacts_s3 import S3Artifacts
from concierge.artifacts.manifest import ArtifactKind
from concierge.artifacts.store import Wanted
from concierge.bootstrap.clients import client
from concierge.retrieval.live import Live
from concierge.settings import SnapshotSettings

T = TypeVar("T")


def artifacts(settings: SnapshotSettings) -> S3Artifacts:
    """Return the store of models and snapshots; it verifies models where a key is named."""
    s3 = client("s3", read_timeout_s=60.0)
    if not settings.model_signing_key:
        return S3Artifacts(s3, settings.artifacts_bucket)
    # Imported here: most functions verify nothing, and pay for each module at every start.
    from concierge.adapters.signatures_kms import KmsSignatures

    signatures = KmsSignatures(client("kms"), settings.model_signing_key)
    return S3Artifacts(s3, settings.artifacts_bucket, signatures)


def live(
    settings: SnapshotSettings,
    store: S3Artifacts,
    kind: ArtifactKind,
    opener: Callable[[Path], T],
    wanted: Wanted | None = None,
) -> Live[T]:
    """Return what the pointer of a kind points at, now and as it moves."""
    check_s = settings.snapshot_check_s
    return Live(store, kind, opener, settings.work_folder, check_s, wanted=wanted)
