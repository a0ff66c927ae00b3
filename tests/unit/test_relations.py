"""Which items go with which: spreading and keeping the strongest, against the plain definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.retrieval.relations import Relation, nothing, strongest

ITEMS = 6
# Quarters are exact in float16.
WEIGHTS = st.integers(-20, 20).map(lambda number: number / 4)
PAIRS = st.dictionaries(
    st.tuples(st.integers(0, ITEMS - 1), st.integers(0, ITEMS - 1)), WEIGHTS, max_size=20
)


def relation_of(pairs, most=ITEMS):
    keys = list(pairs)
    return strongest(
        np.array([source for source, _ in keys], np.int64),
        np.array([target for _, target in keys], np.int64),
        np.array(list(pairs.values()), np.float32),
        ITEMS,
        most,
    )


def kept_of(relation):
    return {
        (source, int(target)): float(weight)
        for source in range(ITEMS)
        for target, weight in zip(*relation.of(source), strict=True)
    }


@settings(max_examples=300, deadline=None)
@given(PAIRS, st.integers(1, ITEMS))
def test_the_strongest_of_each_item_are_kept(pairs, most):
    expected = {}
    for item in range(ITEMS):
        mine = [(pair, weight) for pair, weight in pairs.items() if pair[0] == item]
        ordered = sorted(mine, key=lambda each: (-abs(each[1]), each[0][1]))
        expected |= dict(ordered[:most])
    assert kept_of(relation_of(pairs, most)) == expected


@settings(max_examples=300, deadline=None)
@given(PAIRS, st.dictionaries(st.integers(0, ITEMS - 1), st.integers(-8, 8), max_size=ITEMS))
def test_what_items_lead_to_is_the_sum_of_what_each_leads_to(pairs, shares):
    relation = relation_of(pairs)
    items = np.array(list(shares), np.intp)
    weighing = np.array(list(shares.values()), np.float32)
    naive = [
        sum(share * pairs.get((item, target), 0.0) for item, share in shares.items())
        for target in range(ITEMS)
    ]
    trail = relation.trail(items, weighing)
    assert trail.reached().tolist() == pytest.approx(naive)
    for target in range(ITEMS):
        sources, values = trail.of(target)
        found = dict(zip(items[sources].tolist(), values.tolist(), strict=True))
        assert found == {
            item: share * pairs[item, target]
            for item, share in shares.items()
            if (item, target) in pairs
        }


def test_the_same_item_given_twice_counts_twice():
    relation = relation_of({(0, 1): 0.5})
    twice = relation.trail(np.array([0, 0]), np.array([1.0, 2.0], np.float32)).reached()
    assert twice.tolist() == [0, 1.5, 0, 0, 0, 0]


def test_nothing_leads_nowhere():
    for items in (0, 3):
        relation = nothing(items)
        assert len(relation) == items
        trail = relation.trail(np.arange(items), np.ones(items, np.float32))
        assert trail.reached().tolist() == [0] * items
        assert relation.trail(np.array([], np.intp), np.array([], np.float32)).reached().sum() == 0
        assert len(trail.of(0)[0]) == 0


def test_a_relation_is_read_as_it_was_written(tmp_path):
    pairs = {(0, 1): 0.5, (0, 2): -0.75, (4, 0): 2.0}
    arrays = ArraysWriter(tmp_path)
    relation_of(pairs).write(arrays, "next")
    arrays.finish()
    assert kept_of(Relation.open(Arrays.open(tmp_path), "next")) == pairs
