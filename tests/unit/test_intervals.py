import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.training.intervals import (
    Interval,
    difference,
    effective,
    rate,
    ratio,
    weighted_share,
)

trials = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=1, max_size=60)


def columns(pairs):
    happened, customers = zip(*pairs, strict=True)
    return np.array(happened, np.bool_), np.array(customers, np.intp)


def test_one_trial_each_is_wilsons_interval():
    # Newcombe 1998, table I: 81 of 263 and 0 of 20.
    found = rate(np.arange(263) < 81, np.arange(263))
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    none = rate(np.zeros(20, np.bool_), np.arange(20))
    assert (none.value, none.low, none.high) == pytest.approx((0, 0, 0.1611), abs=5e-5)


def test_customers_who_repeat_themselves_are_worth_one_trial_each():
    happened = np.arange(200) < 60
    once = rate(happened, np.arange(200))
    often = rate(np.repeat(happened, 10), np.repeat(np.arange(200), 10))
    # 199 for 200: the variance of a sample is divided by one less.
    assert (often.low, often.high) == pytest.approx((once.low, once.high), abs=1e-3)


def test_trials_of_one_customer_who_always_does_the_same_tell_next_to_nothing():
    found = rate(np.ones(500, np.bool_), np.zeros(500, np.intp))
    assert found.low < 0.25


def test_nothing_tried_has_no_rate():
    assert rate(np.empty(0, np.bool_), np.empty(0, np.intp)) is None
    assert ratio(np.empty(0), np.empty(0), np.empty(0, np.intp)) is None


def test_weights_count_as_far_as_they_are_even():
    parts, weights = np.array([1.0, 0, 0, 1]), np.array([3.0, 3, 0, 0])
    found = weighted_share(parts, weights, np.arange(4))
    assert found.value == pytest.approx(0.5)
    assert effective(weights) == pytest.approx(2)
    assert found.high - found.low > 0.7


def test_where_nothing_happened_heavy_customers_leave_less_to_know():
    even = rate(np.zeros(40, np.bool_), np.repeat(np.arange(20), 2))
    uneven = rate(np.zeros(40, np.bool_), np.minimum(np.arange(40), 19))
    assert 0 == even.low == uneven.low
    assert even.high < uneven.high


@given(trials)
def test_an_interval_is_a_share_around_its_value(pairs):
    found = rate(*columns(pairs))
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.high > found.low


@given(trials)
def test_what_happens_to_the_others_is_the_mirror_image(pairs):
    happened, customers = columns(pairs)
    found, mirrored = rate(happened, customers), rate(~happened, customers)
    assert (found.low, found.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low))


def test_nine_of_ten_intervals_hold_the_truth_where_trials_of_independent_ones_would_not():
    random = np.random.default_rng(7)
    truth, held, naive = 0.1, 0, 0
    for _ in range(400):
        customers = np.repeat(np.arange(100), 1 + random.geometric(0.1, 100))
        chances = random.beta(truth * 4, (1 - truth) * 4, 100)
        happened = random.random(len(customers)) < chances[customers]
        found = rate(happened, customers)
        held += found.low <= truth <= found.high
        alone = rate(happened, np.arange(len(customers)))
        naive += alone.low <= truth <= alone.high
    assert held / 400 > 0.9
    assert naive / 400 < 0.75


def test_the_variance_of_a_ratio_is_that_between_customers():
    found = ratio(np.array([0.0, 1.0, 4.0, 4.0]), np.ones(4) * 1.5, np.array([0, 0, 1, 1]))
    assert found.value == pytest.approx(1.5)
    residuals = np.array([1.0 - 3 * 1.5, 8.0 - 3 * 1.5])
    half = 1.959964 * np.sqrt(2 * (residuals**2).sum()) / 6
    assert (found.low, found.high) == pytest.approx((1.5 - half, 1.5 + half))


def test_a_difference_is_newcombes():
    # Newcombe 1998 (comparison of methods), table II: 56/70 less 48/80, method 10.
    one, other = rate(np.arange(70) < 56, np.arange(70)), rate(np.arange(80) < 48, np.arange(80))
    found = difference(one, other)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@given(trials, trials)
def test_a_difference_turned_round_is_its_negative(one, other):
    first, second = rate(*columns(one)), rate(*columns(other))
    there, back = difference(first, second), difference(second, first)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.low <= there.value <= there.high


def test_an_interval_is_json():
    assert Interval(0.5, 0.25, 0.75).to_record() == {"value": 0.5, "low": 0.25, "high": 0.75}
