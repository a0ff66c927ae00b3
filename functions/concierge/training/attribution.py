"""Which recommendation a click or a purchase is owed to: one at most, the last that touched.

An event that names its recommendation is owed to it. Any other is owed to the latest impression of
the same item that the same person had, if it is not too long ago.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.shop.events import EventType
from concierge.training.event_log import NOBODY, TYPES, Events

Hashes = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

CLICKS = (EventType.VIEW, EventType.ADD_TO_CART)
PURCHASES = (EventType.PURCHASE,)
CLICK_WINDOW_S = 24 * 3_600.0
PURCHASE_WINDOW_S = 7 * 86_400.0
NONE = -1

# One item of one recommendation, however often a client reported that it was seen.
SHOWING = np.dtype(
    [
        ("recommendation", "<u8"),
        ("item", "<u8"),
        ("person", "<u8"),
        ("arm", "u1"),  # 1 + position in ARMS
        ("placement", "u1"),  # 1 + position in PLACEMENTS
        ("is_seen", "?"),  # a client said so; else it is only known to be served
        ("exposure", "<i8"),  # position in the log of the draw, or NONE
    ]
)
Showings = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Credits:
    """Events that are owed to a recommendation, as positions in the log.

    `showings` are positions of what they are owed to, or NONE where the recommendation that an
    event names is not known to have shown its item.
    """

    events: Rows
    showings: Rows

    def credited(self, count: int) -> Mask:
        """Return which of so many showings are owed anything."""
        credited = np.zeros(count, np.bool_)
        credited[self.showings[self.showings != NONE]] = True
        return credited


@dataclass(frozen=True, slots=True)
class Attribution:
    """What was shown, and what came of it."""

    showings: Showings
    clicks: Credits
    purchases: Credits


def attribute(log: Events) -> Attribution:
    """Return what the recommendations of a log showed, and which events are owed to them."""
    person = people(log)
    shown = np.flatnonzero(_is_type(log, (EventType.IMPRESSION,)) & _is_ours(log))
    shown = shown[np.argsort(log["at"][shown], kind="stable")]
    keys, first, showing_of = np.unique(
        _pairs(log["recommendation"], log["item"])[shown], return_index=True, return_inverse=True
    )
    is_draw = log["propensity"][shown] > 0
    showings = _showings(log, person, shown[first])
    showings["is_seen"][showing_of[~is_draw]] = True
    showings["exposure"][showing_of[is_draw]] = shown[is_draw]
    touches = _Touches(log, person, shown[~is_draw], showing_of[~is_draw])
    return Attribution(
        showings,
        _credits(log, keys, touches, CLICKS, CLICK_WINDOW_S),
        _credits(log, keys, touches, PURCHASES, PURCHASE_WINDOW_S),
    )


def people(log: Events) -> Hashes:
    """Return the person of each event: a stranger who logged in later is that customer.

    A session that several customers used belongs to the one who came first.
    """
    person: Hashes = log["actor"].copy()
    has_session = log["session"] != NOBODY
    logins = np.flatnonzero(log["is_customer"] & has_session)
    strangers = np.flatnonzero(~log["is_customer"] & has_session)
    logins = logins[np.argsort(log["at"][logins], kind="stable")]
    sessions, first = np.unique(log["session"][logins], return_index=True)
    login = _places(sessions, log["session"][strangers])
    person[strangers[login != NONE]] = log["actor"][logins[first[login[login != NONE]]]]
    return person


def _showings(log: Events, person: Hashes, rows: Rows) -> Showings:
    showings = np.zeros(len(rows), SHOWING)
    for name in ("recommendation", "item", "arm", "placement"):
        showings[name] = log[name][rows]
    showings["person"] = person[rows]
    showings["exposure"] = NONE
    return showings


class _Touches:
    """What was seen by whom and when, to be looked up by events."""

    def __init__(self, log: Events, person: Hashes, rows: Rows, showings: Rows) -> None:
        self._log = log
        self._person = person
        self._rows = rows
        self._showings = showings

    def last(self, events: Rows, window_s: float) -> Rows:
        """Return the showing that each event's person saw last, of its item and in time."""
        rows = np.concatenate([self._rows, events])
        keys = _pairs(self._person[rows], self._log["item"][rows])
        at = self._log["at"][rows]
        is_event = np.arange(len(rows)) >= len(self._rows)
        # At the same moment what was seen comes first.
        order = np.lexsort((is_event, at, keys))
        seen = np.maximum.accumulate(np.where(is_event[order], NONE, np.arange(len(order))))
        touch = order[seen]
        in_time = (
            (seen != NONE) & (keys[touch] == keys[order]) & (at[order] - at[touch] <= window_s)
        )
        found = np.full(len(rows), NONE, np.intp)
        found[order[in_time]] = touch[in_time]
        touched = found[len(self._rows) :]
        showings = np.append(self._showings, NONE)
        return np.where(touched == NONE, NONE, showings[touched])


def _credits(
    log: Events, keys: Hashes, touches: _Touches, types: Sequence[EventType], window_s: float
) -> Credits:
    events = np.flatnonzero(_is_type(log, types) & (log["item"] != NOBODY))
    is_direct = _is_ours(log)[events]
    direct, others = events[is_direct], events[~is_direct]
    named = _places(keys, _pairs(log["recommendation"][direct], log["item"][direct]))
    touched = touches.last(others, window_s)
    others, touched = others[touched != NONE], touched[touched != NONE]
    return Credits(np.concatenate([direct, others]), np.concatenate([named, touched]))


def _is_type(log: Events, types: Sequence[EventType]) -> Mask:
    wanted: Mask = np.isin(log["type"], [TYPES.index(each) for each in types])
    return wanted


def _is_ours(log: Events) -> Mask:
    """Return which events name a recommendation that we made."""
    ours: Mask = (log["arm"] > 0) & (log["item"] != NOBODY)
    return ours


def _pairs(one: Any, other: Any) -> Hashes:
    """Return one hash for each pair; an odd factor keeps (a, b) and (b, a) apart."""
    mixed: Hashes = one * np.uint64(0x9E3779B97F4A7C15) ^ other
    return mixed


def _places(ordered: Hashes, wanted: Hashes) -> Rows:
    """Return where each is among the ordered ones, or NONE."""
    if not len(ordered):
        return np.full(len(wanted), NONE, np.intp)
    places = np.searchsorted(ordered, wanted).clip(max=len(ordered) - 1)
    return np.where(ordered[places] == wanted, places, NONE)
