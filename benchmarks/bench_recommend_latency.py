"""How long a recommendation takes in the handler, warm, one thread, at three sizes of a shop.

`python -m benchmarks.bench_recommend_latency` makes a shop of each size, one whose customer did thirty
things, and prints median and 99th percentile with the budget of DESIGN: in units of one short query
by the float32 model in plain onnxruntime. The database is a dictionary: its time is its own.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.in_force import Held
from benchmarks.lambda_runtime import Memory
from benchmarks.measured_shop import CUSTOMER, customer_profile, write_shop
from benchmarks.warm_timing import milliseconds, unit_ms
from concierge.http import Handler
from concierge.recommending.exploration import Exploration
from concierge.recommending.recommender import Recommender
from concierge.recommending.steering import Merchandising
from concierge.retrieval.behaviour_snapshot import BehaviourSnapshot
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.shop.events import Event
from concierge.shop.profile import Actor, Profile
from recommend.app import make_handler

ROOT = Path(__file__).resolve().parents[1]
SIZES = (3_700, 50_000, 500_000)
BUDGET_SIZE = 50_000
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "for you": ("/v1/recommendations", {"customer_id": CUSTOMER}),
    "for you, filtered": (
        "/v1/recommendations",
        {"customer_id": CUSTOMER, "filter": {"price": {"max": 100}}},
    ),
    "stranger": ("/v1/recommendations", {}),
    "similar items": ("/v1/similar-items", {"item_ids": ["item-0000007"]}),
}


class _Profiles:
    """The one customer, and nobody else."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def get(self, actor: Actor) -> Profile:
        """Return the profile of an actor."""
        return self._profile if actor == self._profile.actor else Profile(actor)


class _Nowhere:
    """Where draws would be kept, if there were an experiment."""

    def append(self, events: Sequence[Event]) -> frozenset[int]:
        """Take them all."""
        del events
        return frozenset()


def measure(folder: Path) -> dict[str, Any]:
    """Open a shop, and return milliseconds by request, with the resident megabytes of all this."""
    handler = _handler(folder)
    figures: dict[str, Any] = {}
    for name, (path, body) in REQUESTS.items():
        event = {"httpMethod": "POST", "resource": path, "path": path, "body": json.dumps(body)}
        figures[name] = milliseconds(partial(handler, event, None))
    figures["peak_mb"] = Memory.of().peak_mb
    return figures


def _handler(folder: Path) -> Handler:
    catalogue = CatalogueSnapshot.open(folder / "catalogue")
    behaviour = BehaviourSnapshot.open(folder / "behaviour")
    profiles: Any = _Profiles(customer_profile())
    live: Any = Held
    recommender = Recommender(
        live(catalogue),
        live(behaviour),
        Merchandising(live(None)),
        profiles,
        Exploration(_Nowhere),
    )
    return make_handler(recommender)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; `--only` measures one shop that lies in a folder, in a process of its own."""
    parser = argparse.ArgumentParser(prog="benchmarks.bench_recommend_latency", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / ".build/model")
    parser.add_argument("--unit-model", type=Path, default=ROOT / ".build/float32")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args(arguments)
    if options.only:
        print(json.dumps(measure(options.only)))
        return 0
    unit = unit_ms(options.unit_model)
    print(f"one unit: {unit:.2f} ms; budget: 1 unit (p99: 3) up to {BUDGET_SIZE:,}, twice beyond")
    results: dict[str, Any] = {"unit_ms": unit}
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            write_shop(Path(name), options.model, size)
            command = [sys.executable, "-m", "benchmarks.bench_recommend_latency", "--only", name]
            ran = subprocess.run(command, check=True, capture_output=True, text=True)
        results[str(size)] = figures = json.loads(ran.stdout.splitlines()[-1])
        budget = unit if size <= BUDGET_SIZE else 2 * unit
        print(f"{size:>9,} products, {figures.pop('peak_mb'):.0f} MB peak")
        for request, found in figures.items():
            median, p99 = found["median"], found["p99"]
            print(
                f"  {request:<20} median {median:6.2f} ms = {median / budget:.2f} of the budget, "
                f"p99 {p99:6.2f} ms = {p99 / (3 * budget):.2f}",
                flush=True,
            )
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
