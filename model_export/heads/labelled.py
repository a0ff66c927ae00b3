"""A labelled file: JSON Lines or CSV with a text and its label a row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from concierge.errors import BrokenFile
from concierge.files.columns import Columns
from concierge.files.csv_rows import read_csv
from concierge.files.decoding import Decoded, Lines
from concierge.files.json_rows import read_jsonl
from concierge.files.limits import Limits
from concierge.files.rows import BadRow, Row
from model_export.errors import UnusableHead

COLUMNS = Columns(known=("text", "label"), required=("text", "label"))
FORMATS = {".jsonl": read_jsonl, ".csv": read_csv}
# Five folds, with an example of every label in each.
FEWEST_EXAMPLES = 5
# Enough of what is wrong to see what kind of mistake it is.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts and their labels, each text once; `repeated` were left out, `warnings` are for people."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    repeated: int
    warnings: tuple[str, ...]


def read_labelled(path: Path) -> Labelled:
    """Read and check a whole file, or raise UnusableHead naming its lines and fields."""
    warnings: list[str] = []
    first: dict[str, tuple[int, str, str]] = {}
    wrong: list[str] = []
    repeated = 0
    for row in _rows(path, warnings):
        problem = _problem(row)
        if problem or isinstance(row, BadRow):
            wrong.append(problem)
            continue
        text, label = row.record["text"].strip(), row.record["label"].strip()
        line, _, before = first.setdefault(_same(text), (row.line, text, label))
        repeated += line != row.line
        if before != label:
            wrong.append(
                f"line {row.line}: text: is labelled {label!r}, but {before!r} in line {line}"
            )
    _refuse(path, wrong)
    labels = tuple(label for _, _, label in first.values())
    _refuse(path, _too_few(labels))
    return Labelled(tuple(text for _, text, _ in first.values()), labels, repeated, tuple(warnings))


def _rows(path: Path, warnings: list[str]) -> Iterator[Row | BadRow]:
    reader = FORMATS.get(path.suffix)
    if reader is None:
        raise UnusableHead(f"{path.name}: give a file that ends in {' or '.join(FORMATS)}")
    limits = Limits()
    try:
        with path.open("rb") as file:
            decoded = Decoded(file, is_packed=False, limits=limits)
            yield from reader(
                Lines(decoded, limits.most_json_line), COLUMNS, limits.most_json_line, warnings
            )
    except BrokenFile as error:
        raise UnusableHead(f"{path.name}: {error}") from error
    except OSError as error:
        raise UnusableHead(f"{path} cannot be read: {error.strerror}") from error


def _problem(row: Row | BadRow) -> str:
    """Return what is wrong with a row alone, or nothing."""
    if isinstance(row, BadRow):
        return f"line {row.line}: {row.reason}"
    for field in COLUMNS.required:
        if field not in row.record:
            hints = [hint for hint in COLUMNS.warnings(row.record) if "did you mean" in hint]
            return "; ".join([f"line {row.line}: {field}: is missing", *hints])
        value = row.record[field]
        if not isinstance(value, str):
            return f"line {row.line}: {field}: is no text"
        if not value.strip():
            return f"line {row.line}: {field}: is empty"
    return ""


def _same(text: str) -> str:
    """Return what texts share that differ in capitals and spaces only."""
    return " ".join(text.split()).casefold()


def _too_few(labels: tuple[str, ...]) -> list[str]:
    counts = Counter(labels)
    if not counts:
        return ["the file has no examples"]
    if len(counts) == 1:
        return [f"all examples have the label {labels[0]!r}; a head tells at least two apart"]
    return [
        f"label {label!r} has {count} different texts; give at least {FEWEST_EXAMPLES}"
        for label, count in sorted(counts.items())
        if count < FEWEST_EXAMPLES
    ]


def _refuse(path: Path, wrong: list[str]) -> None:
    if wrong:
        more = [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
        raise UnusableHead(f"{path.name}: {'; '.join([*wrong[:SHOWN], *more])}")
