"""What an import reads and writes, in a folder instead of AWS: its memory stays its own."""

import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from concierge.artifacts.manifest import ArtifactKind, Manifest, read_manifest, verify_folder
from concierge.artifacts.store import Pointer, Wanted
from concierge.files.decoding import Body
from concierge.ingesting.importer import Notice
from concierge.ingesting.vector_chunk import VectorChunk
from concierge.language.encoder import TextEncoder, TextKind, Vectors
from concierge.shop.profile import Actor, Profile


class FolderObjects:
    """Implements Inbox and HistoryArchive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, key: str) -> Body:
        """Open a file."""
        return (self.folder / key).open("rb")

    def put(self, key: str, *content: Any) -> None:
        """Write a report, a quarantine file or a part of the archive."""
        path = self.folder / "/".join([key, *map(str, content[:-1])])
        path.parent.mkdir(parents=True, exist_ok=True)
        last = content[-1]
        path.write_bytes(last) if isinstance(last, bytes) else shutil.copyfile(last, path)

    def delete(self, key: str) -> None:
        """Forget a file."""
        (self.folder / key).unlink(missing_ok=True)


class FolderArtifacts:
    """Implements ArtifactStore."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self, kind: ArtifactKind, known: Pointer | None = None) -> Pointer | None:
        """Point at the newest folder: ids sort by time."""
        del known
        ids = sorted(path.name for path in (self.folder / kind).glob("*"))
        return Pointer(ids[-1], "", "") if ids else None

    def fetch(
        self,
        kind: ArtifactKind,
        artifact_id: str,
        folder: Path,
        manifest_sha256: str = "",
        wanted: Wanted | None = None,
    ) -> Manifest:
        """Copy an artifact."""
        del manifest_sha256, wanted
        shutil.copytree(self.folder / kind / artifact_id, folder, dirs_exist_ok=True)
        return verify_folder(folder)

    def publish(self, kind: ArtifactKind, folder: Path, replacing: Pointer | None) -> Pointer:
        """Copy a folder."""
        del replacing
        manifest = read_manifest(folder)
        shutil.copytree(folder, self.folder / kind / manifest.id)
        return Pointer(manifest.id, "", "")


class FolderVectorCache:
    """Implements VectorCache for an import that is never killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def names(self, model_sha256: str, kind: ArtifactKind) -> list[str]:
        """Return nothing: every import starts afresh."""
        del model_sha256, kind
        return []

    def load(self, model_sha256: str, kind: ArtifactKind, name: str) -> VectorChunk:
        """Read a chunk."""
        del model_sha256, kind
        return VectorChunk.from_bytes((self.folder / name).read_bytes())

    def save(self, model_sha256: str, kind: ArtifactKind, chunk: VectorChunk) -> None:
        """Write a chunk."""
        del model_sha256, kind
        (self.folder / chunk.name).write_bytes(chunk.to_bytes())

    def delete(self, model_sha256: str, kind: ArtifactKind, names: Collection[str]) -> None:
        """Delete chunks."""
        del model_sha256, kind
        for name in names:
            (self.folder / name).unlink()


class ForgottenProfiles:
    """Implements Profiles: each is new, and what is written is counted and dropped."""

    def __init__(self) -> None:
        self.commits = 0

    def get(self, actor: Actor) -> Profile:
        """Return an empty profile."""
        return Profile(actor)

    def commit(
        self, profile: Profile, event_ids: Collection[str], session: Profile | None = None
    ) -> None:
        """Count a write."""
        del profile, event_ids, session
        self.commits += 1

    def erase(self, actor: Actor) -> None:
        """Do nothing."""


class Nobody:
    """Implements Bus and Continuations: nobody listens."""

    def send(self, *message: str | Notice | Mapping[str, Any]) -> None:
        """Drop the message."""


class ClockedEncoder:
    """An encoder that knows how long it encoded, and how many texts."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self.model = encoder.model
        self.dimensions = encoder.dimensions
        self.languages = encoder.languages
        self.texts = 0
        self.seconds = 0.0

    def encode(self, texts: Sequence[str], kind: TextKind = "passage") -> Vectors:
        """Encode, and count."""
        started = time.perf_counter()
        vectors = self._encoder.encode(texts, kind)
        self.seconds += time.perf_counter() - started
        self.texts += len(texts)
        return vectors

    def knows(self, word: str) -> bool:
        """Tell whether a word is a common one."""
        return self._encoder.knows(word)


class OneModel:
    """Implements Models."""

    def __init__(self, encoder: ClockedEncoder | None) -> None:
        self._encoder = encoder

    def current(self) -> ClockedEncoder | None:
        """Return the encoder."""
        return self._encoder
