"""Exploring lists: nothing new in them, nothing twice, and a propensity that is exact."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from concierge.recommending.exploring import CHOICES, PLACE, explore, probabilities
from concierge.shop.exposures import LEAST_PROPENSITY

SCORES = np.array([9.0, 8.0, 7.0, 5.0, 4.5, 1.0], np.float32)
ROWS = np.array([60, 10, 50, 20, 40, 30], np.intp)

scores = arrays.arrays(np.float32, st.integers(0, 60), elements=st.floats(-1e6, 1e6, width=32))


@given(scores, st.integers(1, 40), st.text(max_size=9), st.data())
def test_a_list_holds_no_stranger_and_nothing_twice_and_pins_stay(found, limit, unique, data):
    rows = np.arange(len(found))[::-1] + 100
    fixed = data.draw(arrays.arrays(np.bool_, len(found)))
    explored = explore(rows, found, limit, unique, fixed)
    assume(explored is not None)
    page, at = explored.rows, explored.exposure
    assert len(page) == min(limit, len(rows))
    assert len(set(page.tolist())) == len(page)
    assert set(page.tolist()) <= set(rows.tolist())
    stays = fixed[: len(page)]
    assert (page[stays] == rows[: len(page)][stays]).all()
    assert 1 <= at.position <= len(page)
    assert not fixed[at.position - 1]
    assert 1 <= at.rank <= at.choices <= CHOICES
    assert LEAST_PROPENSITY <= at.propensity <= 1


@given(scores, st.integers(1, 40), st.text(max_size=9))
def test_only_the_drawn_item_moves(found, limit, unique):
    rows = np.arange(len(found))
    explored = explore(rows, found, limit, unique)
    assume(explored is not None)
    drawn = explored.rows[explored.exposure.position - 1]
    assert drawn == explored.exposure.position - 1 + explored.exposure.rank - 1
    others = [row for row in explored.rows.tolist() if row != drawn]
    assert others == [row for row in rows.tolist() if row != drawn][: len(others)]


def test_the_propensity_is_how_often_an_item_is_drawn():
    draws = 10_000
    counts = dict.fromkeys(ROWS.tolist(), 0)
    told = {}
    for n in range(draws):
        explored = explore(ROWS, SCORES, 5, f"unique-{n}")
        item = int(explored.rows[explored.exposure.position - 1])
        counts[item] += 1
        assert told.setdefault(item, explored.exposure.propensity) == explored.exposure.propensity
    assert (counts[60], counts[10]) == (0, 0)
    assert sum(told.values()) == pytest.approx(1.0)
    for item, propensity in told.items():
        error = math.sqrt(propensity * (1 - propensity) / draws)
        assert counts[item] / draws == pytest.approx(propensity, abs=4 * error)


def test_a_better_score_is_drawn_more_often_and_equal_ones_equally():
    chances = probabilities(np.array([3.0, 2.0, 1.0]))
    weights = np.exp([0.0, -1.0, -2.0])
    assert chances == pytest.approx(weights / weights.sum())
    assert probabilities(np.full(4, 7.0)) == pytest.approx(np.full(4, 0.25))


def test_the_last_of_many_keeps_a_chance():
    steep = np.concatenate([np.full(CHOICES - 1, 1e6), [0.0]])
    assert LEAST_PROPENSITY < math.exp(-2) / CHOICES <= probabilities(steep).min()


def test_the_same_id_draws_the_same():
    one, again = (explore(ROWS, SCORES, 5, "a1b2") for _ in range(2))
    assert one.exposure == again.exposure
    assert (one.rows == again.rows).all()


def test_the_best_two_keep_their_places():
    for n in range(50):
        explored = explore(ROWS, SCORES, 5, str(n))
        assert explored.rows[:2].tolist() == [60, 10]
        assert explored.exposure.position == PLACE


def test_a_short_page_draws_a_place_that_is_seen():
    assert explore(ROWS, SCORES, 1, "x").exposure.position == 1
    assert explore(ROWS[:2], SCORES[:2], 9, "x").exposure.position == 1


@pytest.mark.parametrize("count", [0, 1])
def test_without_a_choice_nothing_is_explored(count):
    assert explore(ROWS[:count], SCORES[:count], 5, "x") is None


def test_a_page_full_of_pins_is_not_explored():
    assert explore(ROWS, SCORES, 2, "x", np.arange(6) < 2) is None
