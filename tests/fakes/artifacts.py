"""An artifact store in memory."""

import hashlib

from concierge.artifacts.manifest import FILE_NAME, FileEntry, read_manifest
from concierge.artifacts.store import Pointer
from concierge.errors import BrokenArtifact, PointerMoved


class InMemoryArtifacts:
    """Keeps artifacts as bytes; `failures` are raised, one a call, before anything else."""

    def __init__(self):
        self.files = {}
        self.pointers = {}
        self.fetched = []
        self.key = False
        self.signed = []
        self.failures = []

    def current(self, kind, known=None):
        self._fail()
        pointer = self.pointers.get(kind)
        return known if known == pointer else pointer

    def fetch(self, kind, artifact_id, folder, manifest_sha256="", wanted=None):
        self._fail()
        self.fetched.append((kind, artifact_id))
        files = self.files.get((kind, artifact_id))
        if files is None:
            raise BrokenArtifact(f"{kind} {artifact_id} is missing")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).write_bytes(files[FILE_NAME])
        digest = hashlib.sha256(files[FILE_NAME]).hexdigest()
        if manifest_sha256 and digest != manifest_sha256:
            raise BrokenArtifact("manifest.json does not have the sha256 of its pointer")
        manifest = read_manifest(folder)
        if (manifest.kind, manifest.id) != (kind, artifact_id):
            raise BrokenArtifact(f"manifest.json is of {manifest.kind} {manifest.id}")
        for name in wanted(manifest) if wanted else manifest.files:
            content = files.get(name, b"")
            (folder / name).write_bytes(content)
            manifest.check(name, FileEntry(hashlib.sha256(content).hexdigest(), len(content)))
        return manifest

    def publish(self, kind, folder, replacing):
        self._fail()
        manifest = read_manifest(folder)
        self.files[kind, manifest.id] = {path.name: path.read_bytes() for path in folder.iterdir()}
        if self.pointers.get(kind) != replacing:
            raise PointerMoved(f"another {kind} was published meanwhile")
        digest = hashlib.sha256((folder / FILE_NAME).read_bytes()).hexdigest()
        pointer = Pointer(manifest.id, digest, "2026-11-23T12:00:00+00:00", etag=manifest.id)
        self.pointers[kind] = pointer
        return pointer

    def sign(self, kind, folder):
        if self.key:
            self.signed.append((kind, read_manifest(folder).id))
        return self.key

    def spoil(self, kind, name):
        """Alter one byte of a file of the artifact in force."""
        files = self.files[kind, self.pointers[kind].id]
        files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])

    def _fail(self):
        if self.failures:
            raise self.failures.pop(0)
