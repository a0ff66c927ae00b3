"""How long an answer takes in the handler, warm, one thread, from 10,000 entries with five variants.

`python -m benchmarks.bench_answer_latency` makes the knowledge, asks in the handler, and prints median
and 99th percentile with the budget of DESIGN: in units of one short query by the float32 model in
plain onnxruntime. The database is left out: its time is its own.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from answer.app import make_handler
from benchmarks.in_force import Held, OneEncoder
from benchmarks.lambda_runtime import Memory
from benchmarks.measured_shop import write_knowledge
from benchmarks.warm_timing import milliseconds, unit_ms
from concierge.answering.answerer import Answerer
from concierge.answering.conversation import Conversation, Turn
from concierge.answering.desk import Desk
from concierge.answering.open_questions import MaskedQuestions, OpenQuestion
from concierge.guarding.masking import mask
from concierge.language.encoder import open_encoder
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot

ROOT = Path(__file__).resolve().parents[1]
ENTRIES = 10_000
MEDIAN_UNITS, P99_UNITS = 1.5, 4.0
# Different words each time: nothing may be remembered from one request to the next.
QUESTIONS = (
    "how long does the delivery of order {n} take",
    "what does a repair cost, I have {n} of them",
    "can I return {n} gift cards without a receipt",
    "who won the match of {n}",
)


class _Conversations:
    """Implements Conversations: nobody has asked anything before."""

    def read(self, conversation_id: str) -> Conversation:
        """Return an empty conversation."""
        return Conversation(conversation_id)

    def append(self, conversation_id: str, turn: Turn, owner: str = "") -> None:
        """Take it."""

    def erase(self, conversation_id: str) -> None:
        """There is nothing to erase."""


class _Questions:
    """Implements OpenQuestions and keeps nothing."""

    def put(self, question: OpenQuestion) -> None:
        """Take it."""

    def remove(self, answer_id: str) -> None:
        """There is nothing to remove."""


def measure(folder: Path, model: Path) -> dict[str, Any]:
    """Open the knowledge, and return milliseconds by kind of question, and megabytes."""
    live: Any = Held
    any_of: Any = None
    desk = Desk(0.8, any_of, any_of, live(None), live(None))
    knowledge = live(KnowledgeSnapshot.open(folder))
    encoders: Any = OneEncoder(open_encoder(model))
    questions = MaskedQuestions(_Questions(), mask)
    answerer = Answerer(knowledge, encoders, _Conversations(), questions, desk)
    handler = make_handler(answerer, any_of, any_of)
    numbers = count()

    def ask(text: str) -> Any:
        body = json.dumps({"question": text.format(n=next(numbers)), "language": "en"})
        path = "/v1/answers"
        return handler({"httpMethod": "POST", "resource": path, "path": path, "body": body}, None)

    figures: dict[str, Any] = {text: milliseconds(partial(ask, text)) for text in QUESTIONS}
    figures["resident_mb"] = Memory.of().resident_mb
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 where the budget is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.bench_answer_latency", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / ".build/model")
    parser.add_argument("--unit-model", type=Path, default=ROOT / ".build/float32")
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args(arguments)
    if options.only:
        print(json.dumps(measure(options.only, options.model)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        write_knowledge(Path(name), open_encoder(options.model, threads=2), options.entries)
        print(f"{options.entries:,} entries written in {time.perf_counter() - started:.0f} s")
        # Before and after: on a machine that others use a unit may change meanwhile.
        units = [unit_ms(options.unit_model)]
        command = [sys.executable, "-m", "benchmarks.bench_answer_latency", "--only", name]
        ran = subprocess.run(
            [*command, "--model", str(options.model)], check=True, capture_output=True, text=True
        )
        units.append(unit_ms(options.unit_model))
    figures = json.loads(ran.stdout.splitlines()[-1])
    unit = sum(units) / len(units)
    resident = figures.pop("resident_mb")
    print(
        f"one unit: {unit:.2f} ms; budget {MEDIAN_UNITS} units, p99 {P99_UNITS}; {resident:.0f} MB"
    )
    within = True
    for question, found in figures.items():
        median, p99 = found["median"] / unit, found["p99"] / unit
        within &= median <= MEDIAN_UNITS and p99 <= P99_UNITS
        print(f"  {question:<50} median {median:5.2f} units, p99 {p99:5.2f}")
    if options.json:
        record = {"unit_ms": unit, "resident_mb": resident, "questions": figures}
        options.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
