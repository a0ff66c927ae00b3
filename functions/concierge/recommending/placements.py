"""The lists that a shop places on its pages: what each is made of and what may be in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# Whether what the customer owns may be in a list: only what is bought again, nothing, or all.
Purchased = Literal["auto", "exclude", "include"]

# A durable is not recommended to who has it; a consumable is, if one in twenty buyers comes back for it.
COMES_BACK = 0.05


@dataclass(frozen=True, slots=True)
class Placement:
    """What a list is made of.

    `weights` of the parts of a score; None for those learnt from the shop's own data. Where `needs` names
    a part, only rows in which it is above zero belong to the list.
    """

    name: str
    weights: Mapping[str, float] | None = None
    needs: str = ""
    purchased: Purchased = "auto"
    shows_seen: bool = False


_PLACEMENTS = (
    Placement("for-you"),
    Placement("cart", {"together": 1.0, "next": 1.0, "content": 0.3, "popularity": 0.05}),
    Placement("trending", {"trend": 1.0}, purchased="include", shows_seen=True),
    Placement("best-sellers", {"popularity": 1.0}, purchased="include", shows_seen=True),
    Placement("new", needs="newness"),
    Placement("recently-viewed", {"seen": 1.0}, "seen", purchased="include", shows_seen=True),
    Placement("buy-again", {"repeat": 1.0, "next": 1.0}, "repeat", "include", shows_seen=True),
    Placement("similar", {"content": 1.0, "after": 0.5, "together": 0.3, "popularity": 0.02}),
    Placement(
        "bought-together", {"together": 1.0, "next": 0.5, "content": 0.2, "popularity": 0.02}
    ),
    Placement("also-viewed", {"after": 1.0, "together": 0.3, "content": 0.2, "popularity": 0.02}),
    Placement("rank", purchased="include", shows_seen=True),
    Placement("search", purchased="include", shows_seen=True),
)
PLACEMENTS: Mapping[str, Placement] = {each.name: each for each in _PLACEMENTS}
# In a strict list, customers have shown each item to belong: nothing is filled up by likeness.
STRICT: Mapping[str, Placement] = {
    "similar": Placement("similar", {"content": 1.0}, "content"),
    "bought-together": Placement("bought-together", {"together": 1.0}, "together"),
    "also-viewed": Placement("also-viewed", {"after": 1.0}, "after"),
}
# The arm that experiments compare with: popularity and item-to-item nearest neighbours.
TRADITIONAL: Mapping[str, float] = {"together": 1.0, "after": 1.0, "popularity": 0.1}
