"""The rules of a placement laid out over a catalogue: made once for both, used by every request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from concierge.language.tokens import fold
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.merchandising import Configuration, Rules
from concierge.shop.catalogue import split_category

Floats = NDArray[np.float32]
Groups = NDArray[np.int32]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

# All boosts of an item together: beyond it they would only hide what else there is.
MOST_BOOST = 100.0
UNGROUPED = 0


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
    """

    rules: Rules
    permitted: Mask
    factors: Floats | None
    promotions: tuple[Promoted, ...]
    pins: Mapping[int, int]
    groups: Groups | None


class Configurations(Protocol):
    """Where the configuration in force comes from."""

    def get_or_none(self) -> Configuration | None:
        """Return the configuration in force, or None."""


class Merchandising:
    """Keeps the steering of each placement while its configuration and catalogue are in force."""

    def __init__(self, configurations: Configurations) -> None:
        self._configurations = configurations
        self._made_for = ("", "")
        self._made: dict[str, Steering] = {}

    def configuration(self) -> Configuration:
        """Return the configuration in force, one without rules where nothing is published."""
        return self._configurations.get_or_none() or Configuration()

    def steering(
        self, configuration: Configuration, placement: str, catalogue: CatalogueSnapshot
    ) -> Steering:
        """Return the steering of a placement; one that the configuration lacks has the default's."""
        if self._made_for != (configuration.id, catalogue.id):
            self._made_for = (configuration.id, catalogue.id)
            self._made = {}
        name = configuration.placement(placement)
        if name not in self._made:
            self._made[name] = steer(configuration.rules(name), catalogue)
        return self._made[name]


def steer(rules: Rules, catalogue: CatalogueSnapshot) -> Steering:
    """Lay rules out over a catalogue; what it does not have is passed over."""
    return Steering(
        rules=rules,
        permitted=_permitted(rules, catalogue),
        factors=_factors(rules, catalogue),
        promotions=tuple(
            Promoted(each.name, each.share, np.flatnonzero(each.condition.mask(catalogue)))
            for each in rules.promotions
        ),
        pins={
            pin.position: row
            for pin in rules.pins
            if (row := catalogue.row(pin.item_id)) is not None
        },
        groups=_groups(rules.category_level, catalogue) if rules.most_per_category else None,
    )


def _permitted(rules: Rules, catalogue: CatalogueSnapshot) -> Mask:
    permitted = np.ones(len(catalogue), np.bool_)
    if rules.filter:
        permitted &= rules.filter.mask(catalogue)
    if rules.exclude:
        permitted &= ~rules.exclude.mask(catalogue)
    permitted[catalogue.rows(rules.exclude_item_ids)] = False
    return permitted


def _factors(rules: Rules, catalogue: CatalogueSnapshot) -> Floats | None:
    if not rules.boosts:
        return None
    factors = np.ones(len(catalogue), np.float64)
    for boost in rules.boosts:
        # Capped at each step, since fifty factors of a hundred are beyond any float.
        factors[boost.condition.mask(catalogue)] *= boost.factor
        np.minimum(factors, MOST_BOOST, out=factors)
    return factors.astype(np.float32)


def _groups(level: int, catalogue: CatalogueSnapshot) -> Groups:
    numbers: dict[tuple[str, ...], int] = {(): UNGROUPED}
    by_code = [
        numbers.setdefault(tuple(fold(name) for name in split_category(path)[:level]), len(numbers))
        for path in catalogue.categories.values
    ]
    return np.array(by_code, np.int32)[catalogue.categories.codes]
