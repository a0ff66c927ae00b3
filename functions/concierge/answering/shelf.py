"""Products that a dialogue shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from concierge.shop.catalogue import Product


@dataclass(frozen=True, slots=True)
class Shown:
    """One product with a sentence that says why it is there, where there is one."""

    product: Product
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Products, best first; the id tells later events which recommendation they came from."""

    items: tuple[Shown, ...] = ()
    recommendation_id: str = ""


NOTHING = Selection()


@dataclass(frozen=True, slots=True)
class Shopper:
    """For whom products are chosen."""

    customer_id: str = ""
    session_id: str = ""
    language: str = "en"


class Shelf(Protocol):
    """Finds products; both raise Warming or Unavailable where it cannot."""

    def search(self, about: str) -> Selection:
        """Return what fits the words, or nothing."""

    def recommend(self, shopper: Shopper) -> Selection:
        """Return what the shopper may like."""


class LateShelf:
    """Implements Shelf by one that is made when a customer first asks for products."""

    def __init__(self, make: Callable[[], Shelf]) -> None:
        self._make = make
        self._shelf: Shelf | None = None

    def search(self, about: str) -> Selection:
        """Return what fits the words, or nothing."""
        return self._made().search(about)

    def recommend(self, shopper: Shopper) -> Selection:
        """Return what the shopper may like."""
        return self._made().recommend(shopper)

    def _made(self) -> Shelf:
        if self._shelf is None:
            self._shelf = self._make()
        return self._shelf
