"""What a shop's rules add to scores."""

import numpy as np
import pytest

from concierge.recommending.adjusting import DAY_S, adjust, repeated_rows, repetition
from concierge.recommending.steering import steer
from concierge.retrieval.merchandising import Repetition, Rules
from concierge.retrieval.ranking import added_up, parts_at, total
from tests.fakes.lists import boost, shelf
from tests.fakes.snapshots import catalogue_of

NOW = 1_800_000_000.0
USUAL = Repetition()


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("shelf"), shelf(4))


def columns(*values):
    return {"content": np.array(values, np.float32)}


def test_a_boost_multiplies_what_is_above_zero_only(catalogue):
    found = columns(0.2, -0.3, 0.4, 0)
    steering = steer(Rules(boosts=(boost("price >= 1", 1.5),)), catalogue)
    scores = adjust(found, steering, np.arange(4), {})
    assert scores == pytest.approx([0.2, -0.3, 0.6, 0.0])
    assert found["boost"] == pytest.approx([0.0, 0.0, 0.2, 0.0])


def test_a_factor_below_one_holds_back(catalogue):
    found = columns(0.2, 0.3, 0.4, 0.1)
    steering = steer(Rules(boosts=(boost("price >= 3", 0.5),)), catalogue)
    assert adjust(found, steering, np.arange(4), {}) == pytest.approx([0.2, 0.3, 0.4, 0.05])


def test_what_was_shown_loses_its_share_of_the_boosted_score(catalogue):
    found = columns(0.2, -0.3, 0.4, 0)
    steering = steer(Rules(boosts=(boost("price >= 2", 2.0),)), catalogue)
    scores = adjust(found, steering, np.arange(4), {2: 0.75, 3: 0.5, 1: 0.5})
    assert scores == pytest.approx([0.2, -0.305, 0.2, -0.005])
    assert found["repetition"] == pytest.approx([0, -0.005, -0.6, -0.005])


def test_nothing_is_added_where_no_rule_speaks(catalogue):
    found = columns(0.2, -0.3, 0.4, 0)
    assert adjust(found, steer(Rules(), catalogue), np.arange(4), {}) == pytest.approx(
        [0.2, -0.3, 0.4, 0]
    )
    assert list(found) == ["content"]


def test_the_parts_add_up_to_the_score(catalogue):
    found = columns(0.2, 0.3333333, 0.4, 0.1)
    scores = adjust(
        found, steer(Rules(boosts=(boost("price >= 1", 1.3),)), catalogue), np.arange(4), {1: 0.6}
    )
    assert scores == pytest.approx(added_up(found, 4), abs=1e-7)
    for row in range(4):
        assert total(parts_at(row, found)) == pytest.approx(float(scores[row]), abs=2e-6)


@pytest.mark.parametrize(
    ("impressions", "share"), [(0, 0), (2, 0), (3, 0.5), (4, 0.75), (5, 0.875), (10_000, 1)]
)
def test_each_impression_in_vain_takes_half_of_what_is_left(impressions, share):
    assert repetition(impressions, 0.0, USUAL) == pytest.approx(share)


@pytest.mark.parametrize(("days", "share"), [(-1, 0.5), (0, 0.5), (3.5, 0.25), (7, 0.0), (70, 0.0)])
def test_the_loss_fades_evenly_until_it_is_gone(days, share):
    assert repetition(3, days * DAY_S, USUAL) == pytest.approx(share)


def test_rows_that_lose_are_found_by_their_items(catalogue):
    shown = {
        "item-0001": (3, NOW),
        "item-0002": (2, NOW),
        "item-0003": (4, NOW - 3.5 * DAY_S),
        "gone": (9, NOW),
    }
    assert repeated_rows(catalogue, shown, USUAL, NOW) == pytest.approx({1: 0.5, 3: 0.375})
    assert repeated_rows(catalogue, shown, None, NOW) == {}
