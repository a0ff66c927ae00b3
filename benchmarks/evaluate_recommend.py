"""What Concierge's recommendations would have been worth to a shop, by the shop's own files.

`python -m benchmarks.evaluate_recommend --catalogue FILE --events FILE` takes the formats of the
inbox, learns from the past, recommends to every customer of the held-out part, and prints hit
rate, NDCG, recall, MRR, coverage and novelty: unsampled, ties counted against us.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from benchmarks.shop_files import WrongFile, describe, read_catalogue, read_events
from concierge.language.encoder import open_encoder
from concierge.training.evaluation import Evaluation, Protocol, Quality, evaluate

ROOT = Path(__file__).resolve().parents[1]
PROTOCOLS: tuple[Protocol, ...] = ("leave-one-out", "last-basket", "temporal")
HEADER = ("", "cases", "HR@10", "NDCG@10", "recall@20", "MRR", "coverage", "novelty (bits)")


def table(title: str, qualities: Mapping[str, Quality]) -> str:
    """Return the figures of each way to make lists as aligned text."""
    lines = [title, " ".join(f"{name:>14}" for name in HEADER)]
    for way, quality in qualities.items():
        figures = [f"{value:.4f}" for value in list(quality.to_record().values())[1:-1]]
        cells = [way, f"{quality.cases:,}", *figures, f"{quality.novelty_bits:.1f}"]
        lines.append(" ".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


def to_record(evaluation: Evaluation) -> dict[str, object]:
    """Return an evaluation as JSON."""
    return asdict(evaluation)


def main(arguments: list[str] | None = None) -> int:
    """Evaluate what the command line names; 2 where a file cannot be used."""
    parser = argparse.ArgumentParser(prog="benchmarks.evaluate_recommend", description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True, help="CSV or JSON Lines, or .gz")
    parser.add_argument("--events", type=Path, required=True, help="CSV or JSON Lines, or .gz")
    parser.add_argument("--protocol", choices=PROTOCOLS, default="last-basket")
    parser.add_argument("--model", type=Path, default=ROOT / ".build/model")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        log, account = read_events(options.events)
        print(describe(log, account), flush=True)
        with tempfile.TemporaryDirectory() as name:
            catalogue = read_catalogue(
                options.catalogue, Path(name), open_encoder(options.model, threads=2)
            )
            print(f"{len(catalogue):,} products; {options.protocol}", flush=True)
            evaluation = evaluate(log, catalogue, options.protocol)
    except WrongFile as wrong:
        print(f"evaluate_recommend: {wrong}", file=sys.stderr)
        return 2
    print(table("\nall items", evaluation.all_items))
    print(table("\nitems new to the customer", evaluation.new_items))
    print(f"\n{time.monotonic() - started:.0f} s; weights as a training would learn them:")
    print(", ".join(f"{name} {value:g}" for name, value in evaluation.weights.items()))
    if options.json:
        options.json.write_text(json.dumps(to_record(evaluation), indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
