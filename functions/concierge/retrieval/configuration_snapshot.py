"""The configuration in force: the shop's own document, kept as it was written."""

from pathlib import Path

from concierge.artifacts.manifest import Manifest, describe_folder, read_manifest
from concierge.errors import BrokenArtifact, BrokenFile
from concierge.retrieval.merchandising import Configuration

DOCUMENT = "configuration.json"


def write_configuration(folder: Path, document: str, file_name: str, report_key: str) -> Manifest:
    """Write a document that was checked, with the name of the file that brought it."""
    from concierge.retrieval.configuration_document import read_configuration

    (folder / DOCUMENT).write_text(document, encoding="utf-8", newline="")
    counts = {"placements": len(read_configuration(document).placements)}
    details = {"file": file_name, "report_key": report_key}
    return describe_folder(folder, "configuration", counts=counts, details=details)


def open_configuration(folder: Path) -> Configuration:
    """Open a verified folder; raise BrokenArtifact where this version cannot read it."""
    # Imported here: most shops have no configuration, and pay for each module at every start.
    from concierge.retrieval.configuration_document import read_configuration

    manifest = read_manifest(folder)
    try:
        document = (folder / DOCUMENT).read_bytes().decode("utf-8")
        return read_configuration(document, manifest.id)
    except (BrokenFile, OSError, UnicodeDecodeError) as error:
        raise BrokenArtifact(f"{DOCUMENT} cannot be read: {error}") from error
