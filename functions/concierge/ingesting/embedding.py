"""No text is encoded twice: not within an import, not by the next one, not by a retry."""

import time
from collections.abc import Callable, Collection
from typing import Protocol

import numpy as np
from aws_lambda_powertools import Logger

from concierge.artifacts.manifest import ArtifactKind
from concierge.errors import BrokenArtifact
from concierge.ingesting.vector_chunk import VectorChunk
from concierge.ingesting.vector_scratch import VectorScratch
from concierge.language.encoder import TextEncoder, Vectors
from concierge.retrieval.vectors import quantise

# What a killed import loses at most: about ten seconds of work, and a megabyte to store.
CHUNK_TEXTS = 2_000
# Tokens take fifty times the memory of their text, so a chunk is not tokenised at once.
TEXTS_AT_ONCE = 256

logger = Logger(child=True)


class OutOfTime(Exception):
    """The function will be stopped soon; what is done so far is saved. `after` says how far."""

    def __init__(self, after: str = "") -> None:
        super().__init__(after)
        self.after = after


class VectorCache(Protocol):
    """Keeps chunks of vectors of one model between attempts of an import."""

    def names(self, model_sha256: str, kind: ArtifactKind) -> list[str]:
        """Return the names of the chunks kept."""

    def load(self, model_sha256: str, kind: ArtifactKind, name: str) -> VectorChunk:
        """Return a chunk, or raise BrokenArtifact where it is gone or unreadable."""

    def save(self, model_sha256: str, kind: ArtifactKind, chunk: VectorChunk) -> None:
        """Keep a chunk under its name."""

    def delete(self, model_sha256: str, kind: ArtifactKind, names: Collection[str]) -> None:
        """Forget chunks."""


class Embedding:
    """Fills a VectorScratch with the vectors that are missing, saving them as it goes."""

    def __init__(
        self, encoder: TextEncoder, cache: VectorCache, kind: ArtifactKind, vectors: VectorScratch
    ) -> None:
        self._encoder = encoder
        self._cache = cache
        self._kind: ArtifactKind = kind
        self._vectors = vectors

    def restore(self) -> None:
        """Take the vectors that an attempt before this one saved."""
        for name in self._cache.names(self._encoder.model.sha256, self._kind):
            try:
                chunk = self._cache.load(self._encoder.model.sha256, self._kind, name)
            except BrokenArtifact as error:
                logger.warning("saved vectors not taken", chunk=name, reason=str(error))
                continue
            if chunk.vectors.shape[1] == self._encoder.dimensions:
                self._vectors.add(chunk)

    def encode_missing(self, remaining_s: Callable[[], float], reserve_s: float) -> int:
        """Encode what is missing and return how many texts that was.

        Raise OutOfTime where another chunk could leave less than the reserve.
        """
        encoded = 0
        slowest_s = 0.0
        for window in self._vectors.missing(CHUNK_TEXTS):
            # Texts come shortest first: the next window may take longer than the last.
            if remaining_s() < reserve_s + 1.5 * slowest_s:
                raise OutOfTime
            started = time.monotonic()
            self._keep(window)
            slowest_s = max(slowest_s, time.monotonic() - started)
            encoded += len(window)
        return encoded

    def forget_spent(self) -> None:
        """Delete the saved chunks that the snapshot in force now contains."""
        spent = self._vectors.spent_chunks()
        self._cache.delete(self._encoder.model.sha256, self._kind, spent)

    def _keep(self, window: list[tuple[bytes, str]]) -> None:
        vectors, scales = quantise(self._encode([text for _, text in window]))
        hashes = np.frombuffer(b"".join(digest for digest, _ in window), np.uint8).reshape(-1, 16)
        chunk = VectorChunk(hashes, vectors, scales)
        self._cache.save(self._encoder.model.sha256, self._kind, chunk)
        self._vectors.add(chunk)

    def _encode(self, texts: list[str]) -> Vectors:
        parts = [
            self._encoder.encode(texts[first : first + TEXTS_AT_ONCE], "passage")
            for first in range(0, len(texts), TEXTS_AT_ONCE)
        ]
        return np.concatenate(parts)
