"""The encoder that new vectors are made with."""

import shutil
from pathlib import Path
from typing import Protocol

from concierge.artifacts.manifest import Manifest
from concierge.artifacts.store import ArtifactStore
from concierge.language.encoder import TextEncoder, files_to_load


class Models(Protocol):
    """Knows which model is in force."""

    def current(self) -> TextEncoder | None:
        """Return the encoder in force, or None where no model was ever published.

        Raises BrokenArtifact or Unavailable where there is one that cannot be had: an import
        must wait for it, since a snapshot without vectors would replace one that has them.
        """


class Opener(Protocol):
    """Loads the model of a verified folder."""

    def __call__(self, folder: Path, *, manifest: Manifest) -> TextEncoder:
        """Return its encoder, or raise BrokenArtifact."""


class ModelInForce:
    """Implements Models on an artifact store; the encoder stays loaded between imports."""

    def __init__(
        self,
        store: ArtifactStore,
        folder: Path,
        opener: Opener,
    ) -> None:
        self._store = store
        self._folder = folder
        self._opener = opener
        self._id = ""
        self._encoder: TextEncoder | None = None

    def current(self) -> TextEncoder | None:
        """Load the model anew only where the pointer moved."""
        pointer = self._store.current("model")
        if pointer is None:
            return None
        if pointer.id != self._id:
            folder = self._folder / "model" / pointer.id
            try:
                manifest = self._store.fetch(
                    "model", pointer.id, folder, pointer.manifest_sha256, files_to_load
                )
                self._encoder = self._opener(folder, manifest=manifest)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            self._id = pointer.id
        return self._encoder
