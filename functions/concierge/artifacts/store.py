"""Where artifacts are published and fetched: the interface and its rules."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from concierge.artifacts.manifest import ArtifactKind, Manifest
from concierge.errors import BrokenArtifact

PREFIXES: dict[ArtifactKind, str] = {
    "model": "models",
    "generator": "generators",
    "catalogue": "snapshots/catalogue",
    "knowledge": "snapshots/knowledge",
    "behaviour": "snapshots/behaviour",
    "configuration": "snapshots/configuration",
    "guardrails": "snapshots/guardrails",
    "dialogue": "snapshots/dialogue",
    "synonyms": "snapshots/synonyms",
    "golden": "snapshots/golden",
}


Wanted = Callable[[Manifest], Collection[str]]


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which artifact is in force; `etag` identifies this state of the pointer in its store."""

    id: str
    manifest_sha256: str
    published_at: str
    etag: str = ""

    def to_json(self) -> str:
        """Return the text of `current.json`."""
        return json.dumps(
            {
                "id": self.id,
                "manifest_sha256": self.manifest_sha256,
                "published_at": self.published_at,
            }
        )

    @classmethod
    def from_json(cls, text: str | bytes, etag: str) -> Self:
        """Read a pointer, or raise BrokenArtifact."""
        try:
            document = json.loads(text)
            return cls(document["id"], document["manifest_sha256"], document["published_at"], etag)
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenArtifact(f"current.json cannot be read: {error!r}") from error


class ArtifactStore(Protocol):
    """Keeps artifacts and, for each kind, one pointer to the artifact in force."""

    def current(self, kind: ArtifactKind, known: Pointer | None = None) -> Pointer | None:
        """Return the pointer in force (`known` itself where it has not moved), or None."""

    def fetch(
        self,
        kind: ArtifactKind,
        artifact_id: str,
        folder: Path,
        manifest_sha256: str = "",
        wanted: Wanted | None = None,
    ) -> Manifest:
        """Bring an artifact into a folder and verify it, or raise BrokenArtifact.

        `wanted` chooses among what the manifest names; by default all files come, no evidence.
        """

    def publish(self, kind: ArtifactKind, folder: Path, replacing: Pointer | None) -> Pointer:
        """Store a described folder, then flip the pointer; raise PointerMoved if it moved."""


class SigningStore(ArtifactStore, Protocol):
    """An ArtifactStore that may have a key to sign with."""

    def sign(self, kind: ArtifactKind, folder: Path) -> bool:
        """Sign anew what was published from a folder; return whether there is a key for it."""
