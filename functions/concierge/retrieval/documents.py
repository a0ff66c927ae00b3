"""JSON documents that a shop writes by hand and that come into force as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from concierge.artifacts.manifest import ArtifactKind, Manifest, describe_folder, read_manifest
from concierge.errors import BrokenArtifact, BrokenFile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DocumentKind(Generic[T]):
    """How documents of one kind are read: `read` takes the text and the id of its artifact.

    `read` raises BrokenFile or InvalidConfiguration; `counts` are what a report tells of it, the
    first of them standing for the rows of the file.
    """

    name: ArtifactKind
    read: Callable[[str, str], T]
    counts: Callable[[T], Mapping[str, int]]

    @property
    def file_name(self) -> str:
        """Return the name of the document in its folder, where it is kept as it was written."""
        return f"{self.name}.json"

    def write(self, folder: Path, document: str, file: str, report_key: str) -> Manifest:
        """Check a document and write it, with the name of the file that brought it."""
        counts = self.counts(self.read(document, ""))
        (folder / self.file_name).write_text(document, encoding="utf-8", newline="")
        details = {"file": file, "report_key": report_key}
        return describe_folder(folder, self.name, counts=counts, details=details)

    def open(self, folder: Path) -> T:
        """Open a verified folder; raise BrokenArtifact where this version cannot read it."""
        manifest = read_manifest(folder)
        try:
            document = (folder / self.file_name).read_bytes().decode("utf-8")
            return self.read(document, manifest.id)
        except (BrokenFile, OSError, UnicodeDecodeError) as error:
            raise BrokenArtifact(f"{self.file_name} cannot be read: {error}") from error
