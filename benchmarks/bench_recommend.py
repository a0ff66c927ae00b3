"""Recommendations beside classic recommenders, on the same held-out baskets, in one run.

`python -m benchmarks.bench_recommend FOLDER` takes the folder with the UCI "Online Retail" file. The
last basket of each customer is held out; each rival is tuned on the basket before it, by all
items and by new items separately, and then learns from everything but the last basket, as ours does.
Every product competes, ties count against us. Further, strangers are met after one click.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.evaluate_recommend import table, to_record
from benchmarks.online_retail import WrongSource, convert
from benchmarks.rivals import Rival, matrix_of, rivals
from benchmarks.shop_files import read_catalogue, read_events
from concierge.language.encoder import open_encoder
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.training.evaluation import Tally, evaluate, first_clicks, next_after_a_click
from concierge.training.event_log import Events
from concierge.training.held_out import KnownProducts, last_visits
from concierge.training.visits import by_actor

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ("cosine", "BM25", "ALS", "BPR")
WANTED, WANTED_ONE_CLICK = 1.15, 3.0


@dataclass(frozen=True, slots=True)
class Held:
    """A log without each customer's last visit, as numbers, and what the visit had.

    `customers` are the rows of `counts` that are asked for, `taken` and `owned` the products of each.
    """

    past: Events
    counts: Any
    customers: NDArray[np.intp]
    taken: list[frozenset[int]]
    owned: list[frozenset[int]]


def hold_out(log: Events, catalogue: CatalogueSnapshot) -> Held:
    """Hold out each customer's last visit."""
    events = by_actor(log)
    split = last_visits(log, catalogue, len(log))
    past = by_actor(split.past)
    products = KnownProducts(catalogue)
    known = np.isin(past["item"], catalogue.identifiers[0])
    actors, numbers = np.unique(past["actor"][known], return_inverse=True)
    rows = np.array([products.row(item) for item in past["item"][known].tolist()], np.intp)
    counts = matrix_of(numbers, rows, (len(actors), len(catalogue)))
    gone = events[~np.isin(events["event"], split.past["event"])]
    customers, taken = [], []
    for at, actor in enumerate(actors):
        begin, end = np.searchsorted(gone["actor"], [actor, actor + np.uint64(1)])
        rows_of = map(products.row, gone["item"][begin:end].tolist())
        if found := frozenset(row for row in rows_of if row is not None):
            customers.append(at)
            taken.append(found)
    owned = [frozenset(counts[at].indices.tolist()) for at in customers]
    return Held(split.past, counts, np.array(customers, np.intp), taken, owned)


def ndcg(
    held: Held, scores: NDArray[np.float32], catalogue: CatalogueSnapshot
) -> tuple[float, float]:
    """Return NDCG@10 of all items and of those new to the customer."""
    tallies = Tally(catalogue), Tally(catalogue)
    rows = np.arange(len(catalogue))
    for own, taken, owned in zip(scores, held.taken, held.owned, strict=True):
        tallies[0].add(rows, own, taken)
        unknown = np.ones(len(rows), np.bool_)
        unknown[list(owned)] = False
        tallies[1].add(rows[unknown], own[unknown], taken - owned)
    return tallies[0].quality().ndcg_10, tallies[1].quality().ndcg_10


def tuned(
    held: Held, earlier: Held, catalogue: CatalogueSnapshot
) -> Iterator[tuple[str, str, Rival, float, float]]:
    """Yield, of each family, the best setting by all items and by new ones, with its figures."""
    tried = []
    for rival in rivals():
        found = ndcg(earlier, rival.scores(earlier.counts, earlier.customers), catalogue)
        print(
            f"  tuning {rival.family:<7} {rival.setting:<32} {found[0]:.4f} {found[1]:.4f}",
            flush=True,
        )
        tried.append((rival, found))
    for family in dict.fromkeys(rival.family for rival, _ in tried):
        of_family = [each for each in tried if each[0].family == family]
        for at, by in enumerate(("all", "new")):
            best = max(of_family, key=lambda each: each[1][at])[0]
            yield family, by, best, *ndcg(held, best.scores(held.counts, held.customers), catalogue)


def compare(log: Events, catalogue: CatalogueSnapshot) -> dict[str, Any]:
    """Run everything, print it, and return the figures."""
    held = hold_out(log, catalogue)
    earlier = hold_out(held.past, catalogue)
    print(
        f"{len(held.customers):,} customers with a last basket; {len(earlier.customers):,} for tuning"
    )
    found: dict[str, dict[str, float]] = {"all": {}, "new": {}}
    print(f"\n{'':<8} {'tuned by':<9} {'setting':<32} {'all':>8} {'new':>8}")
    for family, by, rival, of_all, of_new in tuned(held, earlier, catalogue):
        print(f"{family:<8} {by:<9} {rival.setting:<32} {of_all:>8.4f} {of_new:>8.4f}", flush=True)
        found[by][family] = of_all if by == "all" else of_new
    ours = evaluate(log, catalogue, "last-basket")
    print(table("\nours, all items", ours.all_items))
    print(table("\nours, items new to the customer", ours.new_items))
    one_click = next_after_a_click(log, catalogue)
    print(table("\nafter one click of somebody unknown, the next item", one_click))
    rest = first_clicks(log, catalogue)
    print(table("\nafter one click of somebody unknown, the rest of the visit", rest))
    mine = ours.all_items["product"].ndcg_10, ours.new_items["product"].ndcg_10
    best = tuple(max(found[by][name] for name in LIBRARY) for by in ("all", "new"))
    clicked = one_click["product"].ndcg_10 / one_click["popularity"].ndcg_10
    rested = rest["product"].ndcg_10 / rest["popularity"].ndcg_10
    print(f"\nall items: {mine[0]:.4f} = {mine[0] / best[0]:.2f} times the best of implicit")
    print(
        f"new items: {mine[1]:.4f} = {mine[1] / best[1]:.2f} times the best of implicit, "
        f"{mine[1] / found['new']['EASE']:.2f} times EASE"
    )
    print(f"one click: {clicked:.2f} times popularity for the next item, {rested:.2f} for the rest")
    met = {
        "all_items": mine[0] >= WANTED * best[0],
        "new_items": mine[1] >= WANTED * best[1] and mine[1] >= found["new"]["EASE"],
        "one_click": clicked >= WANTED_ONE_CLICK,
    }
    return {
        "rivals": found,
        "ours": to_record(ours),
        "one_click": {way: quality.to_record() for way, quality in one_click.items()},
        "one_click_rest": {way: quality.to_record() for way, quality in rest.items()},
        "met": met,
    }


def main(arguments: list[str] | None = None) -> int:
    """Compare on the folder that the command line names; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.bench_recommend", description=__doc__)
    parser.add_argument("folder", type=Path, help="with online_retail.csv.gz")
    parser.add_argument("--model", type=Path, default=ROOT / ".build/model")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        shop = Path(name)
        for kind in ("catalogue", "events", "snapshot"):
            (shop / kind).mkdir()
        try:
            convert(options.folder, shop)
        except WrongSource as wrong:
            print(f"bench_recommend: {wrong}", file=sys.stderr)
            return 2
        log, _ = read_events(shop / "events/online-retail.jsonl.gz")
        encoder = open_encoder(options.model, threads=2)
        source = shop / "catalogue/online-retail.csv.gz"
        figures = compare(log, read_catalogue(source, shop / "snapshot", encoder))
    print(f"{time.monotonic() - started:.0f} s; met: {figures['met']}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0 if all(figures["met"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
