"""Recommend from what the customer just did and what all customers do, and say why."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from concierge.errors import Unavailable, UnknownItem
from concierge.recommending.asking import Asked, InForce, Recommendations
from concierge.recommending.eligibility import eligible
from concierge.recommending.experiments import EXPLORING, arm_of
from concierge.recommending.experiments import TRADITIONAL as TRADITIONAL_ARM
from concierge.recommending.exploration import Exploration
from concierge.recommending.laid_out import LaidOut
from concierge.recommending.listing import Listing
from concierge.recommending.making import Making
from concierge.recommending.placements import PLACEMENTS, STRICT, TRADITIONAL, Placement
from concierge.recommending.scoring import WEIGHTS, Sources
from concierge.recommending.seeds import Context, interests
from concierge.recommending.steering import Merchandising
from concierge.recommending.visitor import narrower, profile_of
from concierge.retrieval.behaviour_snapshot import BehaviourSnapshot
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.live import Live
from concierge.retrieval.paging import read_token, request_key, write_token
from concierge.shop.profile import Actor, Personalization, Profile
from concierge.shop.profiles import Profiles
from concierge.shop.recommendation_ids import RecommendationId

Rows = NDArray[np.intp]


class Recommender:
    """Recommends from the catalogue in force."""

    def __init__(
        self,
        catalogue: Live[CatalogueSnapshot],
        behaviour: Live[BehaviourSnapshot],
        merchandising: Merchandising,
        profiles: Profiles,
        exploration: Exploration,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._catalogue = catalogue
        self._behaviour = behaviour
        self._merchandising = merchandising
        self._profiles = profiles
        self._exploration = exploration
        self._clock = clock
        self._laid_out: tuple[str, LaidOut] | None = None

    def recommend(self, asked: Asked) -> Recommendations:
        """Return one page of a placement for a customer, a session or a stranger, best first."""
        profile, degraded = self._profile(asked)
        return self._page(asked, PLACEMENTS[asked.placement], profile, degraded)

    def similar(
        self, item_ids: Sequence[str], asked: Asked, *, strict: bool = False
    ) -> Recommendations:
        """Return items that belong to the given ones; raise UnknownItem if all are unknown."""
        if not self._catalogue.get().rows(item_ids):
            raise UnknownItem(f"none of the {len(item_ids)} items is in the catalogue")
        placement = (STRICT if strict else PLACEMENTS)[asked.placement]
        about = replace(asked, context=Context(item_ids=tuple(item_ids)), personalization="off")
        return self._page(about, placement, None, [])

    def rank(self, item_ids: Sequence[str], asked: Asked) -> Recommendations:
        """Return the caller's own items in the customer's order; unknown items are left out."""
        profile, degraded = self._profile(asked)
        rows = np.unique(np.array(self._catalogue.get().rows(item_ids), np.intp))
        return self._page(asked, PLACEMENTS[asked.placement], profile, degraded, rows)

    def in_force(self) -> InForce:
        """Return what recommendations are made from, or raise Warming."""
        catalogue = self._catalogue.get()
        behaviour = self._behaviour.get_or_none()
        return InForce(
            products=len(catalogue),
            catalogue_id=catalogue.id,
            model_id=catalogue.model.id if catalogue.model else None,
            behaviour_id=behaviour.id if behaviour else None,
            configuration_id=self._merchandising.configuration().id or None,
        )

    def _page(
        self,
        asked: Asked,
        placement: Placement,
        profile: Profile | None,
        degraded: list[str],
        rows: Rows | None = None,
    ) -> Recommendations:
        """Make a list of a placement, of the given rows alone where there are any."""
        catalogue = self._catalogue.get()
        behaviour = self._behaviour.get_or_none()
        laid_out = self._over(catalogue, behaviour) if behaviour else None
        configuration = self._merchandising.configuration()
        steering = self._merchandising.steering(configuration, placement.name, catalogue)
        now = self._clock()
        wanted = narrower(asked.personalization, profile)
        sources = Sources(catalogue, laid_out, interests(profile, asked.context, wanted, now))
        key = _key(asked, placement, catalogue.id, configuration.id)
        offset = read_token(asked.next_token, key)
        actor = _actor(asked, profile, wanted)
        arm = arm_of(configuration.experiment, f"{actor.kind}:{actor.id}" if actor.id else "")
        made = RecommendationId.new(arm, placement.name)
        weights = _weights(placement, behaviour, arm)
        making = Making(placement, steering, asked, _usable(profile, wanted), weights)
        listing = Listing(sources, making, eligible(sources, making, rows))
        if arm == EXPLORING and placement.weights is None and rows is None and not offset:
            places = self._exploration.first_page(listing, asked.limit, made, actor, catalogue, now)
        else:
            places = listing.places(offset + asked.limit)[offset:]
        degraded += [] if behaviour else ["behaviour"]
        degraded += [] if catalogue.vectors else ["content"]
        degraded += [] if steering.is_whole else ["merchandising"]
        return Recommendations(
            recommendation_id=str(made),
            items=tuple(map(listing.item, places)),
            next_token=write_token(offset + asked.limit, key)
            if offset + asked.limit < listing.length
            else None,
            degraded=tuple(degraded),
            catalogue_id=catalogue.id,
            behaviour_id=behaviour.id if behaviour else None,
            configuration_id=configuration.id or None,
        )

    def _profile(self, asked: Asked) -> tuple[Profile | None, list[str]]:
        """Read the profile; without it, recommend what is popular and say so."""
        if asked.personalization == "off" or not (asked.customer_id or asked.session_id):
            return None, []
        try:
            return profile_of(self._profiles, asked.customer_id, asked.session_id), []
        except Unavailable:
            return None, ["profile"]

    def _over(self, catalogue: CatalogueSnapshot, behaviour: BehaviourSnapshot) -> LaidOut:
        kept = self._laid_out
        if kept is None or (kept[0], kept[1].id) != (catalogue.id, behaviour.id):
            kept = self._laid_out = (catalogue.id, LaidOut.over(catalogue, behaviour))
        return kept[1]


def _actor(asked: Asked, profile: Profile | None, wanted: Personalization) -> Actor:
    """Return who is dealt into an experiment: nobody without personalization."""
    if wanted == "off":
        return Actor("session", "")
    if profile:
        return profile.actor
    customer = Actor("customer", asked.customer_id)
    return customer if asked.customer_id else Actor("session", asked.session_id)


def _weights(
    placement: Placement, behaviour: BehaviourSnapshot | None, arm: str
) -> dict[str, float]:
    """Return the weights of a placement; learnt ones stand in for the ones that we shipped."""
    if placement.weights is not None:
        return dict(placement.weights)
    if arm == TRADITIONAL_ARM:
        return dict(TRADITIONAL)
    learnt = behaviour.model.weights.get("for-you", {}) if behaviour else {}
    return {**WEIGHTS, **learnt}


def _key(asked: Asked, placement: Placement, catalogue_id: str, configuration_id: str) -> str:
    return request_key(
        asked.customer_id,
        asked.session_id,
        asked.personalization,
        placement,
        asked.filter,
        asked.context,
        asked.exclude_item_ids,
        asked.purchased,
        asked.diversity,
        catalogue_id,
        configuration_id,
    )


def _usable(profile: Profile | None, wanted: Personalization) -> Profile | None:
    """Return what of a profile a list may use: without personalization, what is muted alone."""
    if profile is None or wanted != "off":
        return profile
    return Profile(profile.actor, muted=profile.muted, personalization="off")
