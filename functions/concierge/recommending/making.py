"""How one list is made."""

from collections.abc import Mapping
from dataclasses import dataclass

from concierge.recommending.asking import Asked
from concierge.recommending.placements import Placement
from concierge.recommending.steering import Steering
from concierge.shop.profile import Profile


@dataclass(frozen=True, slots=True)
class Making:
    """How a list is made: for whom, where, by which rules and weights."""

    placement: Placement
    steering: Steering
    asked: Asked
    profile: Profile | None
    weights: Mapping[str, float]
