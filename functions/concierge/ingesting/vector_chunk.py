"""Some vectors with the hashes of their texts: what an unfinished import leaves for its retry."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from concierge.errors import BrokenArtifact

HASH_BYTES = 16


def text_hash(text: str) -> bytes:
    """Return the hash under which the vector of a text is kept."""
    return hashlib.blake2b(text.encode(), digest_size=HASH_BYTES).digest()


@dataclass(frozen=True, slots=True)
class VectorChunk:
    """Hashes uint8 [n, 16], vectors int8 [n, d] and scales float32 [n]."""

    hashes: NDArray[np.uint8]
    vectors: NDArray[np.int8]
    scales: NDArray[np.float32]

    @property
    def name(self) -> str:
        """A name that is the same for the same texts, so that a retry overwrites."""
        return hashlib.blake2b(self.hashes.tobytes(), digest_size=HASH_BYTES).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the chunk as an .npz file."""
        buffer = io.BytesIO()
        np.savez(buffer, hashes=self.hashes, vectors=self.vectors, scales=self.scales)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, packed: bytes) -> Self:
        """Read an .npz file, or raise BrokenArtifact."""
        try:
            with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
                chunk = cls(arrays["hashes"], arrays["vectors"], arrays["scales"])
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise BrokenArtifact(f"a chunk of vectors cannot be read: {error!r}") from error
        _check_shapes(chunk)
        return chunk


def _check_shapes(chunk: VectorChunk) -> None:
    arrays: tuple[tuple[NDArray[Any], str, int], ...] = (
        (chunk.hashes, "uint8", 2),
        (chunk.vectors, "int8", 2),
        (chunk.scales, "float32", 1),
    )
    alike = {len(array) for array, _, _ in arrays}
    fits = all(array.dtype == kind and array.ndim == axes for array, kind, axes in arrays)
    if not fits or len(alike) != 1 or chunk.hashes.shape[1] != HASH_BYTES:
        raise BrokenArtifact("a chunk of vectors has arrays of other shapes than expected")
