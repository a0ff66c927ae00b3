import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from concierge.training.pair_sums import DensePairs, SortedPairs, pair_sums

ITEMS = 5
PAIRS = st.lists(st.tuples(*[st.integers(0, ITEMS - 1)] * 2, st.integers(1, 9)), max_size=30)


def filled(sums, pairs):
    sources, targets, weights = np.array(pairs, np.int64).reshape(-1, 3).T
    sums.add(sources, targets, weights.astype(np.float32))
    return sums


def as_dict(sums):
    return {
        (source, target): total
        for entries in sums.entries()
        for source, target, total in zip(*(each.tolist() for each in entries), strict=True)
    }


def by_hand(*lists):
    totals = {}
    for source, target, weight in (pair for pairs in lists for pair in pairs):
        totals[source, target] = totals.get((source, target), 0) + weight
    return dict(sorted(totals.items()))


@given(PAIRS, PAIRS)
def test_both_kinds_of_sums_add_up_what_comes_in_turns_and_what_comes_from_elsewhere(some, others):
    for most_dense in (0, ITEMS):
        both = filled(filled(pair_sums(ITEMS, most_dense), some), others)
        added = filled(pair_sums(ITEMS, most_dense), some)
        added += filled(pair_sums(ITEMS, most_dense), others)
        assert list(as_dict(both).items()) == list(by_hand(some, others).items())
        assert as_dict(added) == as_dict(both)


@given(PAIRS, st.integers(0, ITEMS))
def test_parts_by_source_hold_everything_once(pairs, cut):
    for most_dense in (0, ITEMS):
        sums = filled(pair_sums(ITEMS, most_dense), pairs)
        parts = [sums.of_sources(0, cut), sums.of_sources(cut, ITEMS)]
        assert as_dict(parts[0]) | as_dict(parts[1]) == by_hand(pairs)


def test_sums_are_dense_where_there_are_few_items():
    assert isinstance(pair_sums(6_000), DensePairs)
    assert isinstance(pair_sums(6_001), SortedPairs)
