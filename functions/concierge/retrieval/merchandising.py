"""What a shop may decide about its lists, placement by placement."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from concierge.retrieval.filters import Condition

DEFAULT_PLACEMENT = "default"


@dataclass(frozen=True, slots=True)
class Boost:
    """Multiplies the score of what matches; a factor below one holds it back."""

    name: str
    condition: Condition
    factor: float


@dataclass(frozen=True, slots=True)
class Promotion:
    """Gives what matches a share of the places, whatever its score."""

    name: str
    condition: Condition
    share: float


@dataclass(frozen=True, slots=True)
class Pin:
    """One item at one place, counted from 1."""

    item_id: str
    position: int


@dataclass(frozen=True, slots=True)
class Repetition:
    """Holds back what was shown `after` times without interest, less and less for some days."""

    after: int = 3
    for_days: float = 7.0


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one placement; without any, the score alone decides.

    `category_level` says which part of a category path `most_per_category` counts: 1 is the
    broadest. `diversity` goes from 0, the score alone, to 1.
    """

    filter: Condition | None = None
    exclude: Condition | None = None
    exclude_item_ids: tuple[str, ...] = ()
    boosts: tuple[Boost, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    pins: tuple[Pin, ...] = ()
    most_per_category: int | None = None
    category_level: int = 1
    diversity: float = 0.0
    repetition: Repetition | None = None


NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Experiment:
    """Which shares of the customers get their lists otherwise made; a new name deals them anew."""

    name: str
    traditional: float = 0.0
    exploring: float = 0.0


@dataclass(frozen=True, slots=True)
class Configuration:
    """The rules of every placement that has its own; `id` is empty where nothing is published."""

    id: str = ""
    placements: Mapping[str, Rules] = field(default_factory=dict)
    experiment: Experiment | None = None

    def placement(self, name: str) -> str:
        """Return the name under which the rules of a placement are kept."""
        return name if name in self.placements else DEFAULT_PLACEMENT

    def rules(self, name: str) -> Rules:
        """Return the rules of a placement: its own, else the default ones, else none."""
        return self.placements.get(self.placement(name), NO_RULES)
