"""Task files: JSON Lines, one task a file; the fields of the first row tell its kind."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from concierge.files.json_rows import parse_object
from concierge.language.detection import detect
from model_export.errors import UnusableTaskFile

Kind = Literal["retrieval", "similarity", "classification"]

FIELDS: dict[Kind, tuple[str, ...]] = {
    "retrieval": ("query", "passage"),
    "similarity": ("first", "second", "score"),
    "classification": ("text", "label"),
}
METRICS: dict[Kind, str] = {
    "retrieval": "nDCG@10",
    "similarity": "Spearman",
    "classification": "accuracy",
}
# With fewer, one row more or less outweighs any difference between two models.
FEWEST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Task:
    """One task; rows hold the fields of its kind."""

    name: str
    kind: Kind
    language: str
    rows: tuple[Mapping[str, Any], ...]

    @property
    def metric(self) -> str:
        """Return the name of the measure."""
        return METRICS[self.kind]


def read_task(path: Path) -> Task:
    """Read a whole task file, or raise UnusableTaskFile naming the file, the line and the field.

    The language is that of the name's end (`questions.zh.jsonl`), or what most of its texts are in.
    """
    rows = list(_rows(path))
    if len(rows) < FEWEST_ROWS:
        raise UnusableTaskFile(f"{path.name} has {len(rows)} rows; give at least {FEWEST_ROWS}")
    kind = _kind(path, rows[0][1])
    for line, row in rows:
        problem = _problem(row, FIELDS[kind])
        if problem:
            raise UnusableTaskFile(f"{path.name}, line {line}: {problem}")
    records = tuple(row for _, row in rows)
    _check_spread(path, kind, records)
    name, _, ending = path.stem.rpartition(".")
    named = len(ending) == 2 and bool(name)
    language = ending if named else _language(records, FIELDS[kind][0])
    return Task(path.stem, kind, language, records)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise UnusableTaskFile(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnusableTaskFile(f"{path.name} is not UTF-8: {error.reason}; save it anew") from error
    for number, line in enumerate(lines, 1):
        if line and not line.isspace():
            try:
                yield number, parse_object(line)
            except ValueError as error:
                raise UnusableTaskFile(f"{path.name}, line {number} {error}") from error


def _kind(path: Path, first: Mapping[str, Any]) -> Kind:
    for kind, fields in FIELDS.items():
        if set(fields) <= first.keys():
            return kind
    known = " or ".join(", ".join(fields) for fields in FIELDS.values())
    raise UnusableTaskFile(f"{path.name}, line 1: rows need the fields {known}")


def _problem(row: Mapping[str, Any], fields: tuple[str, ...]) -> str:
    for field in fields:
        value = row.get(field)
        if field == "score":
            if isinstance(value, bool) or not isinstance(value, int | float):
                return f"{field}: must be a number, not {value!r}"
        elif not isinstance(value, str) or not value.strip():
            return f"{field}: must be a text that is not empty"
    return ""


def _check_spread(path: Path, kind: Kind, rows: tuple[Mapping[str, Any], ...]) -> None:
    """Refuse rows that every encoder would be equally good at."""
    if kind == "retrieval" and len({row["passage"] for row in rows}) < 2:
        raise UnusableTaskFile(f"{path.name}: all rows have one passage; give several")
    if kind == "similarity" and len({row["score"] for row in rows}) < 2:
        raise UnusableTaskFile(f"{path.name}: all rows have one score; give several")
    if kind == "classification":
        counts = Counter(row["label"] for row in rows)
        single = [label for label, count in counts.items() if count == 1]
        if single:
            raise UnusableTaskFile(
                f"{path.name}: label {single[0]!r} has one row only; its nearest cannot be found"
            )
        if len(counts) == 1:
            raise UnusableTaskFile(f"{path.name}: all rows have one label; give several")


def _language(rows: tuple[Mapping[str, Any], ...], field: str) -> str:
    return Counter(detect(row[field]) for row in rows).most_common(1)[0][0]
