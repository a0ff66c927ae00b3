"""How many follow-ups are understood: `python -m benchmarks.bench_follow_ups`.

Asks the dialogues of tests/dialogue/follow-ups.tsv of the sample shop's knowledge, by the words of
the follow-up alone, by both questions in one, and as served. The constants were chosen on the
part `dev`; `held` was written with it and looked at afterwards.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.bench_answer import ROOT, indexed
from concierge.answering.asking import Question
from concierge.answering.conversation import Conversation, Turn
from concierge.answering.deciding import decide
from concierge.answering.dialogue import DEFAULT_DIALOGUE
from concierge.answering.exchange import Exchange
from concierge.answering.finding import FOUND, Finder
from concierge.answering.knowing import known
from concierge.guarding.guard import Guard
from concierge.guarding.policy import DEFAULT_POLICY
from concierge.language.encoder import open_encoder
from concierge.retrieval.confidence import Thresholds
from concierge.shop.knowledge import Entry, EntryRemoval, parse_entry

DIALOGUES = ROOT / "tests" / "dialogue" / "follow-ups.tsv"
WAYS = ("alone", "together", "served")
NONE = "-"


@dataclass(frozen=True, slots=True)
class Case:
    """A question, one that leans on it, and the entries that answer the second, if any."""

    language: str
    before: str
    text: str
    wanted: frozenset[str]
    part: str


@dataclass(frozen=True, slots=True)
class Row:
    """How many dialogues of a part one way understands."""

    part: str
    way: str
    understood: int
    dialogues: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", type=Path, default=ROOT / ".build" / "model")
    parser.add_argument("--precision", type=float, default=0.8)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    encoder = open_encoder(options.model, threads=2)
    with tempfile.TemporaryDirectory() as folder:
        knowledge = indexed(Path(folder), _entries(), encoder)
        thresholds = knowledge.calibrations.thresholds(options.precision)
        finder = Finder(knowledge, encoder, "", 1_790_000_000.0)
        cases = _cases()
        rows = []
        for part in sorted({case.part for case in cases}):
            of_part = [case for case in cases if case.part == part]
            for way in WAYS:
                right = sum(_answered(finder, thresholds, case, way) for case in of_part)
                rows.append(Row(part, way, right, len(of_part)))
    print("part  way       understood")
    for row in rows:
        print(f"{row.part:5} {row.way:9} {row.understood:3} of {row.dialogues}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2))
    return 0


def _entries() -> list[Entry]:
    paths = sorted((ROOT / "samples" / "knowledge").glob("*.jsonl"))
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    entries = map(parse_entry, map(json.loads, lines))
    return [entry for entry in entries if not isinstance(entry, EntryRemoval)]


def _cases() -> list[Case]:
    lines = DIALOGUES.read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [
        Case(language, before, text, frozenset(wanted.split("|")), part)
        for language, before, text, wanted, part in fields
    ]


def _answered(finder: Finder, thresholds: Thresholds, case: Case, way: str) -> bool:
    """Tell whether a wanted entry is answered, or none where none is wanted."""
    first = finder.find(case.before, case.language)
    if way == "served":
        decision, _ = known(_exchange(finder, thresholds, case, first[0].row))
    else:
        text = case.text if way == "alone" else f"{case.before} {case.text}"
        decision = decide(finder.find(text, case.language, FOUND), thresholds)
    if decision.action != "answer":
        return NONE in case.wanted
    entry_id = finder.entry_at(decision.matches[0].row).entry_id
    return entry_id.partition("-")[2] in case.wanted


def _exchange(finder: Finder, thresholds: Thresholds, case: Case, row: int) -> Exchange:
    guard = Guard(DEFAULT_POLICY)
    before = Turn("a", 0.0, case.before, "answer", 1.0, finder.entry_at(row).entry_id)
    return Exchange(
        question=Question(case.text),
        verdict=guard.question(case.text, case.language),
        language=case.language,
        conversation=Conversation("c", (before,)),
        finder=finder,
        thresholds=thresholds,
        guard=guard,
        dialogue=DEFAULT_DIALOGUE,
        now=0.0,
    )


if __name__ == "__main__":
    sys.exit(main())
