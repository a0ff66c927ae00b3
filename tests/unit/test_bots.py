"""Who is taken for a program by training, on both sides of each rule."""

import gzip
import json
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.shop.events import EventType
from concierge.training.bots import Caught, quarantined
from concierge.training.event_log import EVENT, TYPES, read_log
from samples.history import history
from tests.builders import NOW, make_event
from tests.fakes.importing import InMemoryEventParts

# An odd second, which no file would round to.
START = NOW.timestamp() - 86_400 * 400 + 7
YEAR_S = 365 * 86_400.0


def log_of(at, actor=1, session=0, item=None, kind=EventType.VIEW):
    """Return events at these moments, each on another item unless one is given."""
    log = np.zeros(len(at), EVENT)
    log["at"] = at
    log["actor"] = actor
    log["session"] = session
    log["item"] = np.arange(1, len(at) + 1) if item is None else item
    log["type"] = TYPES.index(kind)
    return log


def joined(*logs):
    """Return one log in the order of time, with ids."""
    log = np.concatenate(logs)
    log["event"] = np.arange(1, len(log) + 1)
    return log[np.argsort(log["at"], kind="stable")]


def every(seconds, count, start=START):
    """Return so many moments, with pauses that vary as those of people do."""
    pauses = seconds * np.random.default_rng(count).uniform(0.5, 1.5, count)
    return start + np.cumsum(pauses)


def at_once(count):
    return np.full(count, START)


def rules(log):
    return set(quarantined(log).by_rule)


@pytest.mark.parametrize(
    ("rule", "most", "log"),
    [
        ("burst", 25, lambda n: log_of(START + np.arange(n) * 0.01)),
        ("rush", 60, lambda n: log_of(START + np.linspace(0, 59, n), item=5)),
        ("marathon", 600, lambda n: log_of(every(5.9, n), item=np.arange(n) % 290 + 1)),
        ("harvest", 300, lambda n: log_of(every(11, n))),
        ("refresh", 201, lambda n: log_of(every(16, n), item=5)),
        ("checkouts", 10, lambda n: log_of(START + np.arange(n) * 5.0, kind=EventType.PURCHASE)),
        ("carts", 30, lambda n: log_of(START + np.arange(n) * 1.9, kind=EventType.ADD_TO_CART)),
        ("bulk", 5_000, lambda n: log_of(at_once(n), kind=EventType.PURCHASE)),
        ("display", 20_000, lambda n: log_of(at_once(n), kind=EventType.IMPRESSION)),
        ("lifetime", 500_000, lambda n: log_of(every(600, n), kind=EventType.PURCHASE)),
    ],
)
def test_a_rule_is_broken_by_one_event_more_than_it_allows(rule, most, log):
    assert rule not in rules(log(most))
    assert rule in rules(log(most + 1))


def test_a_day_without_sleep_is_no_persons():
    def day(count):
        return log_of(every(86_400 / count, count), item=np.arange(count) % 200 + 1)

    assert rules(day(2_500)) == set()
    assert "sleepless" in rules(day(3_500))


def test_keeping_time_for_a_hundred_clicks_is_a_metronome():
    chance = np.random.default_rng(1)

    def clicks(count, jitter):
        return log_of(START + np.arange(count) * 45.0 + chance.uniform(0, jitter, count), item=5)

    assert rules(clicks(101, jitter=2)) == {"metronome"}
    assert rules(clicks(100, jitter=2)) == set()
    assert rules(clicks(1_000, jitter=40)) == set()


def test_a_metronome_that_pauses_now_and_then_is_heard_all_the_same():
    at = START + np.arange(200) * 45.0 + np.arange(200) // 20 * 300.0
    assert rules(log_of(at)) == {"metronome"}


def test_one_invoice_of_any_length_that_was_ever_seen_is_a_customers():
    invoices = [
        log_of(np.full(1_112, START + day * 86_400), kind=EventType.PURCHASE) for day in range(50)
    ]
    assert rules(joined(*invoices)) == set()


@pytest.mark.parametrize(
    ("step_s", "views"), [(60, 40), (300, 290), (3_600, 2_000), (86_400, 2_900)]
)
def test_moments_that_a_file_rounds_are_no_floods(step_s, views):
    start = NOW.timestamp() // 86_400 * 86_400 - 100 * 86_400
    assert rules(log_of(np.full(views, start + step_s))) == set()


def test_a_flood_at_rounded_moments_is_found_by_a_longer_rule():
    midnight = NOW.timestamp() // 86_400 * 86_400
    assert rules(log_of(np.full(3_001, midnight))) == {"sleepless"}


def test_a_suspicious_session_is_left_out_and_the_rest_of_its_customer_stays():
    flood = log_of(START + np.arange(100) * 0.01, session=7)
    before = log_of(every(60, 10, START - 9_000), session=6)
    log = joined(flood, before)
    suspects = quarantined(log)
    assert (suspects.mask == (log["session"] == 7)).all()
    assert suspects.by_rule == {
        "burst": Caught(events=100, actors=1),
        "rush": Caught(events=100, actors=1),
    }


def test_without_sessions_a_visit_ends_with_a_long_pause():
    flood = log_of(START + np.arange(100) * 0.01)
    log = joined(flood, log_of(every(60, 10, START - 9_000)), log_of(every(60, 10, START + 9_000)))
    suspects = quarantined(log)
    assert (suspects.mask == (np.abs(log["at"] - START) < 100)).all()


def test_an_actor_with_a_new_session_for_every_event_is_left_out_whole():
    log = joined(
        log_of(START + np.arange(100) * 0.01, actor=1, session=np.arange(100) + 50),
        log_of(every(60, 10, START + YEAR_S), actor=1, session=7),
        log_of(every(60, 10), actor=2, session=8),
    )
    suspects = quarantined(log)
    assert (suspects.mask == (log["actor"] == 1)).all()
    assert suspects.by_rule["burst"] == Caught(events=110, actors=1)


def test_customers_who_act_at_once_are_many():
    log = joined(*(log_of(every(8, 20), actor=n, session=n) for n in range(1, 200)))
    assert rules(log) == set()


def test_a_clock_that_is_a_year_off_is_as_good_as_any():
    visit = every(20, 60)
    assert rules(joined(log_of(visit), log_of(visit - YEAR_S), log_of(visit[:5] + 600))) == set()


def test_searching_at_every_key_is_one_act_a_second():
    at = START + np.arange(300) * 0.1
    assert rules(log_of(at, item=0, kind=EventType.SEARCH)) == set()


def test_what_was_quarantined_when_it_came_in_stays_out():
    log = joined(log_of(every(60, 10)))
    log["quarantined"][3] = True
    suspects = quarantined(log)
    assert suspects.mask.tolist() == [n == 3 for n in range(10)]
    assert suspects.by_rule == {"live": Caught(events=1, actors=1)}


def test_a_million_events_of_one_customer_hide_nobody_else():
    chance = np.random.default_rng(2)
    busy = log_of(START + chance.uniform(0, YEAR_S, 1_000_000), actor=1)
    log = joined(busy, *(log_of(every(30, 20), actor=n) for n in range(2, 50)))
    suspects = quarantined(log)
    assert (suspects.mask == (log["actor"] == 1)).all()
    assert suspects.by_rule["lifetime"] == Caught(events=1_000_000, actors=1)


def test_the_customers_of_the_sample_shop_are_persons():
    parts = InMemoryEventParts()
    lines = "".join(f"{json.dumps(event)}\n" for event in history(NOW))
    parts.parts["history/1.gz"] = gzip.compress(lines.encode())
    log, _ = read_log(parts, NOW)
    assert len(log) > 1_000
    assert rules(log) == set()


def test_an_empty_log_has_no_suspects():
    assert quarantined(log_of(at_once(0))).mask.tolist() == []


@st.composite
def logs(draw):
    """Events of few actors and sessions within some minutes, so that some rules are broken."""
    count = draw(st.integers(0, 120))
    chance = np.random.default_rng(draw(st.integers(0, 1_000)))
    log = np.zeros(count, EVENT)
    log["at"] = START + chance.integers(0, draw(st.sampled_from([5, 200, 5_000])), count)
    log["event"] = np.arange(count)
    log["actor"] = chance.integers(1, 4, count)
    log["session"] = chance.integers(0, 3, count)
    log["item"] = chance.integers(1, 5, count)
    log["type"] = chance.integers(0, len(TYPES), count)
    return log, chance.permutation(count)


@settings(deadline=None)
@given(logs())
def test_the_order_of_the_log_does_not_matter(drawn):
    log, order = drawn
    found, shuffled = quarantined(log), quarantined(log[order])
    assert shuffled.by_rule == found.by_rule
    assert (shuffled.mask == found.mask[order]).all()


@settings(deadline=None)
@given(logs())
def test_a_year_earlier_the_same_are_suspicious(drawn):
    log, _ = drawn
    earlier = log.copy()
    earlier["at"] -= YEAR_S
    assert (quarantined(earlier).mask == quarantined(log).mask).all()


@settings(deadline=None)
@given(logs())
def test_a_stranger_changes_nothing_for_others(drawn):
    log, _ = drawn
    stranger = log_of(START + np.arange(100) * 0.01, actor=99, session=98)
    mask = quarantined(np.concatenate([log, stranger])).mask
    assert (mask[: len(log)] == quarantined(log).mask).all()
    assert mask[len(log) :].all()


def archived(*events):
    return gzip.compress("".join(f"{event.to_json()}\n" for event in events).encode())


def test_the_log_knows_what_was_quarantined():
    parts = InMemoryEventParts()
    parts.parts["events/1.gz"] = archived(
        make_event(event_id="a", quarantined="burst"), make_event(event_id="b")
    )
    log, _ = read_log(parts, NOW)
    assert sorted(log["quarantined"].tolist()) == [False, True]


@pytest.mark.parametrize(
    "names", [("events/1.gz", "history/1.gz"), ("history/1.gz", "events/1.gz")]
)
def test_an_event_that_came_again_without_mark_is_released(names):
    marked, released = names
    parts = InMemoryEventParts()
    parts.parts[marked] = archived(make_event(quarantined="burst"))
    parts.parts[released] = archived(make_event())
    log, account = read_log(parts, NOW + timedelta(days=1))
    assert log["quarantined"].tolist() == [False]
    assert account.repeated == 1


def test_a_mark_that_is_no_text_breaks_its_line_alone():
    parts = InMemoryEventParts()
    wrong = json.dumps(make_event(event_id="x").to_record() | {"quarantined": ["burst"]})
    parts.parts["events/1.gz"] = gzip.compress(f"{wrong}\n{make_event().to_json()}\n".encode())
    log, account = read_log(parts, NOW)
    assert (len(log), account.broken_lines) == (1, 1)
