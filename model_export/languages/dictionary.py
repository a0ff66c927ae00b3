"""A dictionary in the format of CC-CEDICT: words, their other form, how they are read, what they mean.

One entry a line, `other headword [reading] /meaning/another meaning/`, and lines that begin with #
are comments (https://cc-cedict.org/wiki/format:syntax). A language with one script repeats the word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model_export.errors import UnusableLexicon
from model_export.languages.text_lines import text_lines

_ENTRY = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.+)/\s*")
# A line or two of noise is a slip of an editor; more is a file of another kind.
MOST_BROKEN = 0.01
SHOWN = 3

_REMARK = re.compile(r"\([^()]*\)")
_REFERENCE = re.compile(r"\S*\[[^\]]*\]")
# A reference names a word in the dictionary's own script: “see you tomorrow” is none.
_SAYS_NO_MEANING = re.compile(
    r"(CL:|surname |used in |also written|also pr\.|Taiwan pr\.|to be distinguished|"
    r"(\w+ )?variant of |see (also )?[^\x00-\x7f])"
)
_SHORT_FOR = re.compile(r"\babbr\. (for|of|to)\b")
_SOMEBODY = ((re.compile(r"\bsb\b"), "somebody"), (re.compile(r"\bsth\b"), "something"))
_SAME_AS = re.compile(r"(?:old |archaic |Japanese )?variant of (?:\S\|)?(\S)(?:\[|$)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word, its other form (traditional), its reading, and its meanings in the encoder's words."""

    headword: str
    other: str
    reading: str
    meanings: tuple[str, ...]
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All entries that could be read; `warnings` tell of lines that could not."""

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...]


def read_dictionary(path: Path) -> Dictionary:
    """Read a dictionary, or raise UnusableLexicon where it is of another kind."""
    entries: list[Entry] = []
    broken: list[int] = []
    for number, line in text_lines(path, UnusableLexicon):
        if line.startswith("#"):
            continue
        entry = _entry(line)
        if entry:
            entries.append(entry)
        else:
            broken.append(number)
    shown = ", ".join(map(str, broken[:SHOWN])) + (", …" if len(broken) > SHOWN else "")
    problem = (
        f"{path.name}: {len(broken):,} of {len(entries) + len(broken):,} lines are not "
        f"“other headword [reading] /meaning/”: line {shown}"
    )
    if not entries or len(broken) > MOST_BROKEN * len(entries):
        raise UnusableLexicon(problem if broken else f"{path.name} has no entries")
    return Dictionary(tuple(entries), (problem,) if broken else ())


def _entry(line: str) -> Entry | None:
    match = _ENTRY.fullmatch(line)
    if not match:
        return None
    other, headword, reading, meanings = match.groups()
    stated = meanings.split("/")
    same_as = next((found[1] for found in map(_SAME_AS.match, stated) if found), "")
    return Entry(headword, other, reading, tuple(dict.fromkeys(_plain(stated))), same_as)


def _plain(meanings: list[str]) -> Iterator[str]:
    """Yield meanings as somebody would say them: without remarks, references and short forms."""
    for meaning in (part.strip() for whole in meanings for part in whole.split(";")):
        if _SAYS_NO_MEANING.match(meaning):
            continue
        text = _SHORT_FOR.sub(" ", _REFERENCE.sub(" ", _REMARK.sub(" ", meaning)))
        for short, long in _SOMEBODY:
            text = short.sub(long, text)
        text = " ".join(text.split()).strip(" ,;:.")
        if any(letter.isalpha() for letter in text) and _is_latin(text):
            yield text


def _is_latin(text: str) -> bool:
    """Whether a meaning has no word of the dictionary's own script left in it."""
    return all(ord(letter) < 0x2E80 for letter in text)
