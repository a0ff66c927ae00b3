"""Who vouches for an artifact: a signature over the hash of its manifest, which hashes all else."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Protocol, Self

from concierge.artifacts.manifest import ArtifactKind
from concierge.errors import BrokenArtifact

SIGNATURE_FILE = "manifest.json.sig"
# Models run in every function; snapshots are made by one of them.
SIGNED_KINDS: frozenset[ArtifactKind] = frozenset({"model", "generator"})


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature with the key and the algorithm that made it."""

    key: str
    algorithm: str
    value: bytes

    def to_json(self) -> str:
        """Return the text of `manifest.json.sig`."""
        value = base64.b64encode(self.value).decode()
        return json.dumps({"key": self.key, "algorithm": self.algorithm, "signature": value})

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a signature, or raise BrokenArtifact."""
        try:
            document = json.loads(text)
            value = base64.b64decode(document["signature"], validate=True)
            return cls(str(document["key"]), str(document["algorithm"]), value)
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            raise BrokenArtifact(f"{SIGNATURE_FILE} cannot be read: {error!r}") from error


class Signatures(Protocol):
    """Signs and verifies with one key."""

    def sign(self, digest: bytes) -> Signature:
        """Return a signature over a SHA-256 digest."""

    def verify(self, digest: bytes, signature: Signature) -> None:
        """Raise BrokenArtifact unless this key signed this digest."""
