"""How long an answer takes in the handler, warm, one thread, from 10,000 entries with five variants.

`python -m benchmarks.bench_answer_latency` makes the knowledge, asks in the handler, and prints median
and 99th percentile with the budget of DESIGN: in units of one short query by the float32 model in
plain onnxruntime. Time is that of the processor, which others on the machine do not lengthen; the
database is left out, whose time is its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from answer.app import make_handler
from benchmarks.measured_shop import write_knowledge
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
RUNS, WARM_UP = 300, 20
QUERY = "waterproof jacket for long walks in the rain"
# Different words each time: nothing may be remembered from one request to the next.
QUESTIONS = (
    "how long does the delivery of order {n} take",
    "what does a repair cost, I have {n} of them",
    "can I return {n} gift cards without a receipt",
    "who won the match of {n}",
)


class _Held:
    """A snapshot, or nothing, as Live offers it."""

    def __init__(self, snapshot: Any = None) -> None:
        self._snapshot = snapshot

    def get(self) -> Any:
        """Return the snapshot."""
        return self._snapshot

    def get_or_none(self) -> Any:
        """Return the snapshot."""
        return self._snapshot


class _Encoders:
    """The one encoder."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder

    def get(self, model: Any) -> Any:
        """Return it for any model."""
        del model
        return self._encoder


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
    live: Any = _Held
    any_of: Any = None
    desk = Desk(0.9, any_of, any_of, live(), live())
    knowledge = live(KnowledgeSnapshot.open(folder))
    encoders: Any = _Encoders(open_encoder(model))
    questions = MaskedQuestions(_Questions(), mask)
    answerer = Answerer(knowledge, encoders, _Conversations(), questions, desk)
    handler = make_handler(answerer, any_of, any_of)
    numbers = count()

    def ask(text: str) -> Any:
        body = json.dumps({"question": text.format(n=next(numbers)), "language": "en"})
        path = "/v1/answers"
        return handler({"httpMethod": "POST", "resource": path, "path": path, "body": body}, None)

    figures: dict[str, Any] = {text: _milliseconds(partial(ask, text)) for text in QUESTIONS}
    figures["resident_mb"] = _resident_mb()
    return figures


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _milliseconds(call: Callable[[], Any]) -> dict[str, float]:
    for _ in range(WARM_UP):
        reply = call()
    if reply["statusCode"] != 200:
        raise RuntimeError(reply["body"])
    times = []
    for _ in range(RUNS):
        started = time.process_time()
        call()
        times.append(1_000 * (time.process_time() - started))
    return {"median": float(np.median(times)), "p99": float(np.percentile(times, 99))}


def unit_ms(model: Path) -> float:
    """Return the median time to encode one short query with the float32 model."""
    encoder = open_encoder(model)
    return _milliseconds(lambda: (encoder.encode([QUERY]), {"statusCode": 200})[1])["median"]


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
    unit = float(np.mean(units))
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
