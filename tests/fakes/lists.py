"""A small shop whose lists are steered."""

import numpy as np

from concierge.retrieval.expressions import parse_expression
from concierge.retrieval.merchandising import Boost, Promotion
from tests.builders import make_product

# A category may come twice on one path, and not every product has one.
PATHS = (("a",), ("a", "b"), ("a", "b", "a"), ("A", "c"), ("b",), ())


def shelf(count):
    """Return products `item-0000`, … that cost their number, in categories of every shape."""
    return [
        make_product(
            item_id=f"item-{number:04}",
            title=f"Thing {number} of {number % 7}",
            description="",
            category=PATHS[number % len(PATHS)],
            brand="Alder" if number % 2 else "Birch",
            price=float(number),
        )
        for number in range(count)
    ]


def promotion(name, text, share):
    return Promotion(name, parse_expression(text), share)


def boost(text, factor):
    return Boost(text, parse_expression(text), factor)


def everything(catalogue):
    """Return a mask that allows all."""
    return np.ones(len(catalogue), np.bool_)


def descending(catalogue):
    """Return scores that fall from row to row."""
    return np.linspace(1, 0.1, len(catalogue), dtype=np.float32)


def item_ids(catalogue, placed):
    return [catalogue.product_at(place.row).item_id for place in placed]
