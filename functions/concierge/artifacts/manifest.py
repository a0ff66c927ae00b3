"""The manifest of an artifact: what made it, what is in it, and the hash of every file."""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from concierge.errors import BrokenArtifact

FORMAT = 1
FILE_NAME = "manifest.json"

ArtifactKind = Literal[
    "model",
    "generator",
    "language-pack",
    "catalogue",
    "knowledge",
    "behaviour",
    "configuration",
    "guardrails",
    "dialogue",
    "synonyms",
    "golden",
]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """Hash (hexadecimal SHA-256) and size in bytes of one file."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ModelRef:
    """Which model made the vectors of an artifact; equal where the vectors are.

    `id` says where to fetch it: a model to which a head was added has another, and the same
    vectors.
    """

    id: str = field(compare=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of `manifest.json`."""

    kind: ArtifactKind
    id: str
    created_at: str
    files: Mapping[str, FileEntry]
    counts: Mapping[str, int] = field(default_factory=dict)
    model: ModelRef | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    # What proves the artifact and is never loaded, such as a report.
    evidence: Mapping[str, FileEntry] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Hash of all file hashes: equal for equal contents, whatever the id."""
        listed = "".join(f"{name}:{entry.sha256}\n" for name, entry in sorted(self.files.items()))
        return hashlib.sha256(listed.encode()).hexdigest()

    def check(self, name: str, found: FileEntry) -> None:
        """Compare a file as found with what is stated of it, or raise BrokenArtifact."""
        stated = self.files.get(name) or self.evidence.get(name)
        if stated is None:
            raise BrokenArtifact(f"manifest.json does not name {name}")
        if found.size != stated.size:
            raise BrokenArtifact(f"{name} has {found.size} bytes, expected {stated.size}")
        if found.sha256 != stated.sha256:
            raise BrokenArtifact(f"{name} does not have the sha256 that its manifest states")

    def to_json(self) -> str:
        """Return the text of `manifest.json`."""
        model = {"id": self.model.id, "sha256": self.model.sha256} if self.model else None
        document = {
            "format": FORMAT,
            "kind": self.kind,
            "id": self.id,
            "created_at": self.created_at,
            "files": _entries_to_json(self.files),
            "evidence": _entries_to_json(self.evidence),
            "counts": dict(self.counts),
            "model": model,
            "details": dict(self.details),
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a manifest, or raise BrokenArtifact saying what is wrong with it."""
        try:
            document = json.loads(text)
            if document["format"] != FORMAT:
                raise BrokenArtifact(
                    f"manifest.json: format {document['format']} is not {FORMAT}; "
                    "publish again with this version"
                )
            model = document.get("model")
            return cls(
                kind=document["kind"],
                id=document["id"],
                created_at=document["created_at"],
                files=_entries_from_json(document["files"]),
                evidence=_entries_from_json(document.get("evidence", {})),
                counts=document.get("counts", {}),
                model=ModelRef(model["id"], model["sha256"]) if model else None,
                details=document.get("details", {}),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BrokenArtifact(f"manifest.json cannot be read: {error!r}") from error


def _entries_to_json(entries: Mapping[str, FileEntry]) -> dict[str, dict[str, Any]]:
    return {
        name: {"sha256": entry.sha256, "size": entry.size}
        for name, entry in sorted(entries.items())
    }


def _entries_from_json(entries: Mapping[str, Any]) -> dict[str, FileEntry]:
    return {
        _plain(name): FileEntry(str(entry["sha256"]), int(entry["size"]))
        for name, entry in entries.items()
    }


def _plain(name: str) -> str:
    """Return a file name that cannot lead out of its folder."""
    if name != Path(name).name or name in {"", ".", "..", FILE_NAME}:
        raise BrokenArtifact(f"manifest.json names a file {name!r}; only plain names are allowed")
    return name


def new_id(now: datetime | None = None) -> str:
    """Return an id that sorts by time and is never given twice."""
    moment = now or datetime.now(UTC)
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe_folder(
    folder: Path,
    kind: ArtifactKind,
    *,
    counts: Mapping[str, int] | None = None,
    model: ModelRef | None = None,
    details: Mapping[str, Any] | None = None,
    evidence: Collection[str] = (),
) -> Manifest:
    """Hash every file of a folder, write its `manifest.json` and return it.

    `evidence` names the files that prove the artifact and are not loaded.
    """
    now = datetime.now(UTC)
    files = {
        path.name: FileEntry(sha256_of(path), path.stat().st_size)
        for path in sorted(folder.iterdir())
        if path.name != FILE_NAME
    }
    manifest = Manifest(
        kind=kind,
        id=new_id(now),
        created_at=now.isoformat(timespec="seconds"),
        files={name: entry for name, entry in files.items() if name not in evidence},
        evidence={name: entry for name, entry in files.items() if name in evidence},
        counts=counts or {},
        model=model,
        details=details or {},
    )
    (folder / FILE_NAME).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder without checking its files."""
    try:
        return Manifest.from_json((folder / FILE_NAME).read_bytes())
    except FileNotFoundError as error:
        raise BrokenArtifact(f"{folder} has no manifest.json") from error


def verify_folder(folder: Path) -> Manifest:
    """Check every file of a folder against its manifest, or raise BrokenArtifact naming the file."""
    manifest = read_manifest(folder)
    for name in [*manifest.files, *manifest.evidence]:
        path = folder / name
        if not path.is_file():
            raise BrokenArtifact(f"{name} is missing")
        manifest.check(name, FileEntry(sha256_of(path), path.stat().st_size))
    return manifest
