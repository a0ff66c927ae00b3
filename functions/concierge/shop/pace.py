"""How fast an actor has been lately: one decayed count for each rule of conduct.

A count fades by the factor e in the time its rule looks at, so a steady flood holds the level that
a window of that time would count, and a burst counts in full. Forward decay (Cormode et al. 2009)
makes the order of events indifferent and needs no list of their times.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp

from concierge.shop.conduct import RULES, Counted, Rule, resolution_s

# Less is forgotten: it is under a tenth of any rule's limit.
LEAST = 0.5
# No level exceeds so many times its limit: then the limit is no longer exceeded after a rest of
# 0.7 (ln 2) of the time its rule looks at, however wild the flood was.
CEILING = 2.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Levels by the names of rules, as of one moment in epoch seconds."""

    as_of: float = 0.0
    levels: Mapping[str, float] = field(default_factory=dict)

    def after(self, counted: Iterable[tuple[Counted, float]]) -> "Pace":
        """Return the pace after what was counted at these moments."""
        new = list(counted)
        if not new:
            return self
        as_of = max(self.as_of, *(at for _, at in new))
        levels = self.faded(as_of)
        for kind, at in new:
            rounded_s = resolution_s(at)
            for rule in _LIVE[kind]:
                if rounded_s <= rule.within_s:
                    gain = exp((at - as_of) / rule.within_s)
                    levels[rule.name] = levels.get(rule.name, 0.0) + gain
        return Pace(as_of, _bounded(levels))

    def joined(self, other: "Pace") -> "Pace":
        """Return the pace of two who turn out to be one."""
        as_of = max(self.as_of, other.as_of)
        levels = self.faded(as_of)
        for name, level in other.faded(as_of).items():
            levels[name] = levels.get(name, 0.0) + level
        return Pace(as_of, _bounded(levels))

    def broken_rule(self, at: float, times: float = 1.0) -> str:
        """Return a rule whose limit is exceeded so many times at a moment, or nothing."""
        levels = self.faded(at) if at > self.as_of else self.levels
        broken = (
            name
            for name, level in levels.items()
            if name in _BY_NAME and level > times * _BY_NAME[name].most
        )
        return next(broken, "")

    def faded(self, as_of: float) -> dict[str, float]:
        """Return the levels at a later moment, without rules that are no more."""
        return {
            name: level * exp((self.as_of - as_of) / _BY_NAME[name].within_s)
            for name, level in self.levels.items()
            if name in _BY_NAME
        }


_BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES if rule.is_live}
_LIVE: Mapping[Counted, tuple[Rule, ...]] = {
    kind: tuple(rule for rule in _BY_NAME.values() if rule.counted is kind) for kind in Counted
}


def _bounded(levels: Mapping[str, float]) -> dict[str, float]:
    return {
        name: min(level, CEILING * _BY_NAME[name].most)
        for name, level in levels.items()
        if level >= LEAST
    }
