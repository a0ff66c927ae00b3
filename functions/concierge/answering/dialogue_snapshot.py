"""The dialogue in force: how the shop wants to talk, as it was written."""

from collections.abc import Mapping

from concierge.answering.dialogue import Dialogue
from concierge.retrieval.documents import DocumentKind


def _read(document: str, dialogue_id: str) -> Dialogue:
    # Imported here: a shop without a document does not pay for each module at every start.
    from concierge.answering.dialogue_document import read_dialogue

    return read_dialogue(document, dialogue_id)


def _counts(dialogue: Dialogue) -> Mapping[str, int]:
    return {"flows": len(dialogue.flows), "small_talk": len(dialogue.small_talk)}


DIALOGUE = DocumentKind("dialogue", _read, _counts)
