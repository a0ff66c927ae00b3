"""Which events of the archive no person made; nothing may be learnt from them.

A suspicious visit is left out whole, and what else its actor did stays. An actor who breaks a rule
with everything else still, such as by a new session for every event, is left out whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.shop.conduct import (
    ACTS_OF_KIND,
    LIVE,
    LONGEST_PAUSE_S,
    MEMORY_S,
    METRONOME,
    METRONOME_PAUSES,
    METRONOME_SHARE,
    METRONOME_SPREAD,
    MINUTE_S,
    PAUSE_S,
    ROUNDED,
    RULES,
    SHORTEST_PAUSE_S,
    Counted,
    Rule,
)
from concierge.shop.events import EventType
from concierge.training.event_log import NOBODY, TYPES, Events

Mask = NDArray[np.bool_]
Keys = NDArray[np.uint64]
Rows = NDArray[np.int64]
Seconds = NDArray[np.float64]
# Odd, from the golden ratio: multiplying by it spreads small numbers over all bits (Knuth).
SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Caught:
    """How many events a rule leaves out, and of how many actors."""

    events: int
    actors: int


@dataclass(frozen=True, slots=True)
class Suspects:
    """What to leave out: `mask` has shape [events]; an event may break several rules."""

    mask: Mask
    by_rule: Mapping[str, Caught]


def quarantined(log: Events) -> Suspects:
    """Judge every event by the rules of conduct; the order of the log does not matter."""
    found = _broken(log, _visits(log))
    found[LIVE] = log["quarantined"].copy()
    mask = np.logical_or.reduce(list(found.values()))
    rest = np.flatnonzero(~mask)
    for name, caught in _broken(log[rest], log["actor"][rest]).items():
        actors = np.unique(log["actor"][rest[caught]])
        if len(actors):
            found[name] |= np.isin(log["actor"], actors)
            mask |= found[name]
    by_rule = {name: _caught(log, caught) for name, caught in found.items() if caught.any()}
    return Suspects(mask, by_rule)


def _caught(log: Events, mask: Mask) -> Caught:
    return Caught(int(mask.sum()), len(np.unique(log["actor"][mask])))


def _visits(log: Events) -> Keys:
    """Return a key for the visit of each event: its session, or what no long pause divides."""
    alone = np.flatnonzero(log["session"] == NOBODY)
    rows = alone[np.lexsort((log["at"][alone], log["actor"][alone]))]
    begins = ~_same(log["actor"][rows]) | (_pauses(log["at"][rows]) > PAUSE_S)
    keys = log["session"].copy()
    keys[rows] = np.cumsum(begins).astype(np.uint64) * SPREAD
    return keys


def _broken(log: Events, keys: Keys) -> dict[str, Mask]:
    """Return for each rule all events of the keys that break it."""
    order = np.lexsort((log["at"], keys))
    keys, at = keys[order], log["at"][order]
    number = np.cumsum(~_same(keys)) - 1
    resolution = _resolution(at)
    counted = _counted(keys, at, log["type"][order], log["item"][order])
    numbers = {}
    for rule in RULES:
        rows = counted[rule.counted]
        rows = rows[resolution[rows] <= rule.within_s]
        numbers[rule.name] = _too_many(rule, number[rows], at[rows])
    acts = counted[Counted.ACTS]
    acts = acts[resolution[acts] < MINUTE_S]
    numbers[METRONOME] = _metronomes(number[acts], at[acts])
    masks = {name: np.zeros(len(log), np.bool_) for name in numbers}
    for name, those in numbers.items():
        masks[name][order] = np.isin(number, those, kind="table") if len(those) else False
    return masks


def _counted(keys: Keys, at: Seconds, types: Rows, items: Keys) -> dict[Counted, Rows]:
    """Return the rows that count for each kind; rows are in the order of key and time."""
    acts = {kind: np.flatnonzero(types == number) for number, kind in enumerate(TYPES)}
    impressions = acts.pop(EventType.IMPRESSION)
    views = acts[EventType.VIEW]
    for kind, rows in acts.items():
        if kind is not EventType.VIEW:
            acts[kind] = rows[~(_same(keys[rows]) & _same(np.floor(at[rows])))]
    lines = np.flatnonzero(types != TYPES.index(EventType.IMPRESSION))
    repeats = _repeated(keys, at, types, items, lines)
    counted = {
        Counted.ACTS: np.sort(np.concatenate(list(acts.values()))),
        Counted.LINES: lines,
        Counted.IMPRESSIONS: impressions,
        Counted.REPETITIONS: np.flatnonzero(repeats),
        Counted.NOVELTIES: views[~repeats[views]],
    }
    return counted | {own: acts[kind] for kind, owns in ACTS_OF_KIND.items() for own in owns}


def _repeated(keys: Keys, at: Seconds, types: Rows, items: Keys, lines: Rows) -> Mask:
    """Tell which rows do again what was done with the item within the time of memory."""
    rows = lines[items[lines] != NOBODY]
    same = (keys[rows] ^ items[rows]) * SPREAD ^ (items[rows] + types[rows].astype(np.uint64))
    order = np.argsort(same, kind="stable")
    again = _same(same[order]) & (_pauses(at[rows][order]) <= MEMORY_S)
    repeated = np.zeros(len(keys), np.bool_)
    repeated[rows[order]] = again
    return repeated


def _too_many(rule: Rule, number: Rows, at: Seconds) -> Rows:
    """Return the numbers that come more often than a rule allows within its time."""
    over = number[: -rule.most] == number[rule.most :]
    over &= at[rule.most :] - at[: -rule.most] < rule.within_s
    return np.unique(number[rule.most :][over])


def _metronomes(number: Rows, at: Seconds) -> Rows:
    """Return the numbers of those whose pauses between acts are nearly all the same."""
    pauses = _pauses(at)
    chosen = _same(number) & (pauses >= SHORTEST_PAUSE_S) & (pauses <= LONGEST_PAUSE_S)
    pauses, owner = pauses[chosen], number[chosen]
    many = np.bincount(owner) >= METRONOME_PAUSES if len(owner) else np.zeros(0, np.bool_)
    if not many.any():
        return np.zeros(0, np.int64)
    pauses, owner = pauses[many[owner]], owner[many[owner]]
    order = np.lexsort((pauses, owner))
    pauses, owner = pauses[order], owner[order]
    owners, starts, counts = np.unique(owner, return_index=True, return_counts=True)
    median = np.repeat(pauses[starts + counts // 2], counts)
    near = np.abs(pauses - median) <= METRONOME_SPREAD * median
    return owners[np.add.reduceat(near, starts, dtype=np.int64) >= METRONOME_SHARE * counts]


def _resolution(at: Seconds) -> Seconds:
    """Return for each moment how much it may have been rounded by, in seconds."""
    resolution = np.zeros(len(at))
    for shown, rounded in reversed(ROUNDED):
        resolution[at % shown == 0] = rounded
    return resolution


def _same(values: NDArray[np.generic]) -> Mask:
    """Tell which values are like the one before; the first is not."""
    same = np.zeros(len(values), np.bool_)
    same[1:] = values[1:] == values[:-1]
    return same


def _pauses(at: Seconds) -> Seconds:
    """Return the time since the one before; 0 for the first."""
    return np.diff(at, prepend=at[:1])
