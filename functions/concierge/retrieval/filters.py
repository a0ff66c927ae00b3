"""Which products a request allows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.language.detection import primary
from concierge.language.tokens import fold
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.codes import Codes
from concierge.shop.catalogue import PRICE_BAND_NAMES, split_category

Mask = NDArray[np.bool_]


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
            allowed &= _any(catalogue.categories, _within(self.categories))
        if self.brands:
            brands = {fold(brand) for brand in self.brands}
            allowed &= _any(catalogue.brands, lambda value: fold(value) in brands)
        if self.languages:
            languages = {"", *map(primary, self.languages)}
            allowed &= _any(catalogue.languages, lambda value: primary(value) in languages)
        if self.price_min is not None:
            allowed &= catalogue.prices >= self.price_min
        if self.price_max is not None:
            allowed &= catalogue.prices <= self.price_max
        if self.in_stock is not None:
            allowed &= catalogue.in_stock == self.in_stock
        return allowed


def _any(column: Codes, wanted: Callable[[str], bool]) -> Mask:
    flags = np.fromiter(map(wanted, column.values), np.bool_, len(column.values))
    return column.mask(flags) if len(flags) else np.zeros(len(column.codes), np.bool_)


def _within(paths: tuple[str, ...]) -> Callable[[str], bool]:
    # A path without a level names no category, not all of them.
    wanted = [levels for levels in map(_levels, paths) if levels]

    def inside(path: str) -> bool:
        levels = _levels(path)
        return any(levels[: len(prefix)] == prefix for prefix in wanted)

    return inside


def _levels(path: str) -> tuple[str, ...]:
    return tuple(fold(level) for level in split_category(path))


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
