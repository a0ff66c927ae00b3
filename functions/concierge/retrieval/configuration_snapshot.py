"""The configuration in force: what lists may hold, in which order."""

from collections.abc import Mapping

from concierge.retrieval.documents import DocumentKind
from concierge.retrieval.merchandising import Configuration


def _read(document: str, configuration_id: str) -> Configuration:
    # Imported here: most shops have no configuration, and pay for each module at every start.
    from concierge.retrieval.configuration_document import read_configuration

    return read_configuration(document, configuration_id)


def _counts(configuration: Configuration) -> Mapping[str, int]:
    return {"placements": len(configuration.placements)}


CONFIGURATION = DocumentKind("configuration", _read, _counts)
