"""Where the numbers of crowded dots go, so that none lies on another or on a dot."""

import math
from collections.abc import Iterable, Sequence

Spot = tuple[float, float]

# In points: what a number of two digits needs to itself, and to a dot.
APART, CLEAR = 13.0, 9.0
DISTANCES = (11.0, 19.0, 28.0, 38.0, 50.0, 64.0, 80.0)
DIRECTIONS = [(math.sin(turn), math.cos(turn)) for turn in (math.tau * n / 16 for n in range(16))]


def places(dots: Sequence[Spot]) -> list[Spot]:
    """Return the place of each dot's number: the nearest ring with room, in its freest direction."""
    taken: list[Spot] = []
    for dot in dots:
        taken.append(_place(dot, dots, taken))
    return taken


def _place(dot: Spot, dots: Sequence[Spot], taken: Sequence[Spot]) -> Spot:
    for distance in DISTANCES:
        ring = [(dot[0] + distance * x, dot[1] + distance * y) for x, y in DIRECTIONS]
        free = [spot for spot in ring if _room(spot, taken) >= APART and _room(spot, dots) >= CLEAR]
        if free:
            return max(free, key=lambda spot: round(_room(spot, [*taken, *_others(dot, dots)]), 3))
    return dot


def _others(dot: Spot, dots: Iterable[Spot]) -> list[Spot]:
    return [other for other in dots if other != dot]


def _room(spot: Spot, others: Iterable[Spot]) -> float:
    """Return how far the nearest of the others is."""
    return min((math.dist(spot, other) for other in others), default=math.inf)
