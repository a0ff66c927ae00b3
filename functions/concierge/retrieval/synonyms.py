"""Words that a shop says mean the same, found in a query by its units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from concierge.language.pieces import units_of
from concierge.retrieval.word_query import Expand, Expansion


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Who asks for one of the first texts also means the second ones.

    A group holds for queries of its language, or of all where it names none.
    """

    asked: tuple[str, ...]
    meant: tuple[str, ...]
    language: str = ""


class _Rule(NamedTuple):
    units: tuple[str, ...]
    texts: tuple[str, ...]
    language: str


class Synonyms:
    """The groups of a document."""

    def __init__(self, synonyms_id: str, groups: Sequence[SynonymGroup]) -> None:
        self.id = synonyms_id
        self.groups = tuple(groups)
        self._rules: dict[str, list[_Rule]] = {}
        for group in groups:
            for text in group.asked:
                units = tuple(units_of(text))
                meant = tuple(other for other in group.meant if tuple(units_of(other)) != units)
                rule = _Rule(units, meant, group.language)
                self._rules.setdefault(units[0], []).append(rule)

    def expander(self, language: str) -> Expand:
        """Return what expands queries of a language."""
        return partial(self._expand, language)

    def _expand(self, language: str, units: Sequence[str]) -> list[Expansion]:
        return list(self._found(language, units))

    def _found(self, language: str, units: Sequence[str]) -> Iterator[Expansion]:
        for start, unit in enumerate(units):
            for rule in self._rules.get(unit, ()):
                end = start + len(rule.units)
                if rule.language in {"", language} and tuple(units[start:end]) == rule.units:
                    yield Expansion(start, end, rule.texts)
