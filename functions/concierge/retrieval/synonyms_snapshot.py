"""The synonyms in force: the shop's own document, kept as it was written."""

from collections.abc import Mapping

from concierge.retrieval.documents import DocumentKind
from concierge.retrieval.synonyms import Synonyms


def _read(document: str, synonyms_id: str) -> Synonyms:
    # Imported here: most shops have no synonyms, and pay for each module at every start.
    from concierge.retrieval.synonyms_document import read_synonyms

    return read_synonyms(document, synonyms_id)


def _counts(synonyms: Synonyms) -> Mapping[str, int]:
    return {"groups": len(synonyms.groups)}


SYNONYMS = DocumentKind("synonyms", _read, _counts)
