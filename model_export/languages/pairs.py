"""Pairs of sentences that translate each other, one a line, in either direction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from model_export.errors import UnusablePairs
from model_export.languages.script import Script
from model_export.languages.text_lines import text_lines

# Of a file with more lines that are no pairs than this, something else is wrong.
MOST_USELESS = 0.2
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence in the encoder's language and its translation into the added one.

    `credit` names who wrote them, where the file says so.
    """

    known: str
    added: str
    credit: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs to learn from; what was left out is counted."""

    pairs: tuple[Pair, ...]
    swapped: int = 0
    useless: int = 0
    held_out: int = 0


def read_pairs(path: Path, script: Script) -> Pairs:
    """Read two columns divided by a tab, and a credit in a third, or raise UnusablePairs.

    Which column is in the added language is told by its script, line by line. A pair that is not
    translated is left out; a file full of them is refused.
    """
    pairs: list[Pair] = []
    useless: list[int] = []
    swapped = 0
    for number, line in text_lines(path, UnusablePairs):
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) < 2:
            raise UnusablePairs(
                f"{path.name}, line {number}: there is no tab; give a sentence, a tab and its "
                "translation"
            )
        first, second = (script.has_letters(column) for column in columns[:2])
        if first == second or not all(columns[:2]):
            useless.append(number)
            continue
        swapped += first
        known, added = columns[:2] if second else columns[1::-1]
        pairs.append(Pair(known, added, columns[2] if len(columns) > 2 else ""))
    total = len(pairs) + len(useless)
    if not pairs or len(useless) > MOST_USELESS * total:
        shown = ", ".join(map(str, useless[:SHOWN]))
        raise UnusablePairs(
            f"{path.name}: {len(useless):,} of {total:,} lines are no translations, since both "
            f"sides or neither are in the added language's script: line {shown or 1}"
        )
    return Pairs(tuple(pairs), swapped, len(useless))


def without(found: Pairs, held_out: Iterable[str], script: Script) -> Pairs:
    """Leave out each pair with a side that is one of the held-out sentences, however it is written."""
    hidden = {_bare(sentence, script) for sentence in held_out} - {""}
    kept = [
        pair
        for pair in found.pairs
        if _bare(pair.known, script) not in hidden and _bare(pair.added, script) not in hidden
    ]
    return replace(found, pairs=tuple(kept), held_out=len(found.pairs) - len(kept))


def joined(files: Sequence[Pairs]) -> Pairs:
    """Put the pairs of several files together, each pair once."""
    return Pairs(
        tuple(dict.fromkeys(pair for file in files for pair in file.pairs)),
        sum(file.swapped for file in files),
        sum(file.useless for file in files),
        sum(file.held_out for file in files),
    )


def _bare(sentence: str, script: Script) -> str:
    """Return the letters and digits of a sentence, so that signs and case hide nothing."""
    return "".join(letter for letter in script.fold(sentence).casefold() if letter.isalnum())
