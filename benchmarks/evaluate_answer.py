"""How well a shop's own questions would be answered from its own knowledge.

`python -m benchmarks.evaluate_answer --knowledge PATH --questions FILE` takes knowledge in the
formats of the inbox, a file or a folder of them, and questions as JSON Lines: `question`, and
`entry_id` of the entry that answers it, null where none does, and `language` where it is known. It
prints how often the right entry is first and among three, how well questions without an answer
are told apart, how much can be answered at a precision, and how far confidence is from the truth.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.answer_quality import Asked, Quality, ask, table
from benchmarks.bench_answer import indexed
from benchmarks.shop_files import WrongFile, read_knowledge
from concierge.language.detection import primary
from concierge.language.encoder import open_encoder
from concierge.language.identification import identify

ROOT = Path(__file__).resolve().parents[1]
FIELDS = ("question", "entry_id", "language")


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate what the command line names; 2 where a file cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--knowledge", type=Path, required=True, help="a file, or a folder of them")
    parser.add_argument("--questions", type=Path, required=True, help="JSON Lines")
    parser.add_argument("--model", type=Path, default=ROOT / ".build" / "model")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args(arguments)
    try:
        entries = read_knowledge(options.knowledge)
        questions = list(read_questions(options.questions, {entry.entry_id for entry in entries}))
    except WrongFile as wrong:
        print(f"evaluate_answer: {wrong}", file=sys.stderr)
        return 2
    encoder = open_encoder(options.model, threads=2)
    with tempfile.TemporaryDirectory() as name:
        knowledge = indexed(Path(name), entries, encoder)
        told = ask(knowledge, encoder, questions)
        calibrated = bool(knowledge.calibrations.languages)
    languages = np.array([asked.language for asked in questions])
    rows = [("all questions", Quality.of(told))]
    rows += [
        (f"in {language}", Quality.of(told.of(languages == language)))
        for language in np.unique(languages)
    ]
    print(f"{len(entries):,} entries and passages, {len(questions):,} questions")
    print(table(rows))
    if not calibrated:
        print("too few wordings to calibrate confidence on: a fixed curve was used")
    if options.json:
        record = {name: quality.to_record() for name, quality in rows}
        options.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    return 0


def read_questions(path: Path, known: set[str]) -> Iterator[Asked]:
    """Yield the questions of a file, or raise WrongFile naming the line and the field."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise WrongFile(f"{path}: {error.strerror}") from error
    if not any(line.strip() for line in lines):
        raise WrongFile(f"{path}: no question; each line is an object with question and entry_id")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _asked(line, known)
            except ValueError as error:
                raise WrongFile(f"{path}, line {number}: {error}") from error


def _asked(line: bytes, known: set[str]) -> Asked:
    """Return the question of a line, or raise ValueError saying what is wrong with it."""
    record: Any = json.loads(line)
    if not isinstance(record, Mapping):
        raise ValueError('not an object; write {"question": …, "entry_id": … or null}')
    if "entry_id" not in record:
        raise ValueError("entry_id is missing; it is null where no entry answers the question")
    question, entry_id, language = (record.get(name) for name in FIELDS)
    if not isinstance(question, str) or not question.strip():
        raise ValueError("question must be a text that is not empty")
    if entry_id is not None and entry_id not in known:
        raise ValueError(f"entry_id {entry_id!r} is not in the knowledge")
    if language is not None and not isinstance(language, str):
        raise ValueError("language must be a tag such as en or zh")
    return Asked(question, entry_id, primary(language or "") or identify(question, default="en"))


if __name__ == "__main__":
    sys.exit(main())
