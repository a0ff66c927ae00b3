"""Writes catalogue and history files of any length, with texts like a real shop's."""

import csv
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

SEED = 20261123
COLOURS = ("black", "white", "red", "navy", "olive", "sand", "grey", "walnut", "copper", "cream")
MATERIALS = ("cotton", "steel", "oak", "linen", "leather", "glass", "wool", "bamboo", "canvas")
THINGS = {
    "Kitchen > Mugs": ("mug", "espresso cup", "travel tumbler", "teapot"),
    "Kitchen > Knives": ("chef's knife", "bread knife", "paring knife", "sharpening stone"),
    "Home > Lighting": ("desk lamp", "floor lamp", "pendant light", "bedside lamp"),
    "Home > Textiles": ("blanket", "cushion cover", "curtain", "tablecloth"),
    "Clothes > Outdoor": ("rain jacket", "hiking trousers", "fleece", "beanie"),
    "Shoes > Walking": ("walking boots", "trail shoes", "sandals", "slippers"),
    "Garden > Tools": ("pruning shears", "hand trowel", "watering can", "rake"),
    "Toys > Wooden": ("train set", "building blocks", "puzzle", "dolls' house"),
}
BRANDS = ("Hearth", "Nordlys", "Fjell", "Oakwell", "Marlow", "Kestrel", "Brindle", "Tallow")
SENTENCES = (
    "Made to be used every day and to last for years.",
    "It holds its shape and colour wash after wash.",
    "The handle stays cool and sits well in either hand.",
    "Folds flat, so it takes hardly any room in a drawer or a rucksack.",
    "Tested in rain and wind on the coast of Norway.",
    "A quiet present for somebody who has everything but this.",
    "Wipe it with a damp cloth; keep it out of the dishwasher.",
    "Comes in a plain box of recycled card, without any plastic.",
    "The finish is oiled by hand, so no two pieces look quite the same.",
    "Wide enough for thick socks, with a sole that grips on wet stone.",
    "Gives a warm, even light that is easy on the eyes in the evening.",
    "Spare parts are kept in stock for ten years.",
    "Children from the age of three can use it without help.",
    "The blade is forged from one piece and sharpened to fifteen degrees.",
)
TYPES = ("view", "view", "view", "view", "view", "view", "add_to_cart", "purchase", "search")
# A customer comes back some forty times in two years.
EVENTS_A_CUSTOMER = 40


def product_rows(count: int) -> Iterator[dict[str, str]]:
    """Yield rows of products that differ in text; the same for the same count."""
    chance = random.Random(SEED)  # noqa: S311 - reproducible, no secret
    for number in range(count):
        category = chance.choice(list(THINGS))
        thing, material = chance.choice(THINGS[category]), chance.choice(MATERIALS)
        title = f"{chance.choice(COLOURS)} {material} {thing} no. {number}".capitalize()
        sentences = chance.sample(SENTENCES, chance.choice((1, 2, 2, 3, 3, 4, 6)))
        yield {
            "item_id": f"item-{number:07}",
            "title": title,
            "description": f"This {thing} is made of {material}. {' '.join(sentences)}",
            "category": category,
            "brand": chance.choice(BRANDS),
            "price": f"{chance.lognormvariate(3.2, 0.8):.2f}",
            "currency": "EUR",
        }


def write_catalogue(path: Path, count: int) -> None:
    """Write a CSV file of products."""
    with path.open("w", encoding="utf-8", newline="") as text:
        rows = product_rows(count)
        first = next(rows)
        writer = csv.DictWriter(text, first)
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


def write_history(path: Path, count: int, products: int, until: datetime) -> None:
    """Write a JSON Lines file of events of the two years up to a moment."""
    chance = random.Random(SEED)  # noqa: S311 - reproducible, no secret
    with path.open("w", encoding="utf-8") as text:
        for number in range(count):
            kind = chance.choice(TYPES)
            event = {
                "event_id": f"event-{number:08}",
                "type": kind,
                "customer_id": f"customer-{chance.randrange(max(1, count // EVENTS_A_CUSTOMER))}",
                # A few products get most of the attention.
                "item_id": f"item-{int(products * chance.random() ** 3):07}",
                "occurred_at": (until - timedelta(days=730 * chance.random())).isoformat(),
            }
            if kind == "search":
                event |= {"item_id": "", "query": "something warm"}
            text.write(json.dumps(event) + "\n")
