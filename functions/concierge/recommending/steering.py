"""The rules of a placement laid out over a catalogue: made once for both, used by every request."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from aws_lambda_powertools import Logger
from numpy.typing import NDArray

from concierge.errors import OldSnapshot
from concierge.language.tokens import fold
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.filters import Condition
from concierge.retrieval.merchandising import Configuration, Rules
from concierge.shop.catalogue import split_category

Floats = NDArray[np.float32]
Groups = NDArray[np.int32]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

# All boosts of an item together: beyond it they would only hide what else there is.
MOST_BOOST = 100.0
UNGROUPED = 0
# Expressions may count ages back from now, so what they match moves on while nothing is published.
LAID_OUT_S = 3_600.0

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Promoted:
    """A promotion with the rows of what it promotes, ascending."""

    name: str
    share: float
    rows: Rows


@dataclass(frozen=True, slots=True)
class Steering:
    """Rules by row of one catalogue.

    `permitted` is what filter and exclusions leave, `factors` the product of each row's boosts,
    `pins` rows by position, and `groups` the category that a cap counts, UNGROUPED for none.
    Not `is_whole` where the catalogue is too old for a filter, whose rule was passed over.
    """

    rules: Rules
    permitted: Mask
    factors: Floats | None
    promotions: tuple[Promoted, ...]
    pins: Mapping[int, int]
    groups: Groups | None
    is_whole: bool


class Configurations(Protocol):
    """Where the configuration in force comes from."""

    def get_or_none(self) -> Configuration | None:
        """Return the configuration in force, or None."""


class Merchandising:
    """Keeps the steering of each placement while its configuration and catalogue are in force."""

    def __init__(
        self, configurations: Configurations, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._configurations = configurations
        self._clock = clock
        self._made_for = ("", "")
        self._made_at = float("-inf")
        self._made: dict[str, Steering] = {}

    def configuration(self) -> Configuration:
        """Return the configuration in force, one without rules where nothing is published."""
        return self._configurations.get_or_none() or Configuration()

    def steering(
        self, configuration: Configuration, placement: str, catalogue: CatalogueSnapshot
    ) -> Steering:
        """Return the steering of a placement; one that the configuration lacks has the default's."""
        made_for = (configuration.id, catalogue.id)
        if self._made_for != made_for or self._clock() - self._made_at >= LAID_OUT_S:
            self._made_for, self._made_at = made_for, self._clock()
            self._made = {}
        name = configuration.placement(placement)
        if name not in self._made:
            self._made[name] = steer(configuration.rules(name), catalogue)
        return self._made[name]


def steer(rules: Rules, catalogue: CatalogueSnapshot) -> Steering:
    """Lay rules out over a catalogue; what it does not have is passed over."""
    matching = _Matching(catalogue)
    permitted = _permitted(rules, catalogue, matching)
    factors = _factors(rules, matching) if rules.boosts else None
    promotions = [
        Promoted(each.name, each.share, np.flatnonzero(mask))
        for each in rules.promotions
        if (mask := matching.mask(each.condition)) is not None
    ]
    pins = [(pin.position, catalogue.row(pin.item_id)) for pin in rules.pins]
    return Steering(
        rules=rules,
        permitted=permitted,
        factors=factors,
        promotions=tuple(promotions),
        pins={position: row for position, row in pins if row is not None},
        groups=_groups(rules.category_level, catalogue) if rules.most_per_category else None,
        is_whole=matching.is_whole,
    )


class _Matching:
    """What expressions match in one catalogue, as far as it can tell."""

    def __init__(self, catalogue: CatalogueSnapshot) -> None:
        self.catalogue = catalogue
        self.is_whole = True

    def mask(self, condition: Condition) -> Mask | None:
        """Return which rows match, or None where the catalogue lacks a column that is named."""
        try:
            return condition.mask(self.catalogue)
        except OldSnapshot as error:
            # Lists with one rule fewer are better than no lists until the next import.
            self.is_whole = False
            logger.error("rule passed over", reason=str(error))
            return None


def _permitted(rules: Rules, catalogue: CatalogueSnapshot, matching: _Matching) -> Mask:
    permitted = np.ones(len(catalogue), np.bool_)
    if rules.filter and (wanted := matching.mask(rules.filter)) is not None:
        permitted &= wanted
    if rules.exclude and (unwanted := matching.mask(rules.exclude)) is not None:
        permitted &= ~unwanted
    permitted[catalogue.rows(rules.exclude_item_ids)] = False
    return permitted


def _factors(rules: Rules, matching: _Matching) -> Floats:
    # Added up as logarithms: fifty factors of a hundred are beyond any float, and their order
    # must not matter.
    logarithms = np.zeros(len(matching.catalogue), np.float64)
    for boost in rules.boosts:
        if (boosted := matching.mask(boost.condition)) is not None:
            logarithms[boosted] += np.log(boost.factor)
    return np.exp(np.minimum(logarithms, np.log(MOST_BOOST))).astype(np.float32)


def _groups(level: int, catalogue: CatalogueSnapshot) -> Groups:
    numbers: dict[tuple[str, ...], int] = {(): UNGROUPED}
    by_code = [
        numbers.setdefault(tuple(fold(name) for name in split_category(path)[:level]), len(numbers))
        for path in catalogue.categories.values
    ]
    return np.array(by_code, np.int32)[catalogue.categories.codes]
