"""A folder that snapshots are written into, to try a training without any bucket."""

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

from concierge.artifacts.manifest import FILE_NAME, ArtifactKind, Manifest, read_manifest
from concierge.artifacts.store import Pointer, Wanted
from concierge.errors import BrokenArtifact


class FolderArtifacts:
    """Implements ArtifactStore for one training: nothing is in force before it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self, kind: ArtifactKind, known: Pointer | None = None) -> Pointer | None:
        """Say that there is nothing to compare with."""
        del kind, known
        return None

    def fetch(
        self,
        kind: ArtifactKind,
        artifact_id: str,
        folder: Path,
        manifest_sha256: str = "",
        wanted: Wanted | None = None,
    ) -> Manifest:
        """Raise BrokenArtifact: there is nothing to fetch."""
        del folder, manifest_sha256, wanted
        raise BrokenArtifact(f"{kind} {artifact_id} is missing")

    def publish(self, kind: ArtifactKind, folder: Path, replacing: Pointer | None) -> Pointer:
        """Copy a described folder, under the name of its id."""
        del kind, replacing
        manifest = read_manifest(folder)
        shutil.copytree(folder, self._folder / manifest.id)
        digest = hashlib.sha256((folder / FILE_NAME).read_bytes()).hexdigest()
        return Pointer(manifest.id, digest, datetime.now(UTC).isoformat())
