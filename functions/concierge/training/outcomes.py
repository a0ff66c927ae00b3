"""What came of the recommendations: by arm of the experiment and by placement.

Only what clients report as seen counts as an impression. Purchases and clicks are owed to it as
`attribution` says; intervals are those of `intervals`.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.shop.events import EventType
from concierge.shop.recommendation_ids import ARMS, PLACEMENTS
from concierge.training.attribution import CLICKS, PURCHASES, Attribution, attribute
from concierge.training.catalogue_reach import Popularity, Reach
from concierge.training.event_log import NOBODY, TYPES, Events
from concierge.training.intervals import Interval, difference, distinct, rate
from concierge.training.off_policy import OffPolicy, off_policy

Mask = NDArray[np.bool_]
Codes = NDArray[np.intp]

# Each arm with the one that it has to be better than.
PAIRS = (("learnt", "traditional"), ("exploring", "learnt"))


@dataclass(frozen=True, slots=True)
class Group:
    """The lists of one arm at one placement; no placement stands for all together."""

    arm: str
    placement: str | None
    recommendations: int
    impressions: int
    customers: int
    clicked: int
    bought: int
    click_rate: Interval
    purchase_rate: Interval
    reach: Reach

    def to_record(self) -> dict[str, Any]:
        """Return the group as JSON."""
        reach = asdict(self.reach)
        return {
            "arm": self.arm,
            "placement": self.placement,
            "recommendations": self.recommendations,
            "impressions": self.impressions,
            "customers": self.customers,
            "impressions_clicked": self.clicked,
            "impressions_bought": self.bought,
            "clicks_per_impression": self.click_rate.to_record(),
            "purchases_per_impression": self.purchase_rate.to_record(),
            "items_shown": reach.pop("items"),
            "coverage_share": reach.pop("coverage"),
            **reach,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much more an arm has than its baseline, at one placement or at all."""

    arm: str
    baseline: str
    placement: str | None
    clicks: Interval
    purchases: Interval

    def to_record(self) -> dict[str, Any]:
        """Return the differences as JSON."""
        return {
            "arm": self.arm,
            "baseline": self.baseline,
            "placement": self.placement,
            "more_clicks_per_impression": self.clicks.to_record(),
            "more_purchases_per_impression": self.purchases.to_record(),
        }


@dataclass(frozen=True, slots=True)
class Exploration:
    """Clicks that the drawn place would have had: by the ranking alone, and by even chance."""

    ranked: OffPolicy
    even: OffPolicy

    def to_record(self) -> dict[str, Any]:
        """Return the estimates as JSON."""
        return {
            "clicks_per_draw_ranked": self.ranked.to_record(),
            "clicks_per_draw_even": self.even.to_record(),
        }


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The report; `strays` name a recommendation that is not known to have shown their item."""

    events: int = 0
    stray_clicks: int = 0
    stray_purchases: int = 0
    groups: tuple[Group, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    exploration: Exploration | None = None

    def to_record(self) -> dict[str, Any]:
        """Return the report as JSON, in which every rate is a share and not a percentage."""
        return {
            "events": self.events,
            "clicks_without_impression": self.stray_clicks,
            "purchases_without_impression": self.stray_purchases,
            "groups": [group.to_record() for group in self.groups],
            "comparisons": [comparison.to_record() for comparison in self.comparisons],
            "exploration": self.exploration.to_record() if self.exploration else None,
        }


def outcomes(log: Events, catalogue_items: int = 0) -> Outcomes:
    """Return the report on a log; an empty one reports nothing.

    Coverage is that of `catalogue_items`, or of the items that the log names where those are more.
    """
    found = attribute(log)
    items, named = np.unique(log["item"][log["item"] != NOBODY], return_inverse=True)
    chosen = np.isin(log["type"][log["item"] != NOBODY], _positions(*CLICKS, *PURCHASES))
    popularity = Popularity(np.bincount(named[chosen], minlength=len(items)), catalogue_items)
    shown = _Shown(found, np.searchsorted(items, found.showings["item"]), len(items), popularity)
    groups = tuple(shown.groups())
    return Outcomes(
        events=len(log),
        stray_clicks=int(np.count_nonzero(found.clicks.showings < 0)),
        stray_purchases=int(np.count_nonzero(found.purchases.showings < 0)),
        groups=groups,
        comparisons=tuple(_comparisons(groups)),
        exploration=shown.exploration(log),
    )


class _Shown:
    """The showings of a log, with what came of each."""

    def __init__(
        self, found: Attribution, items: Codes, item_count: int, popularity: Popularity
    ) -> None:
        self._showings = found.showings
        self._items = items
        self._item_count = item_count
        self._popularity = popularity
        self._clicked = found.clicks.credited(len(found.showings))
        self._bought = found.purchases.credited(len(found.showings))
        self._customers, self._recommendations = (
            np.unique(found.showings[name], return_inverse=True)[1]
            for name in ("person", "recommendation")
        )

    def groups(self) -> Iterator[Group]:
        """Yield the groups that have impressions, all placements of an arm before each."""
        for arm, placement in product(ARMS, (None, *PLACEMENTS)):
            inside = self._showings["is_seen"] & (self._showings["arm"] == ARMS.index(arm) + 1)
            if placement:
                inside &= self._showings["placement"] == PLACEMENTS.index(placement) + 1
            group = self._group(arm, placement, np.flatnonzero(inside))
            if group:
                yield group

    def _group(self, arm: str, placement: str | None, rows: Codes) -> Group | None:
        customers = self._customers[rows]
        clicks, purchases = (
            rate(happened[rows], customers) for happened in (self._clicked, self._bought)
        )
        reach = self._popularity.reach(np.bincount(self._items[rows], minlength=self._item_count))
        if clicks is None or purchases is None or reach is None:
            return None
        return Group(
            arm=arm,
            placement=placement,
            recommendations=distinct(self._recommendations[rows]),
            impressions=len(rows),
            customers=distinct(customers),
            clicked=int(np.count_nonzero(self._clicked[rows])),
            bought=int(np.count_nonzero(self._bought[rows])),
            click_rate=clicks,
            purchase_rate=purchases,
            reach=reach,
        )

    def exploration(self, log: Events) -> Exploration | None:
        """Return what the draws tell of the ranking, or None without any."""
        drawn = np.flatnonzero(self._showings["exposure"] >= 0)
        draws = log[self._showings["exposure"][drawn]]
        rewards = self._clicked[drawn].astype(np.float64)
        targets = ((draws["rank"] == 1).astype(np.float64), 1.0 / draws["choices"])
        ranked, even = (
            off_policy(rewards, draws["propensity"], target, self._customers[drawn])
            for target in targets
        )
        return Exploration(ranked, even) if ranked and even else None


def _comparisons(groups: tuple[Group, ...]) -> Iterator[Comparison]:
    by_name = {(group.arm, group.placement): group for group in groups}
    for (arm, baseline), placement in product(PAIRS, (None, *PLACEMENTS)):
        one, other = by_name.get((arm, placement)), by_name.get((baseline, placement))
        if one and other:
            clicks = difference(one.click_rate, other.click_rate)
            purchases = difference(one.purchase_rate, other.purchase_rate)
            yield Comparison(arm, baseline, placement, clicks, purchases)


def _positions(*types: EventType) -> list[int]:
    return [TYPES.index(each) for each in types]
