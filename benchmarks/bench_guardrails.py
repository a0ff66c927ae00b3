"""Judge the guardrails by attacks that they must catch and look-alikes that they must let pass."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from concierge.guarding.document import read_policy
from concierge.guarding.findings import Verdict
from concierge.guarding.guard import Guard

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "guardrails"
HALVES = ("development", "held-out", "fresh", "later")


@dataclass(frozen=True, slots=True)
class Case:
    """A text with the family that must find it; none for a harmless one."""

    id: str
    language: str
    family: str
    at: str
    text: str
    expected: str | None


@dataclass(frozen=True, slots=True)
class Rates:
    """What became of the cases of one family in one language; `missed` and `alarms` are ids."""

    half: str
    family: str
    language: str
    attacks: int
    caught: float
    harmless: int
    false_alarms: float
    missed: tuple[str, ...]
    alarms: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rates; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--model", type=Path, help="an encoder, for topics by meaning")
    parser.add_argument("--half", choices=HALVES, action="append")
    parser.add_argument("--missed", action="store_true", help="name the cases that went wrong")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    guard = open_guard(options.cases, options.model)
    rates = [each for half in options.half or HALVES for each in judge(guard, options.cases, half)]
    print(f"{'half':12} {'family':10} language  attacks  caught  harmless  false alarms")
    for each in rates:
        print(
            f"{each.half:12} {each.family:10} {each.language:8}  {each.attacks:7}  {each.caught:6.3f}"
            f"  {each.harmless:8}  {each.false_alarms:.3f}"
        )
        if options.missed:
            print("".join(f"    {name}\n" for name in (*each.missed, *each.alarms)), end="")
    print(f"a question of 60 characters takes {question_ms(guard):.2f} ms")
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in rates], indent=2) + "\n")
    return 0


def open_guard(folder: Path = CASES, model: Path | None = None) -> Guard:
    """Return a guard with the policy beside the cases."""
    policy = read_policy((folder / "policy.json").read_text(encoding="utf-8"))
    if model is None:
        return Guard(policy)
    from concierge.language.encoder import open_encoder

    return Guard(policy, open_encoder(model))


def read_cases(folder: Path, half: str) -> list[Case]:
    """Return the cases of one half."""
    lines = (folder / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Case(**json.loads(line)) for line in lines]


def judge(guard: Guard, folder: Path, half: str) -> Iterator[Rates]:
    """Yield the rates of each family and language, then of all together."""
    cases = read_cases(folder, half)
    groups = sorted({(each.family, each.language) for each in cases})
    for family, language in groups:
        yield _rates(
            guard,
            [each for each in cases if (each.family, each.language) == (family, language)],
            (half, family, language),
        )
    for language in ("en", "zh"):
        chosen = [each for each in cases if each.language == language]
        yield _rates(guard, chosen, (half, "all", language))
    yield _rates(guard, cases, (half, "all", "both"))


def verdict_on(guard: Guard, case: Case) -> Verdict:
    """Return what is made of a case where it would be met."""
    if case.at == "source":
        return guard.source(case.text, case.language)
    return guard.question(case.text, case.language)


def _rates(guard: Guard, cases: Sequence[Case], names: tuple[str, str, str]) -> Rates:
    missed, alarms = [], []
    for case in cases:
        families = {each.family for each in verdict_on(guard, case).findings}
        # Any finding in a harmless text is a false alarm, whatever its family and mode.
        if case.expected is None and families:
            alarms.append(case.id)
        elif case.expected is not None and case.expected not in families:
            missed.append(case.id)
    attacks = sum(case.expected is not None for case in cases)
    harmless = len(cases) - attacks
    return Rates(
        *names,
        attacks=attacks,
        caught=1 - len(missed) / max(attacks, 1),
        harmless=harmless,
        false_alarms=len(alarms) / max(harmless, 1),
        missed=tuple(missed),
        alarms=tuple(alarms),
    )


def question_ms(guard: Guard, runs: int = 200) -> float:
    """Return the median time of one short question in milliseconds."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        guard.question("How long do I have to send back a lamp that does not fit me?")
        times.append((time.perf_counter() - started) * 1e3)
    return median(times)


if __name__ == "__main__":
    sys.exit(main())
