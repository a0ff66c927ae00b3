"""Customers as they were before their last visit, to see what a model would have told them."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.shop.catalogue import Product
from concierge.shop.events import Event, EventType
from concierge.shop.profile import Actor, Profile, record
from concierge.training.event_log import TYPES, Events
from concierge.training.visits import GAP_S, by_actor, visit_numbers

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

# A profile keeps less than this many events tell.
MOST_EVENTS = 1_500


@dataclass(frozen=True, slots=True)
class Case:
    """A customer at the moment of a visit, and the rows of the catalogue that the visit then had."""

    profile: Profile
    at: float
    taken: frozenset[int]


@dataclass(frozen=True, slots=True)
class Split:
    """A log without some last visits, and those visits as cases."""

    past: Events
    cases: tuple[Case, ...]


class KnownProducts:
    """Finds products of a catalogue by the hash of their id, and keeps them."""

    def __init__(self, catalogue: CatalogueSnapshot) -> None:
        self._catalogue = catalogue
        hashes, rows = catalogue.identifiers
        self._rows = dict(zip(hashes.tolist(), rows.tolist(), strict=True))
        self._products: dict[int, Product] = {}

    def row(self, item_hash: int) -> int | None:
        """Return the row of an item, or None."""
        return self._rows.get(item_hash)

    def product(self, item_hash: int) -> Product | None:
        """Return the product of an item, or None."""
        row = self._rows.get(item_hash)
        if row is None:
            return None
        if row not in self._products:
            self._products[row] = self._catalogue.product_at(row)
        return self._products[row]


def last_visits(
    log: Events,
    catalogue: CatalogueSnapshot,
    most: int,
    since: float = 0.0,
    *,
    begun: bool = False,
) -> Split:
    """Hold out the last visit of at most `most` actors who had one before it.

    Where visits have `begun`, every other customer is met in the middle of it: the profile knows
    its first events, and only the others are to be foreseen. No model knows any of them.

    Actors are chosen by their hash, so by chance and every time the same; only visits that began
    after `since` are held out.
    """
    events = by_actor(log)
    begins = _begins_of_visits(events)
    actors = events["actor"][begins]
    found = np.flatnonzero(_is_last(actors) & _has_earlier(actors) & (events["at"][begins] > since))
    found = found[np.argsort(actors[found], kind="stable")][:most]
    ends = np.append(begins[1:], len(events))
    known = _known(events, begins[found], ends[found]) if begun else begins[found]
    return _split(log, events, begins[found], ends[found], catalogue, known)


def last_events(log: Events, catalogue: CatalogueSnapshot) -> Split:
    """Hold out the last event of each actor who had one before it."""
    events = by_actor(log)
    actors = events["actor"]
    found = np.flatnonzero(_is_last(actors) & _has_earlier(actors))
    return _split(log, events, found, found + 1, catalogue)


def after(log: Events, catalogue: CatalogueSnapshot, moment: float) -> Split:
    """Hold out everything after a moment, of actors who were there before it."""
    events = by_actor(log)
    late = events["at"] > moment
    actors = events["actor"]
    begins = np.flatnonzero(late & ~np.concatenate([[False], late[:-1]]) & _has_earlier(actors))
    ends = np.searchsorted(actors, actors[begins], side="right")
    split = _split(log, events, begins, ends, catalogue)
    return Split(log[log["at"] <= moment], split.cases)


def _is_last(actors: NDArray[np.uint64]) -> Mask:
    return np.append(actors[1:] != actors[:-1], np.ones(min(len(actors), 1), np.bool_))


def _has_earlier(actors: NDArray[np.uint64]) -> Mask:
    return np.insert(actors[1:] == actors[:-1], 0, np.zeros(min(len(actors), 1), np.bool_))


def _begins_of_visits(events: Events) -> Numbers:
    numbers = visit_numbers(events)
    return np.flatnonzero(
        np.insert(np.diff(numbers) > 0, 0, np.ones(min(len(events), 1), np.bool_))
    )


def _known(events: Events, begins: Numbers, ends: Numbers) -> Numbers:
    """Return where each visit is broken off: at its begin, or somewhere by the actor's hash."""
    choices = np.maximum(ends - begins - 1, 0)
    chance = (events["actor"][begins] >> np.uint64(8)).astype(np.int64) & 0xFFFF
    broken_off = begins + np.where(choices > 0, 1 + chance % np.maximum(choices, 1), 0)
    return np.where(np.arange(len(begins)) % 2 == 1, broken_off, begins)


def _split(
    log: Events,
    events: Events,
    begins: Numbers,
    ends: Numbers,
    catalogue: CatalogueSnapshot,
    known: Numbers | None = None,
) -> Split:
    """Take the events from each begin to its end out of the log, and make cases of them.

    The profile of a case knows the events before `known`, which is the begin unless it is given.
    """
    held = np.zeros(len(events) + 1, np.int64)
    np.add.at(held, begins, 1)
    np.add.at(held, ends, -1)
    taken_out = events["event"][np.cumsum(held)[:-1] > 0]
    products = KnownProducts(catalogue)
    pairs = zip((begins if known is None else known).tolist(), ends.tolist(), strict=True)
    cases = [_case(events, first, end, products) for first, end in pairs]
    kept = log[~np.isin(log["event"], taken_out)]
    return Split(kept, tuple(case for case in cases if case.taken))


def _case(events: Events, begin: int, end: int, products: KnownProducts) -> Case:
    first = int(np.searchsorted(events["actor"], events["actor"][begin]))
    before = events[max(first, begin - MOST_EVENTS) : begin]
    rows = (products.row(item) for item in events["item"][begin:end].tolist())
    return Case(
        profile=profile_of(before, products),
        at=float(events["at"][begin]),
        taken=frozenset(row for row in rows if row is not None),
    )


def profile_of(events: Events, products: KnownProducts) -> Profile:
    """Return the profile that these events of one actor make, as the recorder would."""
    profile = Profile(Actor("customer", "held-out"))
    for event in events:
        product = products.product(int(event["item"]))
        if product is not None:
            profile = record(profile, _event(event, product.item_id), product)
    return profile


def _event(event: np.void, item_id: str) -> Event:
    return Event(
        event_id=str(event["event"]),
        type=EventType(TYPES[event["type"]]),
        occurred_at=datetime.fromtimestamp(float(event["at"]), UTC),
        customer_id="held-out",
        item_id=item_id,
        value=float(event["weight"]) + 3.0,
    )


def at_first_click(case: Case, catalogue: CatalogueSnapshot) -> Case:
    """Return a stranger who looked at one item of a visit, the lowest row, and takes the others."""
    first, *others = sorted(case.taken)
    return _after_a_look(catalogue.product_at(first), case.at, frozenset(others))


def after_one_click(case: Case, catalogue: CatalogueSnapshot) -> Case | None:
    """Return a stranger who looked at the item before the held-out one; None at a visit's begin."""
    latest = next((action for action in case.profile.actions if action.item_id), None)
    if latest is None or case.at - latest.at > GAP_S:
        return None
    product = catalogue.product(latest.item_id)
    taken = case.taken - set(catalogue.rows([latest.item_id]))
    return _after_a_look(product, case.at, taken) if taken else None


def _after_a_look(product: Product, at: float, taken: frozenset[int]) -> Case:
    looked_at = datetime.fromtimestamp(at - 60.0, UTC)
    look = Event("click", EventType.VIEW, looked_at, session_id="stranger", item_id=product.item_id)
    return Case(record(Profile(Actor("session", "stranger")), look, product), at, taken)
