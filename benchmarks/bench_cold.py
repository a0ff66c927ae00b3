"""How long a customer waits for a function that was not running: `python -m benchmarks.bench_cold`.

Each function starts in the real Lambda runtime client from the pruned layer, beside the least
that any function with an encoder must do (bare_floor) and the usual way (usual_way). All take
turns, so that a slow minute of the machine is shared, and medians are compared.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cold_cases import ASKED, ROOT, Case, api_event, forget, functions, usual_way
from benchmarks.cold_report import Start, header, print_report, summarise
from benchmarks.emulated_aws import EmulatedAws
from benchmarks.lambda_runtime import HandlerFailed, LambdaRuntime
from benchmarks.measured_shop import environment, publish_shop, remember_customer

BUILD = ROOT / ".build"


@dataclass(slots=True)
class Measurements:
    """Everything that was timed, by name, in the order of the starts."""

    floor_s: list[float] = field(default_factory=list)
    starts: dict[str, list[Start]] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the JSON."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        objects, vectors = scratch / "objects", scratch / "vectors.npy"
        _say(f"publishing a shop of {options.products:,} products")
        shop = publish_shop(objects, options.model, options.products)
        np.save(vectors, shop.vectors)
        usual = usual_way(options.baseline_python, vectors)
        with EmulatedAws(options.baseline_python, objects) as aws:
            remember_customer(aws.dynamodb)
            cases = functions(
                options.functions, options.layer, scratch, environment(aws.s3, aws.dynamodb)
            )
            measured = _measure(options, cases, usual, aws)
    report = summarise(measured.floor_s, measured.starts, usual.name)
    head = header(options.layer, shop.products, shop.entries, options.starts)
    head["disk"] = "cold" if options.cold_disk else "warm"
    print_report(head, report)
    if options.json:
        options.json.write_text(json.dumps({**head, **report}, indent=2) + "\n", encoding="utf-8")
    return 0


def _measure(
    options: argparse.Namespace, cases: Sequence[Case], usual: Case, aws: EmulatedAws
) -> Measurements:
    measured = Measurements()
    for turn in range(options.starts + 1):  # the first only warms the disk's cache
        _say(f"start {turn} of {options.starts}" if turn else "one start of each, not counted")
        floor_s = _floor(options)
        compared = 0 < options.baseline_starts >= turn
        turns = [*cases, usual] if compared else list(cases)
        starts = {}
        for case in turns:
            if options.cold_disk:
                forget(case.packages)
            starts[case.name] = _start(case, aws, options.warm if turn else 1)
        if turn:
            measured.floor_s.append(floor_s)
            for name, start in starts.items():
                measured.starts.setdefault(name, []).append(start)
    return measured


def _start(case: Case, aws: EmulatedAws, warm: int) -> Start:
    """Start a function in a fresh process with an empty /tmp, and ask it again and again."""
    aws.spent()
    with tempfile.TemporaryDirectory() as own_tmp:
        env = {**case.environment, "TMPDIR": own_tmp}
        with LambdaRuntime(
            case.handler, case.task_root, python=case.python, environment=env
        ) as runtime:
            waited_init = aws.spent()
            events = [api_event(case.path, body) for body in case.bodies]
            first = runtime.invoke(events[0])
            waited_first = aws.spent()
            _check(case, first.payload)
            answers = [runtime.invoke(events[n % len(events)]) for n in range(warm)]
            _check(case, answers[-1].payload)
            return Start(
                init_s=runtime.init_s,
                first_s=first.seconds,
                waited_init=waited_init,
                waited_first=waited_first,
                warm_s=[answer.seconds for answer in answers],
                waited_warm=aws.spent(),
                memory=runtime.memory(),
            )


def _check(case: Case, reply: Any) -> None:
    """Refuse to time an error, or an answer that went without the encoder."""
    body = json.loads(reply["body"])
    if reply["statusCode"] != 200 or body.get("degraded"):
        raise HandlerFailed(f"{case.name} answered {reply['statusCode']}: {reply['body'][:1000]}")


def _floor(options: argparse.Namespace) -> float:
    if options.cold_disk:
        forget(options.layer)
        forget(options.model)
    started = time.perf_counter()
    script = ROOT / "benchmarks" / "bare_floor.py"
    subprocess.run(
        [sys.executable, "-S", str(script), str(options.model)],
        env={"PYTHONPATH": str(options.layer), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=500)
    parser.add_argument("--starts", type=int, default=7, help="of each function")
    parser.add_argument("--baseline-starts", type=int, default=3, help="they take ten seconds each")
    parser.add_argument("--warm", type=int, default=200, help="invocations after the first")
    parser.add_argument("--functions", nargs="*", choices=ASKED, default=list(ASKED))
    parser.add_argument("--layer", type=_folder, default=BUILD / "layer" / "python")
    parser.add_argument("--model", type=_folder, default=BUILD / "model")
    parser.add_argument(
        "--baseline-python", type=Path, default=BUILD / "venv-baseline" / "bin" / "python"
    )
    parser.add_argument(
        "--cold-disk", action="store_true", help="start without anything in the disk's cache"
    )
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    return parser.parse_args(arguments)


def _folder(text: str) -> Path:
    return Path(text).resolve()  # the functions run elsewhere


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
