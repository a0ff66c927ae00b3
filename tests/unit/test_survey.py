import numpy as np
import pytest

from concierge.training.event_log import EVENT
from concierge.training.survey import DAY_S, Scope, newest, surveyed
from tests.fakes.logs import drawn_log


def log_at(*days):
    log = np.zeros(len(days), EVENT)
    log["event"] = log["actor"] = np.arange(1, len(days) + 1)
    log["item"], log["weight"], log["at"] = 7, 1.0, np.array(days) * DAY_S
    return log


def test_what_tells_nothing_of_an_item_is_no_part_of_a_survey():
    log = drawn_log(actors=3)
    log["weight"][::2] = 0
    log["item"][1::2] = 0
    survey = surveyed(log)
    assert len(survey.items) == len(survey.days) == 0
    assert newest(survey) == 0.0


def test_an_item_counts_once_a_visit():
    log = drawn_log(actors=1, visits=3, basket=20, items=1)
    assert surveyed(log).visits.tolist() == [3]


def test_the_items_in_most_visits_are_the_heads_and_of_equals_the_first():
    log = drawn_log(actors=1, visits=4, basket=1, items=1)
    log["item"] = [5, 3, 3, 9]
    assert Scope.of(surveyed(log), 2).heads.tolist() == [0, 1]


def test_the_newest_event_is_the_last():
    assert newest(surveyed(log_at(100.0, 100.5, 500.25))) == 500.25 * DAY_S


@pytest.mark.parametrize(("events", "strays"), [(100, 2), (150, 3), (5_000, 5)])
def test_a_few_wrong_clocks_are_not_believed_however_far_they_are_ahead(events, strays):
    believed = np.linspace(0.0, 300.0, events - strays)
    ahead = 400.0 + 100.0 * np.arange(strays)
    assert newest(surveyed(log_at(*believed, *ahead))) == 300.0 * DAY_S


def test_a_shop_that_slept_and_woke_is_believed():
    assert newest(surveyed(log_at(*np.linspace(0, 300, 150), *np.full(9, 400.0)))) == 400 * DAY_S


def test_a_few_events_a_little_later_than_the_rest_are_believed():
    assert newest(surveyed(log_at(*np.linspace(0, 300, 150), 320.0))) == 320 * DAY_S


def test_nothing_is_younger_than_new():
    scope = Scope.of(surveyed(log_at(*np.linspace(0, 300, 150), 665.0)))
    assert scope.ages(np.array([299.0, 665.0]) * DAY_S).tolist() == [DAY_S, 0.0]
