import numpy as np
import pytest

from concierge.training.cooccurrence import (
    AFTER,
    HALF_LIFE_S,
    MOST_TARGETS,
    SHRINKAGE,
    TOGETHER,
    Pairing,
    add_pairs,
    best_pairs,
    related,
)
from concierge.training.event_log import TYPES
from concierge.training.pair_sums import pair_sums
from concierge.training.visits import by_actor, visit_numbers
from tests.fakes.logs import drawn_log


def summed(log, pairing, count):
    events = by_actor(log)
    items = np.searchsorted(np.unique(log["item"]), events["item"])
    sums, sizes = pair_sums(count), np.zeros(count)
    ages = events["at"].max() - events["at"]
    add_pairs(sums, sizes, events, items, ages, pairing)
    return sums, sizes


def by_definition(log, pairing, count):
    """Pair by pair, as it is defined."""
    events = by_actor(log)
    items = np.searchsorted(np.unique(log["item"]), events["item"])
    recency = 0.5 ** ((events["at"].max() - events["at"]) / HALF_LIFE_S)
    events, items, recency = (
        each[np.isin(events["type"], [TYPES.index(pairing.only or kind) for kind in TYPES])]
        for each in (events, items, recency)
    )
    visits = visit_numbers(events)
    sums = np.zeros((count, count))
    for one in range(len(events)):
        for step in range(1, pairing.reach + 1):
            two = one + step
            if two < len(events) and visits[one] == visits[two] and items[one] != items[two]:
                weight = recency[two] * pairing.decay ** (step - 1)
                sums[items[one], items[two]] += weight
                if not pairing.directed or events["at"][one] == events["at"][two]:
                    sums[items[two], items[one]] += weight
    return sums, np.bincount(items, recency, minlength=count)


@pytest.mark.parametrize("pairing", [TOGETHER, AFTER, Pairing(reach=2, decay=0.5, directed=True)])
def test_pairs_are_those_of_the_definition(pairing):
    log = drawn_log(actors=30, visits=2, basket=15)
    log["at"] = np.floor(log["at"] / 120) * 120
    sums, sizes = summed(log, pairing, 40)
    expected, expected_sizes = by_definition(log, pairing, 40)
    found = np.zeros((40, 40))
    for sources, targets, totals in sums.entries():
        found[sources, targets] = totals
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    np.testing.assert_allclose(sizes, expected_sizes, rtol=1e-5)


def test_pairs_are_the_cosine_of_their_counts_shrunk_where_few_speak_for_them():
    sums = pair_sums(2)
    sums.add(np.array([0]), np.array([1]), np.array([6.0], np.float32))
    relation = related([best_pairs(sums, np.array([9.0, 16.0]))], 2)
    assert relation.of(0)[1].tolist() == pytest.approx([6 / 12 * 6 / (6 + SHRINKAGE)], rel=1e-3)
    assert relation.of(1)[1].tolist() == []


def test_each_item_keeps_the_strongest_and_of_equals_the_first():
    many = MOST_TARGETS + 30
    sums = pair_sums(many)
    targets = np.arange(1, many)
    weights = np.where(targets == many - 1, 9.0, 5.0).astype(np.float32)
    sums.add(np.zeros(many - 1, np.int64), targets, weights)
    kept, _ = related([best_pairs(sums, np.full(many, 10.0))], many).of(0)
    assert kept.tolist() == [many - 1, *range(1, MOST_TARGETS)]


def test_visits_are_never_cut_however_long_they_are():
    log = drawn_log(actors=1, visits=1, basket=100, items=100)
    sums, _ = summed(log, Pairing(reach=99, decay=1.0, directed=False), len(np.unique(log["item"])))
    pairs = sum(len(sources) for sources, _, _ in sums.entries())
    count = len(np.unique(log["item"]))
    assert pairs == count * (count - 1)
