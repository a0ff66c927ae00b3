"""Who shops in the sample shop: five customers with names, and a crowd drawn from usual tastes."""

import random
from dataclasses import dataclass

ANY_PRICE = (0.0, 1000.0)
CHEAP = (0.0, 40.0)
DEAR = (40.0, 1000.0)

USUAL_TASTES = (
    ("Sports & Outdoors > Running", "Electronics > Wearables"),
    ("Sports & Outdoors > Cycling", "Clothing > Outerwear"),
    ("Sports & Outdoors > Camping & Hiking", "Clothing > Accessories"),
    ("Sports & Outdoors > Yoga & Fitness", "Clothing > Women", "Beauty & Care > Skin"),
    ("Sports & Outdoors > Swimming", "Travel > Luggage"),
    ("Kitchen > Baking", "Food & Drink > Pantry", "Books & Paper > Books"),
    ("Kitchen > Coffee & Tea", "Food & Drink > Coffee & Tea"),
    ("Kitchen > Cookware", "Kitchen > Storage"),
    ("Electronics > Audio", "Electronics > Phone & Power"),
    ("Electronics > Computing", "Home > Lighting"),
    ("Electronics > Cameras", "Travel > Bags"),
    ("Home > Bedroom", "Home > Living", "Home > Bathroom"),
    ("Home > Cleaning", "Pets > Dogs"),
    ("Pets > Cats", "Home > Living"),
    ("Garden > Growing", "Garden > Tools", "Garden > Wildlife"),
    ("Toys & Games > Baby & Toddler", "Toys & Games > Building"),
    ("Toys & Games > Games", "Toys & Games > Puzzles"),
    ("Books & Paper > Writing & Art", "Books & Paper > Notebooks"),
    ("Clothing > Men", "Beauty & Care > Shaving"),
    ("Clothing > Women", "Clothing > Accessories", "Beauty & Care > Hair"),
)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, or an anonymous session, with a taste that the history makes visible."""

    name: str
    categories: tuple[str, ...]
    brands: tuple[str, ...] = ()
    prices: tuple[float, float] = ANY_PRICE
    language: str = "en"
    visits: int = 4
    anonymous: bool = False


NAMED = (
    Customer(
        "anna",
        ("Sports & Outdoors > Cycling", "Clothing > Outerwear", "Sports & Outdoors > Camping & Hiking"),
        brands=("Velomark", "Nordlund"),
        visits=10,
    ),
    Customer(
        "ben",
        ("Kitchen > Baking", "Kitchen > Coffee & Tea", "Food & Drink"),
        brands=("Backstube", "Brunora"),
        visits=10,
    ),
    Customer(
        "chloe",
        ("Electronics > Audio", "Electronics > Computing"),
        brands=("Halden Audio", "Keystead"),
        prices=DEAR,
        visits=10,
    ),
    Customer(
        "david",
        ("Toys & Games > Baby & Toddler", "Toys & Games > Building", "Kitchen > Storage"),
        brands=("Pippin",),
        prices=(0.0, 60.0),
        visits=10,
    ),
    Customer(
        "lin",
        ("Kitchen > Coffee & Tea > Tea Ware", "Food & Drink > Coffee & Tea", "Sports & Outdoors > Running"),
        brands=("Hoshiro", "Stridely"),
        language="zh",
        visits=10,
    ),
)  # fmt: skip


def crowd(size: int, chance: random.Random) -> list[Customer]:
    """Draw customers, each with one of the usual tastes; every fifth reads Chinese."""
    return [_draw(f"c-{number:04d}", number, chance) for number in range(1, size + 1)]


def passers_by(size: int, chance: random.Random) -> list[Customer]:
    """Draw anonymous sessions of a single visit."""
    return [
        Customer(f"s-{number:04d}", chance.choice(USUAL_TASTES), visits=1, anonymous=True)
        for number in range(1, size + 1)
    ]


def _draw(name: str, number: int, chance: random.Random) -> Customer:
    taste = USUAL_TASTES[number % len(USUAL_TASTES)]
    return Customer(
        name,
        categories=taste[: chance.randint(1, len(taste))],
        prices=chance.choice((ANY_PRICE, ANY_PRICE, CHEAP, DEAR)),
        language="zh" if chance.random() < 0.2 else "en",
        visits=chance.randint(2, 6),
    )
