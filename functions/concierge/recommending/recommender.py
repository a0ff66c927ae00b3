"""Recommend from what the customer just did: content, searches, taste and popularity, added up."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from concierge.errors import Unavailable, UnknownItem
from concierge.recommending.scoring import Scoring
from concierge.recommending.seeds import Context, Interests, interests
from concierge.recommending.wording import reason
from concierge.retrieval.behaviour_snapshot import BehaviourSnapshot
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.filters import Condition, Filter, rows_with_tag
from concierge.retrieval.live import Live
from concierge.retrieval.paging import read_token, request_key, write_token
from concierge.retrieval.ranking import Part, added_up, best_rows, parts_at, total
from concierge.shop.catalogue import Product
from concierge.shop.profile import Actor, Personalization, Profile
from concierge.shop.profiles import Profiles

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for recommendations, and what may be in them.

    Without `explain` only the strongest part of a score says what it is because of.
    """

    customer_id: str = ""
    session_id: str = ""
    context: Context = field(default_factory=Context)
    filter: Condition = field(default_factory=Filter)
    exclude_item_ids: tuple[str, ...] = ()
    personalization: Personalization = "full"
    locale: str = "en"
    explain: bool = False
    limit: int = 25
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class Recommended:
    """One item, with the parts that add up to its score and a sentence that says why."""

    product: Product
    score: float
    parts: tuple[Part, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Recommendations:
    """One page of items, and what made them."""

    recommendation_id: str
    items: tuple[Recommended, ...]
    next_token: str | None
    degraded: tuple[str, ...]
    catalogue_id: str
    behaviour_id: str | None


@dataclass(frozen=True, slots=True)
class InForce:
    """What recommendations are made from at present."""

    products: int
    catalogue_id: str
    model_id: str | None
    behaviour_id: str | None


class Recommender:
    """Recommends from the catalogue in force."""

    def __init__(
        self,
        catalogue: Live[CatalogueSnapshot],
        behaviour: Live[BehaviourSnapshot],
        profiles: Profiles,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._catalogue = catalogue
        self._behaviour = behaviour
        self._profiles = profiles
        self._clock = clock
        self._popularity: tuple[str, str, Floats] | None = None

    def recommend(self, asked: Asked) -> Recommendations:
        """Return one page of items that the customer has not got yet, best first."""
        profile, degraded = self._profile(asked)
        wanted = _least(asked.personalization, profile)
        found = interests(profile, asked.context, wanted, self._clock())
        catalogue = self._catalogue.get()
        allowed = asked.filter.mask(catalogue) & catalogue.in_stock
        _forbid(allowed, catalogue.rows(_had(profile, found, asked)))
        for tag in profile.muted if profile else ():
            allowed &= ~rows_with_tag(catalogue, tag)
        return self._page(catalogue, asked, found, allowed, degraded)

    def similar(self, item_ids: Sequence[str], asked: Asked) -> Recommendations:
        """Return items like the given ones by content; raise UnknownItem if all are unknown."""
        catalogue = self._catalogue.get()
        if not catalogue.rows(item_ids):
            raise UnknownItem(f"none of the {len(item_ids)} items is in the catalogue")
        found = interests(None, Context(item_ids=tuple(item_ids)), "off", self._clock())
        allowed = asked.filter.mask(catalogue) & catalogue.in_stock
        _forbid(allowed, catalogue.rows([*item_ids, *asked.exclude_item_ids]))
        return self._page(catalogue, asked, found, allowed, [])

    def rank(self, item_ids: Sequence[str], asked: Asked) -> Recommendations:
        """Return the caller's own items in the customer's order; unknown items are left out."""
        profile, degraded = self._profile(asked)
        wanted = _least(asked.personalization, profile)
        found = interests(profile, asked.context, wanted, self._clock())
        catalogue = self._catalogue.get()
        allowed = np.zeros(len(catalogue), np.bool_)
        allowed[catalogue.rows(item_ids)] = True
        return self._page(catalogue, asked, found, allowed, degraded)

    def in_force(self) -> InForce:
        """Return what recommendations are made from, or raise Warming."""
        catalogue = self._catalogue.get()
        behaviour = self._behaviour.get_or_none()
        return InForce(
            products=len(catalogue),
            catalogue_id=catalogue.id,
            model_id=catalogue.model.id if catalogue.model else None,
            behaviour_id=behaviour.id if behaviour else None,
        )

    def _page(
        self,
        catalogue: CatalogueSnapshot,
        asked: Asked,
        found: Interests,
        allowed: Mask,
        degraded: list[str],
    ) -> Recommendations:
        behaviour = self._behaviour.get_or_none()
        scoring = Scoring(catalogue, found, self._popular(catalogue, behaviour))
        key = request_key(
            asked.customer_id, asked.session_id, asked.filter, asked.context, catalogue.id
        )
        offset = read_token(asked.next_token, key)
        scores = added_up(scoring.columns, len(catalogue))
        rows = best_rows(scores, allowed, offset + asked.limit)[offset:]
        more = offset + asked.limit < int(np.count_nonzero(allowed))
        if behaviour is None:
            degraded.append("behaviour")
        if catalogue.vectors is None:
            degraded.append("content")
        return Recommendations(
            recommendation_id=str(uuid4()),
            items=tuple(_item(catalogue, scoring, int(row), asked) for row in rows),
            next_token=write_token(offset + asked.limit, key) if more else None,
            degraded=tuple(degraded),
            catalogue_id=catalogue.id,
            behaviour_id=behaviour.id if behaviour else None,
        )

    def _profile(self, asked: Asked) -> tuple[Profile | None, list[str]]:
        """Read the profile; without it, recommend what is popular and say so."""
        if asked.personalization == "off" or not (asked.customer_id or asked.session_id):
            return None, []
        try:
            if asked.customer_id:
                return self._profiles.get(Actor("customer", asked.customer_id)), []
            profile = self._profiles.get(Actor("session", asked.session_id))
            if profile.merged_into:
                profile = self._profiles.get(Actor("customer", profile.merged_into))
            return profile, []
        except Unavailable:
            return None, ["profile"]

    def _popular(
        self, catalogue: CatalogueSnapshot, behaviour: BehaviourSnapshot | None
    ) -> Floats | None:
        if behaviour is None:
            return None
        kept = self._popularity
        if kept is None or kept[:2] != (catalogue.id, behaviour.id):
            by_row = catalogue.values_by_row(behaviour.item_hashes, behaviour.popularity)
            kept = self._popularity = (catalogue.id, behaviour.id, by_row)
        return kept[2]


def _least(asked: Personalization, profile: Profile | None) -> Personalization:
    """Return the narrower of what the request and what the customer allow."""
    order: tuple[Personalization, ...] = ("off", "session", "full")
    allowed = profile.personalization if profile else "full"
    return min(asked, allowed, key=order.index)


def _had(profile: Profile | None, found: Interests, asked: Asked) -> list[str]:
    """Return the items not to recommend: bought, muted, just looked at, excluded by the caller."""
    had = [
        *asked.exclude_item_ids,
        *asked.context.item_ids,
        *(seed.item_id for seed in found.items),
    ]
    if profile:
        muted = (tag.partition(":")[2] for tag in profile.muted if tag.startswith("item:"))
        had += [*profile.purchases, *muted]
    return had


def _forbid(allowed: Mask, rows: list[int]) -> None:
    allowed[rows] = False


def _item(catalogue: CatalogueSnapshot, scoring: Scoring, row: int, asked: Asked) -> Recommended:
    product = catalogue.product_at(row)
    found = parts_at(row, scoring.columns)
    strongest = max(found, key=lambda part: part.value, default=None)
    parts = tuple(
        scoring.explained(row, product, part) if asked.explain or part is strongest else part
        for part in found
    )
    why = reason(parts, asked.locale, lambda item_id: catalogue.product(item_id).title)
    return Recommended(product, total(parts), parts, why)
