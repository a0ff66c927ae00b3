"""How long a completion takes in the handler, warm, one thread, against bisection alone.

`python -m benchmarks.bench_suggest` makes a shop of each size, whose titles are as different as
those of a real one, and prints milliseconds. Bisection is what finding the beginning of a prefix in
a sorted list of the same entries costs, with nothing ranked, read or sent. The budget is 2 ms at
50,000 products.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.in_force import Held
from concierge.http import Handler
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot, CatalogueWriter
from concierge.retrieval.suggestions import Suggestions
from concierge.searching.aids import Aids
from concierge.searching.searcher import Searcher
from concierge.shop.catalogue import Product
from search.app import make_handler

SIZES = (3_700, 50_000, 500_000)
BUDGET_SIZE, BUDGET_MS = 50_000, 2.0
WARM_UP, TIMES = 50, 1_000
SEED = 20241125
SYLLABLES = [consonant + vowel for consonant in "bdfklmnprst" for vowel in "aeiou"]
HAN = "红蓝白黑大小长短新旧木铁布棉纸瓷茶水杯灯桌椅包鞋衣帽书笔"


class Shop:
    """Titles of five words out of many, some of them much more frequent than others."""

    def __init__(self, size: int) -> None:
        self._chance = random.Random(SEED)  # noqa: S311 - nothing is secret here
        self._words = [self._word() for _ in range(max(200, size // 25))]
        self._weights = [1 / rank for rank in range(1, len(self._words) + 1)]
        self._size = size

    def products(self) -> "list[Product]":
        """Return the products, every tenth of them in Chinese."""
        return [self._product(number) for number in range(self._size)]

    def typed(self, titles: Sequence[str]) -> dict[str, list[str]]:
        """Return beginnings of words of titles by what they are like."""
        words = [title.split()[0] for title in titles if title.isascii()]
        long = [word for word in words if len(word) > 5]
        return {
            "one letter": [word[:1] for word in words],
            "three letters": [word[:3] for word in words],
            "two words": [
                title[: len(title.split()[0]) + 3] for title in titles if title.isascii()
            ],
            "Chinese": [title[:2] for title in titles if not title.isascii()],
            "a mistake": [f"{word[:2]}{word[3]}{word[2]}{word[4:6]}" for word in long],
            "nothing": [f"{word[:4]}qq{word[4:]}" for word in words],
        }

    def _product(self, number: int) -> Product:
        if number % 10 == 0:
            title = "".join(self._chance.choices(HAN, k=8))
        else:
            title = " ".join(self._chance.choices(self._words, self._weights, k=5))
        return Product(
            item_id=f"p{number:07}",
            title=title,
            brand=f"Brand {number % 997}",
            category=("All", f"Group {number % 40}", f"Kind {number % 400}"),
        )

    def _word(self) -> str:
        return "".join(self._chance.choices(SYLLABLES, k=self._chance.randint(2, 5)))


class RandomPopularity:
    """How popular items are by chance: some must be, for there to be something to rank by."""

    id = "measured"

    def by_row(self, catalogue: CatalogueSnapshot) -> Any:
        """Return a number from 0 to 1 for each row."""
        return np.random.default_rng(SEED).random(len(catalogue), np.float32)

    def queries(self) -> list[tuple[str, float]]:
        """Return a thousand queries."""
        return [(f"query {number} of customers", number / 1_000) for number in range(1_000)]


def handler_of(catalogue: CatalogueSnapshot) -> Handler:
    """Return the handler of SearchFunction on a catalogue without an encoder."""
    live: Any = Held(catalogue)
    nothing: Any = None
    return make_handler(Searcher(live, nothing, Aids(popular=RandomPopularity)))


def request(prefix: str) -> dict[str, Any]:
    """Return the event of a request for completions."""
    path = "/v1/suggest"
    parameters = {"q": prefix}
    return {
        "httpMethod": "GET",
        "resource": path,
        "path": path,
        "queryStringParameters": parameters,
    }


def milliseconds(call: Callable[[Any], object], given: Sequence[Any]) -> dict[str, float]:
    """Return the median and the 99th percentile of one call, the arguments taking turns."""
    turns = cycle(given)
    took = []
    for number in range(WARM_UP + TIMES):
        argument = next(turns)
        started = time.perf_counter()
        call(argument)
        if number >= WARM_UP:
            took.append((time.perf_counter() - started) * 1e3)
    return {"median": float(np.median(took)), "p99": float(np.percentile(took, 99))}


def measure(size: int, folder: Path) -> dict[str, Any]:
    """Write a shop, and return the milliseconds of each way to type, and those of bisection."""
    shop = Shop(size)
    products = shop.products()
    writer = CatalogueWriter(folder, None)
    for product in products:
        writer.add(product)
    writer.finish()
    catalogue = CatalogueSnapshot.open(folder)
    handler = handler_of(catalogue)
    titles = random.Random(SEED).sample([product.title for product in products], 500)  # noqa: S311 - nothing is secret here
    typed = shop.typed(titles)
    started = time.perf_counter()
    reply = handler(request("a"), None)
    if reply["statusCode"] != 200:
        raise RuntimeError(reply["body"])
    first_ms = (time.perf_counter() - started) * 1e3
    suggestions = catalogue.suggestions
    entries = _sorted_entries(suggestions)
    ways = {
        name: milliseconds(lambda event: handler(event, None), list(map(request, prefixes)))
        | {
            "bisection": milliseconds(lambda prefix: bisect_left(entries, prefix), prefixes)[
                "median"
            ]
        }
        for name, prefixes in typed.items()
        if prefixes
    }
    return {
        "size": size,
        "entries": len(entries),
        "index_mb": _size_mb(suggestions),
        "first_ms": first_ms,
        "ways": ways,
    }


def _sorted_entries(suggestions: Suggestions) -> list[str]:
    return [suggestions.start(position) for position in range(len(suggestions.phrases))]


def _size_mb(suggestions: Suggestions) -> float:
    arrays = (suggestions.kinds, suggestions.rows, suggestions.phrases, suggestions.places)
    return sum(each.nbytes for each in arrays) / 1e6 + len(suggestions.phrases) * 8 / 1e6


def report(found: dict[str, Any]) -> bool:
    """Print the figures of one size, and tell whether they are within the budget."""
    print(
        f"{found['size']:>9,} products, {found['entries']:,} entries: {found['index_mb']:.1f} MB mapped beside the "
        f"titles, first request {found['first_ms']:.0f} ms"
    )
    within = True
    for name, took in found["ways"].items():
        ratio = took["median"] / took["bisection"]
        is_over = found["size"] <= BUDGET_SIZE and took["p99"] > BUDGET_MS
        within = within and not is_over
        print(
            f"  {name:<14} median {took['median']:6.3f} ms, 99 % {took['p99']:6.3f} ms, bisection alone "
            f"{took['bisection'] * 1e3:5.1f} µs ({ratio:,.0f} times that){'  OVER' if is_over else ''}"
        )
    return within


def main() -> int:
    """Measure every size and return 1 where one is over the budget."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = []
    within = True
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            found.append(measure(size, Path(folder)))
        within = report(found[-1]) and within
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), "utf-8")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
