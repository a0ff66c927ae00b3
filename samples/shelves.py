"""What stands on the sample shop's shelves: the products of its catalogue files."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).parent / "catalogue"


@dataclass(frozen=True, slots=True)
class Item:
    """What a customer's taste looks at in a product."""

    item_id: str
    category: str
    brand: str
    price: float
    in_stock: bool
    language: str

    def stands_in(self, category: str) -> bool:
        """Tell whether this category, or one above it, holds the item."""
        return f"{self.category} > ".startswith(f"{category} > ")


def read_rows(folder: Path = CATALOGUE) -> Iterator[dict[str, Any]]:
    """Yield the rows of every catalogue file, JSON Lines and CSV, as they stand there."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as text:
            yield from csv.DictReader(text)


def read_items(folder: Path = CATALOGUE) -> list[Item]:
    """Return every item of the catalogue in the order of its files."""
    return [
        Item(
            item_id=row["item_id"],
            category=row["category"],
            brand=row["brand"],
            price=float(row["price"]),
            in_stock=row["in_stock"] in (True, "true"),
            language=row["language"],
        )
        for row in read_rows(folder)
    ]
