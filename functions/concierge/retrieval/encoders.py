"""The encoder that made a snapshot's vectors, fetched when first needed."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from aws_lambda_powertools import Logger

from concierge.artifacts.manifest import ModelRef
from concierge.artifacts.store import ArtifactStore
from concierge.errors import BrokenArtifact, Unavailable
from concierge.language.encoder import TextEncoder, open_encoder

RETRY_S = 30.0

logger = Logger(child=True)


class Encoders:
    """Keeps one encoder in memory: the one that the snapshot in force was made with."""

    def __init__(
        self,
        store: ArtifactStore,
        folder: Path,
        threads: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._folder = folder
        self._threads = threads
        self._clock = clock
        self._encoder: TextEncoder | None = None
        self._failed_at = float("-inf")

    def get(self, model: ModelRef | None) -> TextEncoder | None:
        """Return the encoder of a model, or None where it cannot be had at present."""
        if model is None:
            return None
        if self._encoder and self._encoder.model == model:
            return self._encoder
        if self._clock() - self._failed_at < RETRY_S:
            return None
        try:
            self._encoder = self._load(model)
        except (BrokenArtifact, Unavailable) as error:
            self._failed_at = self._clock()
            logger.error("encoder missing", model=model.id, reason=str(error))
            return None
        return self._encoder

    def _load(self, model: ModelRef) -> TextEncoder:
        folder = self._folder / "model" / model.id
        try:
            manifest = self._store.fetch("model", model.id, folder)
            if manifest.fingerprint != model.sha256:
                raise BrokenArtifact(f"model {model.id} is not the one that made the vectors")
            return open_encoder(folder, self._threads, manifest)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
