"""Where the job finds the archive; each worker opens it for itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from concierge.files.decoding import Body
from concierge.training.event_log import ArchiveParts

BUCKET = "s3://"


def open_archive(address: str) -> ArchiveParts:
    """Return the archive at s3://<bucket>, or in a folder."""
    if not address.startswith(BUCKET):
        return FolderArchive(Path(address))
    # Imported here: a folder needs no client.
    from concierge.adapters.archive_s3 import S3Archive
    from concierge.bootstrap.clients import client

    bucket = address.removeprefix(BUCKET).rstrip("/")
    return S3Archive(client("s3", read_timeout_s=60.0), bucket)


class FolderArchive:
    """Implements ArchiveParts: JSON Lines files, plain or .gz, in a folder and those below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Iterator[str]:
        """Yield the paths of all files within the folder, in their order."""
        paths = sorted(path for path in self._folder.rglob("*") if path.is_file())
        return (str(path.relative_to(self._folder)) for path in paths)

    def open(self, name: str) -> BytesIO:
        """Return the bytes of a file, all of which are read at once."""
        return BytesIO((self._folder / name).read_bytes())


@dataclass(frozen=True, slots=True)
class Some:
    """Implements ArchiveParts: some parts of an archive."""

    archive: ArchiveParts
    chosen: tuple[str, ...]

    def names(self) -> Iterator[str]:
        """Yield the names that were chosen."""
        return iter(self.chosen)

    def open(self, name: str) -> Body:
        """Return the bytes of a part."""
        return self.archive.open(name)
