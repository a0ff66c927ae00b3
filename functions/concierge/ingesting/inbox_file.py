"""What the key of a file in the inbox says: its kind, its name, its format."""

import re
from dataclasses import dataclass
from typing import Literal, Self

from concierge.errors import BrokenFile

Format = Literal["csv", "jsonl", "markdown", "json"]

PREFIX = "inbox/"
# Each of these is one document, which a file replaces whole.
DOCUMENTS = ("configuration", "guardrails", "dialogue", "synonyms")
KINDS = ("catalogue", "knowledge", "events", "golden", *DOCUMENTS)
EXTENSIONS: dict[str, Format] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
    ".json": "json",
}
SUPPORTED = "use .csv, .jsonl or .ndjson, each also with .gz (and .md for knowledge, .json for a configuration, guardrails, a dialogue or synonyms)"
# A day, or a day and a time, at the end of a name: shoes-2026-11-23, shoes_20261123T0930Z.
_DATE = re.compile(r"[-_. ]*\d{4}-?\d\d-?\d\d(?:[-_T. ]?\d\d[-:.]?\d\d(?:[-:.]?\d\d)?Z?)?$")


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One file of the inbox.

    `source` is the name without its endings and date: a full file replaces what came from its
    source, and so does the export of the next day.
    """

    key: str
    kind: str
    name: str
    source: str
    format: Format
    is_packed: bool
    is_delta: bool

    @classmethod
    def of(cls, key: str) -> Self:
        """Read a key such as `inbox/catalogue/shoes.delta.csv.gz`, or raise BrokenFile."""
        kind, _, name = key.removeprefix(PREFIX).partition("/")
        if kind not in KINDS or not name:
            raise BrokenFile(f"no such inbox: put files under {_choices()}")
        rest, is_packed = _without(name, ".gz")
        extension = next((end for end in EXTENSIONS if rest.lower().endswith(end)), "")
        if not extension:
            raise BrokenFile(f"the extension is not known; {SUPPORTED}")
        file_format = EXTENSIONS[extension]
        if file_format == "markdown" and kind != "knowledge":
            raise BrokenFile(f"Markdown belongs under inbox/knowledge/, not {kind}; {SUPPORTED}")
        if (file_format == "json") != (kind in DOCUMENTS):
            raise BrokenFile(
                f"a .json file is one of {', '.join(DOCUMENTS)}, and no other kind; {SUPPORTED}"
            )
        source, is_delta = _without(rest[: -len(extension)], ".delta")
        if is_delta and (kind == "events" or file_format in {"markdown", "json"}):
            raise BrokenFile(
                "a .delta changes rows of a catalogue, of knowledge or of golden questions; "
                "events always add, and a document always replaces itself"
            )
        source = _DATE.sub("", source) or "export"
        # A document and a list of questions may share their name without replacing each other.
        source += ".md" if file_format == "markdown" else ""
        return cls(key, kind, name, source, file_format, is_packed, is_delta)


def report_key(key: str) -> str:
    """Return where the outcome of a file is told."""
    return f"reports/{key.removeprefix(PREFIX)}.json"


def quarantine_key(key: str) -> str:
    """Return where the rows of a file go that could not be taken."""
    return f"quarantine/{key.removeprefix(PREFIX)}.jsonl"


def _without(name: str, ending: str) -> tuple[str, bool]:
    found = name.lower().endswith(ending)
    return (name[: -len(ending)] if found else name), found


def _choices() -> str:
    return ", ".join(f"{PREFIX}{kind}/" for kind in KINDS)
