"""Which products a request allows."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from concierge.language.detection import primary
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.shop.catalogue import PRICE_BAND_NAMES, split_category

Mask = NDArray[np.bool_]

# In characters; told to callers before what reads expressions is imported.
LONGEST_EXPRESSION = 10_000


class Condition(Protocol):
    """What products must be like; its `repr` tells it apart from every other."""

    def mask(self, catalogue: CatalogueSnapshot) -> Mask:
        """Return which rows of the catalogue pass, or raise OldSnapshot."""
        ...


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that all hold; an empty one allows everything.

    `categories` match their sub-categories too, `languages` their regions and products that name
    none; prices are in the shop's currency, both included.
    """

    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    price_min: float | None = None
    price_max: float | None = None
    in_stock: bool | None = None

    def mask(self, catalogue: CatalogueSnapshot) -> Mask:
        """Return which rows of the catalogue pass."""
        allowed = np.ones(len(catalogue), np.bool_)
        if self.categories:
            allowed &= catalogue.category_terms.mask(self.categories)
        if self.brands:
            allowed &= catalogue.brand_terms.mask(self.brands)
        if self.languages:
            languages = {"", *map(primary, self.languages)}
            known = [primary(tag) in languages for tag in catalogue.languages.values]
            allowed &= catalogue.languages.mask(np.array(known, np.bool_))
        if self.price_min is not None:
            allowed &= catalogue.prices >= self.price_min
        if self.price_max is not None:
            allowed &= catalogue.prices <= self.price_max
        if self.in_stock is not None:
            allowed &= catalogue.in_stock == self.in_stock
        return allowed


def rows_with_tag(catalogue: CatalogueSnapshot, tag: str) -> Mask:
    """Return which products carry an interest tag (`category:…`, `brand:…`, `price:…`)."""
    kind, _, value = tag.partition(":")
    if kind == "category" and split_category(value):
        return Filter(categories=(value,)).mask(catalogue)
    if kind == "brand":
        return Filter(brands=(value,)).mask(catalogue)
    if kind == "price" and value in PRICE_BAND_NAMES:
        in_band: Mask = catalogue.price_bands == PRICE_BAND_NAMES.index(value)
        return in_band
    return np.zeros(len(catalogue), np.bool_)
