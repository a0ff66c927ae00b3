"""One visit to the sample shop: a search perhaps, some looking, a cart, a purchase, a rating."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from samples.customers import Customer
from samples.shelves import Item
from samples.wishes import wishes

Event = dict[str, Any]

ON_TASTE = 0.88  # the rest of the looks go anywhere in the shop
SEARCHES = 0.4
CARTS = 0.35
REGRETS = 0.12
BUYS = 0.65
RATES = 0.35
FAVOURED = 4.0  # how much likelier an item of a favourite brand is seen
TOO_CHEAP_OR_DEAR = 0.15
FOREIGN = 0.06  # few look at a text that they cannot read


@dataclass(frozen=True, slots=True)
class Shop:
    """The shelves, and how much each item attracts anybody at all."""

    items: Sequence[Item]
    attraction: dict[str, float]

    @classmethod
    def open(cls, items: Sequence[Item], chance: random.Random) -> "Shop":
        """Give every item an attraction of its own, so that some become best sellers."""
        return cls(items, {item.item_id: 0.2 + chance.random() ** 3 for item in items})


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a customer, who looks at one category of the own taste."""

    shop: Shop
    customer: Customer
    begins: datetime
    chance: random.Random

    def events(self) -> Iterator[Event]:
        """Yield what happens, in the order of time except for ratings, which come days later."""
        category = self.chance.choice(self.customer.categories)
        typed = wishes(category, self.customer.language)
        now = self.begins
        if typed and self.chance.random() < SEARCHES:
            yield self._event("search", now, query=self.chance.choice(typed))
        cart: list[Item] = []
        for item in self._looks(category):
            now += timedelta(seconds=self.chance.randint(15, 240))
            yield self._event("view", now, item_id=item.item_id)
            if item.in_stock and self.chance.random() < CARTS:
                cart.append(item)
                now += timedelta(seconds=self.chance.randint(5, 60))
                yield self._event("add_to_cart", now, item_id=item.item_id)
        yield from self._checkout(cart, now)

    def _looks(self, category: str) -> list[Item]:
        """Return the distinct items looked at: most of the category, some of anything."""
        shelf = [item for item in self.shop.items if item.stands_in(category)]
        looks: dict[str, Item] = {}
        for _ in range(self.chance.randint(2, 6)):
            candidates = shelf if self.chance.random() < ON_TASTE else list(self.shop.items)
            weights = [self._appeal(item) for item in candidates]
            item = self.chance.choices(candidates, weights)[0]
            looks[item.item_id] = item
        return list(looks.values())

    def _appeal(self, item: Item) -> float:
        lowest, highest = self.customer.prices
        appeal = self.shop.attraction[item.item_id]
        appeal *= FAVOURED if item.brand in self.customer.brands else 1.0
        appeal *= 1.0 if lowest <= item.price <= highest else TOO_CHEAP_OR_DEAR
        return appeal * (1.0 if item.language == self.customer.language else FOREIGN)

    def _checkout(self, cart: list[Item], now: datetime) -> Iterator[Event]:
        for item in list(cart):
            if self.chance.random() < REGRETS:
                now += timedelta(seconds=self.chance.randint(5, 60))
                cart.remove(item)
                yield self._event("remove_from_cart", now, item_id=item.item_id)
        if not cart or self.chance.random() > BUYS:
            return
        now += timedelta(seconds=self.chance.randint(30, 300))
        for item in cart:
            yield self._purchase(item, now)
            if not self.customer.anonymous and self.chance.random() < RATES:
                later = now + timedelta(days=self.chance.randint(3, 9))
                stars = self.chance.choice((5, 5, 5, 4, 4, 4, 3, 2))
                yield self._event("rating", later, item_id=item.item_id, value=stars)

    def _purchase(self, item: Item, now: datetime) -> Event:
        quantity = self.chance.choice((1, 1, 1, 1, 1, 2))
        about = {"quantity": quantity, "unit_price": item.price, "currency": "EUR"}
        value = round(item.price * quantity, 2)
        return self._event("purchase", now, item_id=item.item_id, value=value, properties=about)

    def _event(self, kind: str, now: datetime, **details: Any) -> Event:
        who = "session_id" if self.customer.anonymous else "customer_id"
        return {
            "type": kind,
            who: self.customer.name,
            **details,
            "occurred_at": now.isoformat(timespec="seconds"),
        }
