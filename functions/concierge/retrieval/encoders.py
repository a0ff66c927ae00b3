"""The encoder that made a snapshot's vectors, fetched when first needed."""

import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from aws_lambda_powertools import Logger

from concierge.artifacts.manifest import Manifest, ModelRef
from concierge.artifacts.store import ArtifactStore
from concierge.errors import BrokenArtifact, Unavailable
from concierge.language.encoder import TextEncoder, files_to_load, open_encoder

RETRY_S = 30.0

logger = Logger(child=True)


class Encoders:
    """Keeps one encoder in memory: one that makes the vectors of the snapshot in force.

    That is the model in force, heads added since included, while its vectors are the snapshot's.
    """

    def __init__(
        self,
        store: ArtifactStore,
        folder: Path,
        threads: int,
        clock: Callable[[], float] = time.monotonic,
        opener: Callable[[Path, int, Manifest], TextEncoder] = open_encoder,
    ) -> None:
        self._store = store
        self._folder = folder
        self._threads = threads
        self._clock = clock
        self._opener = opener
        self._encoder: TextEncoder | None = None
        self._expected: Thread | None = None
        self._failed_at = float("-inf")

    def expect_current(self) -> None:
        """Begin to load the model in force: most likely the snapshot to come was made with it."""
        self._expected = Thread(target=self._load_current)
        self._expected.start()

    def get(self, model: ModelRef | None) -> TextEncoder | None:
        """Return the encoder of a model, or None where it cannot be had at present."""
        if self._expected:
            self._expected.join()
            self._expected = None
        if model is None:
            return None
        if self._encoder and self._encoder.model == model:
            return self._encoder
        if self._clock() - self._failed_at < RETRY_S:
            return None
        try:
            encoder = self._load(model.id)
            if encoder.model != model:
                raise BrokenArtifact(f"model {model.id} is not the one that made the vectors")
            self._encoder = encoder
        except (BrokenArtifact, Unavailable) as error:
            self._failed_at = self._clock()
            logger.error("encoder missing", model=model.id, reason=str(error))
            return None
        return self._encoder

    def _load_current(self) -> None:
        """Load the model in force; should that fail, `get` tries again and says why."""
        with contextlib.suppress(BrokenArtifact, Unavailable):
            pointer = self._store.current("model")
            if pointer:
                self._encoder = self._load(pointer.id)

    def _load(self, model_id: str) -> TextEncoder:
        folder = self._folder / "model" / model_id
        try:
            manifest = self._store.fetch("model", model_id, folder, wanted=files_to_load)
            return self._opener(folder, self._threads, manifest)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
