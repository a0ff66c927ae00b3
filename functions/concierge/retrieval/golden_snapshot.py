"""The golden questions in force, each with the file that brought it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from concierge.artifacts.manifest import Manifest, describe_folder
from concierge.errors import BrokenArtifact
from concierge.shop.golden import GoldenQuestion

FILE = "golden.jsonl"

Sourced = tuple[GoldenQuestion, str]


def write_golden(folder: Path, questions: Iterable[Sourced], file: str, key: str) -> Manifest:
    """Write questions with their sources; `key` is that of the report on the file."""
    count = 0
    with (folder / FILE).open("w", encoding="utf-8") as lines:
        for question, source in questions:
            record = {**asdict(question), "source": source}
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    details = {"file": file, "report_key": key}
    return describe_folder(folder, "golden", counts={"questions": count}, details=details)


def read_golden(folder: Path) -> Iterator[Sourced]:
    """Yield the questions of a verified folder in the order of their texts, with their sources."""
    try:
        with (folder / FILE).open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                source = record.pop("source")
                yield GoldenQuestion(**record), source
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenArtifact(f"{FILE} cannot be read: {error!r}") from error
