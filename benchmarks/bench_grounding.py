"""How much of what no passage says is caught, and how much of what one says is refused.

`python -m benchmarks.bench_grounding` plants numbers, names, dates, negations and opposites into
the sample shop's answers, and reads honest wordings and the answers themselves; it prints both
rates for each language.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.honest import HONEST
from benchmarks.planted import answers, cited, planted_cases, questions
from concierge.answering.grounding.checking import Grounding
from concierge.language.encoder import OnnxEncoder, open_encoder

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Case:
    """A text that cites entries, and the family that it is counted in."""

    language: str
    family: str
    entries: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how many of the cases of a family were refused."""

    language: str
    family: str
    cases: int
    refused: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", type=Path, default=ROOT / ".build" / "model")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--show", action="store_true", help="print each surprise")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    rows = _measure(open_encoder(options.model, threads=1), options.seeds, show=options.show)
    print("language  family                   cases  refused  share")
    for row in rows:
        share = row.refused / row.cases
        print(f"{row.language:8}  {row.family:23}  {row.cases:5}  {row.refused:7}  {share:5.3f}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2))
    return 0


def _measure(encoder: OnnxEncoder, seeds: int, *, show: bool) -> list[Row]:
    stored = {entry_id: answer for _, entry_id, answer in answers()}
    titles = questions()
    grounds: dict[tuple[str, ...], Grounding] = {}
    cases: Counter[tuple[str, str]] = Counter()
    refused: Counter[tuple[str, str]] = Counter()
    for case in _cases(stored, seeds):
        entries = case.entries
        if entries not in grounds:
            passages = [stored[entry] for entry in entries]
            grounds[entries] = Grounding(passages, encoder, [titles[entry] for entry in entries])
        refusals, _ = grounds[entries].check(case.text)
        cases[case.language, case.family] += 1
        refused[case.language, case.family] += bool(refusals)
        if show and bool(refusals) is case.family.startswith("honest"):
            print(case, [(each.rule, each.detail) for each in refusals])
    return [Row(*key, count, refused[key]) for key, count in sorted(cases.items())]


def _cases(stored: Mapping[str, str], seeds: int) -> Iterator[Case]:
    """Yield the stored answers, honest wordings, answers of other entries, and planted claims."""
    ids = [(language, entry_id) for language, entry_id, _ in answers()]
    for place, (language, entry_id) in enumerate(ids):
        yield Case(language, "honest: as stored", (entry_id,), cited(stored[entry_id]))
        other = ids[(place + 7) % len(ids)][1]
        if other[:2] == language:
            yield Case(language, "of another entry", (entry_id,), cited(stored[other]))
    for language, wordings in HONEST.items():
        for entries, text in wordings:
            yield Case(language, "honest: in other words", entries, text)
    for seed in range(seeds):
        for case in planted_cases(seed):
            yield Case(case.language, f"planted {case.family}", (case.entry_id,), case.text)


if __name__ == "__main__":
    sys.exit(main())
