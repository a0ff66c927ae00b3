"""The synonyms as shops write them, read and checked as a whole."""

import re
from collections.abc import Iterator

from concierge.errors import InvalidConfiguration
from concierge.language.pieces import units_of
from concierge.retrieval.synonyms import SynonymGroup, Synonyms
from concierge.shop.json_nodes import Node

FORMAT = 1
MOST_GROUPS = 5_000
MOST_WORDS = 50
LONGEST = 100

_LANGUAGE = re.compile(r"[a-z]{2,3}")


def read_synonyms(document: str, synonyms_id: str = "") -> Synonyms:
    """Return what a document says.

    Raise BrokenFile where it is no JSON, InvalidConfiguration with every mistake otherwise.
    """
    root = Node.of(document)
    found = root.fields(("format", "groups"), required=("format", "groups"))
    if "format" in found and (found["format"].value != FORMAT or found["format"].value is True):
        found["format"].wrong(f"must be {FORMAT}, the only format that this version reads")
    nodes = found["groups"].items(MOST_GROUPS) if "groups" in found else ()
    groups = [_group(node) for node in nodes]
    if root.mistakes:
        raise InvalidConfiguration(root.mistakes)
    return Synonyms(synonyms_id, groups)


def _group(node: Node) -> SynonymGroup:
    """Return a group: `words` that all mean the same, or what `from` means `to` be found."""
    found = node.fields(("language", "words", "from", "to"))
    language = _language(found["language"]) if "language" in found else ""
    one_way = "from" in found or "to" in found
    if "words" in found and not one_way:
        words = tuple(_words(found["words"], at_least=2))
        return SynonymGroup(words, words, language)
    if "words" in found or not {"from", "to"} <= found.keys():
        if isinstance(node.value, dict):
            node.wrong("needs either 'words', which all mean the same, or both 'from' and 'to'")
        return SynonymGroup((), ())
    asked, meant = (tuple(_words(found[name], at_least=1)) for name in ("from", "to"))
    return SynonymGroup(asked, meant, language)


def _words(node: Node, at_least: int) -> Iterator[str]:
    seen: dict[tuple[str, ...], str] = {}
    count = 0
    for item in node.items(MOST_WORDS):
        count += 1
        text = item.text(LONGEST)
        units = tuple(units_of(text))
        if text and not units:
            item.wrong("has neither a letter nor a digit, so that nobody can search for it")
        elif units in seen:
            item.wrong(f"is to search the same as {seen[units]}; keep one")
        elif units:
            seen[units] = item.pointer
            yield text
    if isinstance(node.value, list) and count < at_least and len(node.value) <= MOST_WORDS:
        node.wrong(f"needs at least {at_least} of them")


def _language(node: Node) -> str:
    language = node.text(LONGEST)
    if language and not _LANGUAGE.fullmatch(language):
        node.wrong("is no language; write its code, such as en or zh, or leave it out for all")
    return language
