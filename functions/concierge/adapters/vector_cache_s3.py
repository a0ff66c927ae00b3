"""Saved vectors in S3: `vectors/<model sha256>/<kind>/<chunk>.npz`."""

from collections.abc import Collection
from typing import Any

from concierge.adapters.s3_objects import MissingObject, S3Objects
from concierge.artifacts.manifest import ArtifactKind
from concierge.errors import BrokenArtifact
from concierge.ingesting.vector_chunk import VectorChunk

ENDING = ".npz"


class S3VectorCache:
    """Implements VectorCache on one bucket."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._objects = S3Objects(client, bucket)

    def names(self, model_sha256: str, kind: ArtifactKind) -> list[str]:
        """Return the names of the chunks kept."""
        prefix = _key(model_sha256, kind)
        keys = self._objects.keys(prefix)
        return [key[len(prefix) : -len(ENDING)] for key in keys if key.endswith(ENDING)]

    def load(self, model_sha256: str, kind: ArtifactKind, name: str) -> VectorChunk:
        """Return a chunk."""
        key = _key(model_sha256, kind, name)
        try:
            return VectorChunk.from_bytes(self._objects.open(key).read())
        except MissingObject as error:
            raise BrokenArtifact(f"{key} is missing") from error

    def save(self, model_sha256: str, kind: ArtifactKind, chunk: VectorChunk) -> None:
        """Keep a chunk under its name."""
        self._objects.put(_key(model_sha256, kind, chunk.name), chunk.to_bytes())

    def delete(self, model_sha256: str, kind: ArtifactKind, names: Collection[str]) -> None:
        """Forget chunks."""
        self._objects.delete([_key(model_sha256, kind, name) for name in names])


def _key(model_sha256: str, kind: ArtifactKind, name: str | None = None) -> str:
    ending = "" if name is None else f"{name}{ENDING}"
    return f"vectors/{model_sha256}/{kind}/{ending}"
