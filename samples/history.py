"""Write the sample shop's history: `python -m samples.history --until 2026-11-01 --out FILE`.

The same seed and day give the same bytes. Interest fades with time, so pass today's date to see
customers as they are known in a living shop. Without `--out` the events go to standard output;
a name that ends in `.gz` is packed.
"""

import argparse
import gzip
import json
import random
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from samples.customers import NAMED, Customer, crowd, passers_by
from samples.shelves import read_items
from samples.visits import Event, Shop, Visit

REFERENCE = datetime(2026, 11, 1, tzinfo=UTC)
SEED = 20261101
DAYS = 60
CUSTOMERS = 170
PASSERS_BY = 60


def history(until: datetime = REFERENCE, seed: int = SEED) -> list[Event]:
    """Return the events of the 60 days before a day, in the order of time."""
    chance = random.Random(seed)
    shop = Shop.open(read_items(), chance)
    customers = [*NAMED, *crowd(CUSTOMERS, chance), *passers_by(PASSERS_BY, chance)]
    midnight = datetime.combine(until.astimezone(UTC).date(), time(), UTC)
    events = [
        event
        for customer in customers
        for event in visits(shop, customer, midnight, chance)
        if event["occurred_at"] < midnight.isoformat()
    ]
    events.sort(key=lambda event: event["occurred_at"])
    return [
        {"event_id": f"history-{midnight:%Y%m%d}-{number:05d}", **event}
        for number, event in enumerate(events, 1)
    ]


def visits(
    shop: Shop, customer: Customer, midnight: datetime, chance: random.Random
) -> list[Event]:
    """Return all that a customer did; visits come oftener in later days, and never at night."""
    events: list[Event] = []
    for _ in range(customer.visits):
        days_ago = 1 + int((DAYS - 1) * chance.random() ** 1.3)
        minute = chance.randint(7 * 60, 22 * 60)
        begins = midnight - timedelta(days=days_ago) + timedelta(minutes=minute)
        events.extend(Visit(shop, customer, begins, chance).events())
    return events


def main(arguments: list[str] | None = None) -> int:
    """Write the history that the command line asks for."""
    parser = argparse.ArgumentParser(prog="samples.history", description=__doc__)
    parser.add_argument("--until", type=_moment, default=REFERENCE, help="date or time, RFC 3339")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, help="file to write, instead of standard output")
    options = parser.parse_args(arguments)
    events = history(options.until, options.seed)
    lines = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
    written = lines.encode()
    if options.out is None:
        sys.stdout.buffer.write(written)
        return 0
    packed = options.out.suffix == ".gz"
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(gzip.compress(written, mtime=0) if packed else written)
    print(f"{len(events):,} events in {options.out}", file=sys.stderr)
    return 0


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
