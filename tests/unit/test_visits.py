import numpy as np

from concierge.training.event_log import EVENT
from concierge.training.visits import GAP_S, by_actor, visit_numbers, visits_of
from tests.fakes.logs import drawn_log


def events(*rows):
    log = np.zeros(len(rows), EVENT)
    log["event"] = np.arange(len(rows))
    for name, column in zip(
        ("actor", "at", "item", "weight"), zip(*rows, strict=True), strict=True
    ):
        log[name] = column
    return log


def test_events_come_by_actor_and_then_in_the_order_of_time():
    ordered = by_actor(drawn_log())
    assert np.lexsort((ordered["at"], ordered["actor"])).tolist() == list(range(len(ordered)))


def test_searches_and_what_tells_nothing_or_dislike_are_left_out():
    assert len(by_actor(events((1, 0, 0, 1), (1, 0, 5, 0), (1, 0, 5, -2), (1, 0, 5, 1)))) == 1


def test_a_visit_ends_with_half_an_hour_of_silence_or_with_the_actor():
    log = events((1, 0, 5, 1), (1, GAP_S, 5, 1), (1, 2 * GAP_S + 1, 5, 1), (2, 2 * GAP_S + 1, 5, 1))
    assert visit_numbers(log).tolist() == [0, 0, 1, 2]


def test_a_visit_has_each_item_once_with_the_strongest_of_its_events():
    log = events((1, 0, 9, 1), (1, 1, 9, 5), (1, 2, 8, 3), (1, 3, 9, 3))
    visits = visits_of(log, np.array([7, 8, 9], np.uint64), 5.0)
    items, strengths = visits.of(0)
    assert items.tolist() == [1, 2]
    np.testing.assert_allclose(strengths, [0.6, 1.0])


def test_no_events_make_no_visits():
    visits = visits_of(np.zeros(0, EVENT), np.zeros(0, np.uint64), 5.0)
    assert len(visits) == 0
    assert visits.starts.tolist() == [0]
