"""Which columns a kind of file has, and what its writer may have meant by others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from concierge.errors import BrokenFile

DELETED = "deleted"
# A JSON Lines file may invent a field a line; so many are enough to see the mistake.
MOST_UNKNOWN = 20


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind; the first required one is the id."""

    known: tuple[str, ...]
    required: tuple[str, ...]

    def check_header(self, header: Sequence[str]) -> None:
        """Raise BrokenFile where a header cannot be used."""
        for number, name in enumerate(header, 1):
            if not name:
                raise BrokenFile(f"line 1: column {number} has no name; name it or remove it")
            if header.index(name) != number - 1:
                raise BrokenFile(f"line 1: two columns are called {name!r}; rename one")
        # A file that only removes rows needs to name them, and nothing else.
        required = self.required[:1] if DELETED in header else self.required
        missing = [name for name in required if name not in header]
        if missing:
            raise BrokenFile(f"line 1: {self._missing(missing, header)}")

    def warnings(self, names: Iterable[str]) -> list[str]:
        """Say which names are not known, and what may be meant."""
        unknown = sorted(set(names) - set(self.known))
        texts = [
            f"unknown column {name[:80]!r} was ignored{self._suggestion(name)}"
            for name in unknown[:MOST_UNKNOWN]
        ]
        if len(unknown) > MOST_UNKNOWN:
            texts.append("more unknown columns were ignored")
        return texts

    def _missing(self, missing: Sequence[str], header: Sequence[str]) -> str:
        if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
            return "the columns are not separated by commas; save the file as CSV with commas"
        names = ", ".join(missing)
        unknown = [name for name in header if name not in self.known]
        alike = [
            f"{name!r} is perhaps meant as {meant!r}"
            for name in unknown
            if (meant := closest(name, missing))
        ]
        return f"required columns are missing: {names}" + "".join(f"; {text}" for text in alike)

    def _suggestion(self, name: str) -> str:
        meant = closest(name, self.known)
        return f"; did you mean {meant!r}?" if meant else ""


def closest(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that is most like this one, or None where none is."""
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")[:80]
    return next(iter(get_close_matches(plain, known, n=1, cutoff=0.7)), None)
