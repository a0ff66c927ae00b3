"""Artifacts in S3: immutable objects, and a pointer flipped by a conditional put."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.artifacts.manifest import (
    FILE_NAME,
    ArtifactKind,
    FileEntry,
    Manifest,
    read_manifest,
    sha256_of,
)
from concierge.artifacts.signature import (
    SIGNATURE_FILE,
    SIGNED_KINDS,
    Signature,
    Signatures,
)
from concierge.artifacts.store import PREFIXES, Pointer, Wanted
from concierge.errors import BrokenArtifact, PointerMoved

# S3 answers in tens of milliseconds, so files are asked for together; the client pools as many
# connections.
DOWNLOADS_AT_ONCE = 16
CHUNK_BYTES = 4 << 20


class S3Artifacts:
    """Implements SigningStore on one bucket.

    With `signatures`, models are signed when published, and refused unless that key signed them.
    """

    def __init__(self, client: Any, bucket: str, signatures: Signatures | None = None) -> None:
        self._client = client
        self._bucket = bucket
        self._signatures = signatures

    def current(self, kind: ArtifactKind, known: Pointer | None = None) -> Pointer | None:
        """Return the pointer in force; a conditional get costs one small request."""
        condition = {"IfNoneMatch": known.etag} if known else {}
        try:
            reply = self._client.get_object(
                Bucket=self._bucket, Key=_pointer_key(kind), **condition
            )
            return Pointer.from_json(reply["Body"].read(), reply["ETag"])
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in {"304", "NotModified"}:
                return known
            if code in {"NoSuchKey", "404"}:
                return None
            raise translated(error, f"reading the {kind} pointer") from error
        except BotoCoreError as error:
            raise translated(error, f"reading the {kind} pointer") from error

    def fetch(
        self,
        kind: ArtifactKind,
        artifact_id: str,
        folder: Path,
        manifest_sha256: str = "",
        wanted: Wanted | None = None,
    ) -> Manifest:
        """Download an artifact, several files at a time, and check every hash."""
        prefix = f"{PREFIXES[kind]}/{artifact_id}"
        folder.mkdir(parents=True, exist_ok=True)
        found = self._download(f"{prefix}/{FILE_NAME}", folder / FILE_NAME)
        if manifest_sha256 not in {"", found.sha256}:
            raise BrokenArtifact(f"{prefix}/{FILE_NAME} does not have the sha256 of its pointer")
        if self._signatures and kind in SIGNED_KINDS:
            signature = self.signature(kind, artifact_id)
            if signature is None:
                raise BrokenArtifact(f"{prefix} is not signed")
            self._signatures.verify(bytes.fromhex(found.sha256), signature)
        manifest = read_manifest(folder)
        # Else an older artifact, signed as it is, could be put in the place of another.
        if (manifest.kind, manifest.id) != (kind, artifact_id):
            raise BrokenArtifact(f"{prefix}/{FILE_NAME} is of {manifest.kind} {manifest.id}")

        def fetch_file(name: str) -> None:
            manifest.check(name, self._download(f"{prefix}/{name}", folder / name))

        with ThreadPoolExecutor(max_workers=DOWNLOADS_AT_ONCE) as pool:
            list(pool.map(fetch_file, wanted(manifest) if wanted else manifest.files))
        return manifest

    def publish(self, kind: ArtifactKind, folder: Path, replacing: Pointer | None) -> Pointer:
        """Upload every file, the manifest last, and flip the pointer only if it did not move."""
        manifest = read_manifest(folder)
        prefix = f"{PREFIXES[kind]}/{manifest.id}"
        try:
            for name in [*manifest.files, *manifest.evidence, FILE_NAME]:
                self._upload(folder / name, f"{prefix}/{name}")
            self.sign(kind, folder)
            return self._flip(kind, _pointer_to(manifest, folder), replacing)
        except (BotoCoreError, ClientError) as error:
            raise translated(error, f"publishing {prefix}") from error

    def sign(self, kind: ArtifactKind, folder: Path) -> bool:
        """Sign anew what was published from a folder; return whether there is a key for it."""
        if not self._signatures or kind not in SIGNED_KINDS:
            return False
        signature = self._signatures.sign(bytes.fromhex(sha256_of(folder / FILE_NAME)))
        key = f"{PREFIXES[kind]}/{read_manifest(folder).id}/{SIGNATURE_FILE}"
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=signature.to_json().encode())
        except (BotoCoreError, ClientError) as error:
            raise translated(error, f"writing {key}") from error
        return True

    def signature(self, kind: ArtifactKind, artifact_id: str) -> Signature | None:
        """Return the signature of an artifact as it was published, unchecked, or None."""
        key = f"{PREFIXES[kind]}/{artifact_id}/{SIGNATURE_FILE}"
        try:
            text = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise translated(error, f"reading {key}") from error
        except BotoCoreError as error:
            raise translated(error, f"reading {key}") from error
        return Signature.from_json(text)

    def _upload(self, path: Path, key: str) -> None:
        with path.open("rb") as file:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=file)

    def _flip(self, kind: ArtifactKind, pointer: Pointer, replacing: Pointer | None) -> Pointer:
        condition = {"IfMatch": replacing.etag} if replacing else {"IfNoneMatch": "*"}
        try:
            reply = self._client.put_object(
                Bucket=self._bucket,
                Key=_pointer_key(kind),
                Body=pointer.to_json().encode(),
                ContentType="application/json",
                **condition,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in {"PreconditionFailed", "412", "NoSuchKey"}:
                raise PointerMoved(f"another {kind} was published meanwhile") from error
            raise
        return Pointer(pointer.id, pointer.manifest_sha256, pointer.published_at, reply["ETag"])

    def _download(self, key: str, path: Path) -> FileEntry:
        """Write an object to a file; hash it on the way, since a second reading would cost."""
        digest, size = hashlib.sha256(), 0
        try:
            reply = self._client.get_object(Bucket=self._bucket, Key=key)
            with path.open("wb") as file:
                for chunk in reply["Body"].iter_chunks(CHUNK_BYTES):
                    digest.update(chunk)
                    size += file.write(chunk)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise BrokenArtifact(f"{key} is missing") from error
            raise translated(error, f"reading {key}") from error
        except BotoCoreError as error:
            raise translated(error, f"reading {key}") from error
        return FileEntry(digest.hexdigest(), size)


def _pointer_key(kind: ArtifactKind) -> str:
    return f"{PREFIXES[kind]}/current.json"


def _pointer_to(manifest: Manifest, folder: Path) -> Pointer:
    digest = sha256_of(folder / FILE_NAME)
    return Pointer(manifest.id, digest, datetime.now(UTC).isoformat(timespec="seconds"))
