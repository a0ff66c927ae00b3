"""What a product is, and what a row of a catalogue file must hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from concierge.errors import InvalidRecord
from concierge.shop import fields

COLUMNS = (
    "item_id",
    "title",
    "description",
    "category",
    "brand",
    "price",
    "currency",
    "in_stock",
    "language",
    "url",
    "image_url",
    "attributes",
    "created_at",
    "deleted",
)
REQUIRED_COLUMNS = ("item_id", "title")
CATEGORY_DEPTH = 8
# Upper edges of the price bands that interest tags use, in the shop's currency.
PRICE_BANDS = (10, 25, 50, 100, 250, 500)


@dataclass(frozen=True, slots=True)
class Product:
    """One product; `category` is its path from the broadest to the narrowest."""

    item_id: str
    title: str
    description: str = ""
    category: tuple[str, ...] = ()
    brand: str = ""
    price: float | None = None
    currency: str = ""
    in_stock: bool = True
    language: str = ""
    url: str = ""
    image_url: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    created_at: str = ""

    @property
    def category_path(self) -> str:
        """The category as shops write it: `a > b > c`."""
        return " > ".join(self.category)

    @property
    def text(self) -> str:
        """What the encoder reads: the title first, since long texts are cut at the end."""
        attributes = ", ".join(f"{name} {value}" for name, value in self.attributes.items())
        parts = (self.title, self.brand, ", ".join(self.category), self.description, attributes)
        return ". ".join(part.rstrip(".") for part in parts if part)

    @property
    def tags(self) -> tuple[str, ...]:
        """What an interest in this product says about taste: `<kind>:<value>`."""
        paths = [
            f"category:{' > '.join(self.category[:depth])}"
            for depth in range(1, len(self.category) + 1)
        ]
        brand = [f"brand:{self.brand}"] if self.brand else []
        price = [f"price:{price_band(self.price)}"] if self.price is not None else []
        return (*paths, *brand, *price)

    def to_record(self) -> dict[str, Any]:
        """Return the product as one JSON object, without empty fields."""
        record = {name: getattr(self, name) for name in self.__slots__}
        record["category"] = self.category_path
        return {
            name: value
            for name, value in record.items()
            if value not in ("", None, {}) or name in REQUIRED_COLUMNS
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the product that `to_record` wrote; nothing is checked again."""
        return cls(**{**record, "category": split_category(record.get("category", ""))})


@dataclass(frozen=True, slots=True)
class Removal:
    """A row that takes a product out of the catalogue."""

    item_id: str


def parse_row(record: fields.Record) -> Product | Removal:
    """Read one catalogue row, or raise InvalidRecord naming the field."""
    item_id = fields.identifier(record, "item_id")
    if fields.flag(record, "deleted", default=False):
        return Removal(item_id)
    price = fields.number(record, "price")
    if price is not None and price < 0:
        raise InvalidRecord("price", f"{price:g} is negative")
    created_at = fields.moment(record, "created_at")
    return Product(
        item_id=item_id,
        title=fields.text(record, "title", at_most=1_000, required=True),
        description=fields.text(record, "description", at_most=50_000),
        category=_category(record),
        brand=fields.text(record, "brand", at_most=200),
        price=price,
        currency=fields.text(record, "currency", at_most=3).upper(),
        in_stock=fields.flag(record, "in_stock", default=True),
        language=fields.text(record, "language", at_most=35),
        url=fields.text(record, "url", at_most=2_000),
        image_url=fields.text(record, "image_url", at_most=2_000),
        attributes=fields.json_object(record, "attributes", at_most=20_000),
        created_at=_iso(created_at),
    )


def split_category(path: str) -> tuple[str, ...]:
    """Return the levels of `a > b > c`."""
    return tuple(level.strip() for level in path.split(">") if level.strip())


def price_band(price: float) -> str:
    """Return the band a price falls in: `25-50`, or `500+`."""
    lower = 0
    for upper in PRICE_BANDS:
        if price < upper:
            return f"{lower}-{upper}"
        lower = upper
    return f"{lower}+"


PRICE_BAND_NAMES = tuple(price_band(lower) for lower in (0, *PRICE_BANDS))


def _category(record: fields.Record) -> tuple[str, ...]:
    levels = split_category(fields.text(record, "category", at_most=500))
    if len(levels) > CATEGORY_DEPTH:
        raise InvalidRecord("category", f"has {len(levels)} levels; at most {CATEGORY_DEPTH}")
    return levels


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
