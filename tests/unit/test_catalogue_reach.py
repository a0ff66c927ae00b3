import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.training.catalogue_reach import Popularity, gini

counts = st.lists(st.integers(0, 50), min_size=1, max_size=30).map(np.array)


def test_an_item_with_half_of_all_choices_tells_one_bit():
    # Each item counts one more than it was chosen: 4, 2, 1 and 1 of 8.
    popularity = Popularity(np.array([3, 1, 0, 0]), 4)
    assert popularity.reach(np.array([5, 0, 0, 0])).novelty_bits == pytest.approx(1)
    assert popularity.reach(np.array([0, 5, 0, 0])).novelty_bits == pytest.approx(2)
    assert popularity.reach(np.array([1, 0, 1, 0])).novelty_bits == pytest.approx((1 + 3) / 2)


def test_the_percentile_is_the_middle_of_those_alike():
    popularity = Popularity(np.array([3, 1, 0, 0]), 4)
    found = [popularity.reach(np.eye(4, dtype=int)[n]).popularity_percentile for n in range(4)]
    assert found == pytest.approx([87.5, 62.5, 25, 25])


def test_items_that_the_log_never_names_are_the_least_popular():
    popularity = Popularity(np.array([3, 0]), 4)
    shown = [popularity.reach(np.array(each)) for each in ([1, 0], [0, 1])]
    assert [each.popularity_percentile for each in shown] == pytest.approx([87.5, 37.5])
    assert [each.coverage for each in shown] == [0.25, 0.25]


def test_an_even_choice_has_the_middle_percentile():
    popularity = Popularity(np.array([9, 4, 4, 1, 0]), 5)
    assert popularity.reach(np.ones(5, int)).popularity_percentile == pytest.approx(50)


@pytest.mark.parametrize(
    ("shown", "items", "expected"),
    [([2, 2, 2], 3, 0), ([6, 0, 0], 3, 2 / 3), ([6], 4, 3 / 4), ([1, 3], 2, 0.25), ([0], 1, 0)],
)
def test_gini_by_hand(shown, items, expected):
    assert gini(np.array(shown), items) == pytest.approx(expected)


@given(counts, st.integers(0, 40))
def test_reach_stays_within_its_bounds(shown, more):
    popularity = Popularity(shown[::-1], len(shown) + more)
    found = popularity.reach(shown)
    if found is None:
        assert not shown.any()
        return
    assert 0 < found.coverage <= 1
    assert found.novelty_bits > 0 or len(shown) + more == 1
    assert 0 < found.popularity_percentile < 100
    assert -1e-9 <= found.exposure_gini < 1


@given(counts)
def test_gini_is_half_the_mean_difference_over_the_mean(shown):
    if shown.any():
        mean_difference = np.abs(shown[:, None] - shown).mean()
        assert gini(shown, len(shown)) == pytest.approx(mean_difference / (2 * shown.mean()))
