"""What came of searches: the popular ones, those that found nothing, and those nobody followed.

A search is followed where its actor views an item, puts one in the cart or buys one before the next
search, within half an hour. One that its actor repeats at once, as clients do for a next page, counts
once. Nothing is told of a query that fewer than five people asked.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.shop.events import EventType
from concierge.training.event_log import TYPES, Events
from concierge.training.queries import UNKNOWN, Queries

DAY_S = 86_400
# What was asked longer ago tells little of what is asked now.
WINDOW_S = 90 * DAY_S
FOLLOWED_WITHIN_S = 1_800.0
LEAST_PEOPLE = 5
MOST_LISTED, MOST_SUGGESTED = 100, 1_000
# A query is rarely followed where it is so less than half as often as all are.
RARELY = 0.5
_FOLLOWING = (EventType.VIEW, EventType.ADD_TO_CART, EventType.PURCHASE)

Mask = NDArray[np.bool_]
Numbers = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: how often, by how many people, what share was followed and found nothing.

    `without_results` is None where no client told how many results there were.
    """

    query: str
    searches: int
    people: int
    followed: float
    without_results: float | None


@dataclass(frozen=True, slots=True)
class Searches:
    """The report; `suggested` are popular queries that succeed, with shares of the most popular."""

    searches: int = 0
    people: int = 0
    followed: float = 0.0
    with_known_results: int = 0
    without_results: int = 0
    popular: tuple[Asked, ...] = ()
    finding_nothing: tuple[Asked, ...] = ()
    rarely_followed: tuple[Asked, ...] = ()
    suggested: tuple[tuple[str, float], ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return the report as JSON, in which every rate is a share and not a percentage."""
        return {
            "searches": self.searches,
            "people": self.people,
            "followed_share": self.followed,
            "searches_with_known_results": self.with_known_results,
            "searches_without_results": self.without_results,
            "least_people": LEAST_PEOPLE,
            "popular": [asdict(each) for each in self.popular],
            "without_results": [asdict(each) for each in self.finding_nothing],
            "rarely_followed": [asdict(each) for each in self.rarely_followed],
        }


def searches(log: Events, queries: Queries) -> Searches:
    """Return the report on the searches of a log, of its last 90 days."""
    rows = _rows(log)
    if not len(rows):
        return Searches()
    ordered = log[rows]
    texts, results = queries.of(ordered["event"])
    is_search = ordered["type"] == TYPES.index(EventType.SEARCH)
    counted = is_search & ~_repeated(ordered, is_search, texts)
    followed = _followed(ordered, is_search)[counted]
    asked, found = texts[counted], results[counted]
    actors = np.unique(ordered["actor"][counted], return_inverse=True)[1]
    told = _Told(asked, actors, followed, found, len(queries.kept))
    return told.report(queries.kept)


class _Told:
    """What each text had, by its number."""

    def __init__(
        self, asked: Numbers, actors: Numbers, followed: Mask, found: Numbers, texts: int
    ) -> None:
        self._all = (asked, actors, followed, found)
        kept, known = asked != UNKNOWN, found != UNKNOWN
        pairs = np.unique(np.stack([asked[kept], actors[kept]]), axis=1)
        self._people = np.bincount(pairs[0], minlength=texts)
        self._searches, self._followed, self._known, self._nothing = (
            np.bincount(asked[kept & these], minlength=texts)
            for these in (kept, followed, known, found == 0)
        )

    def report(self, texts: tuple[str, ...]) -> Searches:
        """Return the report; of equals, the first text in order comes first."""
        asked, actors, followed, found = self._all
        overall = float(followed.mean()) if len(followed) else 0.0
        shares = self._followed / np.maximum(self._searches, 1)
        fails = self._nothing * 2 > self._known
        is_asked = self._people >= LEAST_PEOPLE
        order = sorted(
            np.flatnonzero(is_asked).tolist(), key=lambda at: (-self._people[at], texts[at])
        )
        rare = [at for at in order if shares[at] < RARELY * overall and not fails[at]]
        rare.sort(key=lambda at: (shares[at], -self._people[at]))
        good = [at for at in order if shares[at] >= RARELY * overall > 0 and not fails[at]]
        most = max((int(self._people[at]) for at in good), default=1)
        return Searches(
            searches=len(asked),
            people=len(np.unique(actors)),
            followed=overall,
            with_known_results=int(np.count_nonzero(found != UNKNOWN)),
            without_results=int(np.count_nonzero(found == 0)),
            popular=self._listed(order, texts),
            finding_nothing=self._listed((at for at in order if fails[at]), texts),
            rarely_followed=self._listed(rare, texts),
            suggested=tuple(
                (texts[at], round(int(self._people[at]) / most, 4)) for at in good[:MOST_SUGGESTED]
            ),
        )

    def _listed(self, numbers: Iterable[int], texts: tuple[str, ...]) -> tuple[Asked, ...]:
        return tuple(
            self._asked(at, texts[at]) for _, at in zip(range(MOST_LISTED), numbers, strict=False)
        )

    def _asked(self, at: int, text: str) -> Asked:
        searches, known = int(self._searches[at]), int(self._known[at])
        nothing = float(self._nothing[at]) / known if known else None
        followed = float(self._followed[at]) / searches
        return Asked(text, searches, int(self._people[at]), followed, nothing)


def _rows(log: Events) -> Numbers:
    """Return the searches of the window and what may follow them, actor by actor in time order."""
    wanted = [TYPES.index(each) for each in (EventType.SEARCH, *_FOLLOWING)]
    recent = log["at"] > log["at"].max(initial=0.0) - WINDOW_S
    rows = np.flatnonzero(recent & np.isin(log["type"], wanted))
    return rows[np.lexsort((log["event"][rows], log["at"][rows], log["actor"][rows]))]


def _followed(ordered: Events, is_search: Mask) -> Mask:
    """Return which searches are followed: the next event of the actor is no search, and soon."""
    return is_search & _next_is(ordered, ~is_search)


def _repeated(ordered: Events, is_search: Mask, texts: Numbers) -> Mask:
    """Return which searches their actor repeats at once."""
    same = np.zeros(len(ordered), np.bool_)
    same[:-1] = (texts[1:] == texts[:-1]) & (texts[:-1] != UNKNOWN)
    return is_search & same & _next_is(ordered, is_search)


def _next_is(ordered: Events, wanted: Mask) -> Mask:
    """Return which events have a wanted one of their actor next, and within half an hour."""
    found = np.zeros(len(ordered), np.bool_)
    one, other = ordered[:-1], ordered[1:]
    soon = other["at"] - one["at"] <= FOLLOWED_WITHIN_S
    found[:-1] = (one["actor"] == other["actor"]) & soon & wanted[1:]
    return found
