"""What an event is owed to: what it names, else what its person saw last."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from concierge.retrieval.identifiers import hash_of
from concierge.shop.exposures import Exposure
from concierge.shop.profile import Actor
from concierge.shop.recommendation_ids import RecommendationId
from concierge.training.attribution import (
    CLICK_WINDOW_S,
    CLICKS,
    NONE,
    PURCHASE_WINDOW_S,
    PURCHASES,
    attribute,
    people,
)
from concierge.training.event_log import EVENT, TYPES
from tests.builders import NOW
from tests.fakes.logs import log_of, logs, told

ONE, TWO = "learnt.for-you.1", "traditional.cart.2"
DAY = 24.0


def owed(*events):
    """Return which recommendation each click and purchase is owed to, by the event's id."""
    log = log_of(*events)
    found = attribute(log)
    names = {hash_of(event.event_id): event.event_id for event in events}
    made = {hash_of(event.recommendation_id): event.recommendation_id for event in events}
    return {
        names[int(log["event"][event])]: None
        if showing == NONE
        else made[int(found.showings["recommendation"][showing])]
        for owing in (found.clicks, found.purchases)
        for event, showing in zip(owing.events, owing.showings, strict=True)
    }


def click(**fields):
    return told("view", **({"event_id": "click"} | fields))


def bought(**fields):
    return told("purchase", **({"event_id": "bought"} | fields))


def test_an_event_that_names_its_recommendation_is_owed_to_it():
    seen = [told("impression", made=ONE), told("impression", made=TWO, hours=1)]
    assert owed(*seen, click(made=ONE, hours=2)) == {"click": ONE}


def test_what_is_named_counts_however_late_and_for_whomever():
    seen = told("impression", made=ONE)
    assert owed(seen, click(made=ONE, hours=90 * 4, who="bob")) == {"click": ONE}


def test_an_event_that_names_none_is_owed_to_what_was_seen_last():
    seen = [told("impression", made=ONE), told("impression", made=TWO, hours=1)]
    assert owed(*seen, click(hours=2)) == {"click": TWO}
    assert owed(*seen, click(hours=0.5)) == {"click": ONE}


def test_what_was_seen_again_was_seen_last():
    seen = [told("impression", made=made, hours=n) for n, made in enumerate((ONE, TWO, ONE))]
    assert owed(*seen, bought(hours=9)) == {"bought": ONE}


@pytest.mark.parametrize(
    ("event", "hours", "is_owed"),
    [
        (click, 0, True),
        (click, -0.01, False),
        (click, DAY, True),
        (click, DAY + 0.01, False),
        (bought, DAY + 0.01, True),
        (bought, 7 * DAY, True),
        (bought, 7 * DAY + 0.01, False),
    ],
)
def test_a_touch_counts_for_a_while(event, hours, is_owed):
    assert bool(owed(told("impression", made=ONE, hours=5), event(hours=5 + hours))) is is_owed


def test_only_the_same_item_by_the_same_person_counts():
    seen = told("impression", made=ONE)
    assert owed(seen, click(item="stove", hours=1)) == {}
    assert owed(seen, click(who="bob", hours=1)) == {}


def test_adding_to_the_cart_is_a_click_and_a_search_is_none():
    seen = told("impression", made=ONE)
    added = told("add_to_cart", event_id="added", hours=1)
    assert owed(seen, added, told("search", item="", query="tent", hours=1)) == {"added": ONE}


def test_a_recommendation_that_never_showed_the_item_is_told_apart():
    assert owed(click(made=ONE)) == {"click": None}
    assert owed(told("impression", item="stove", made=ONE), click(made=ONE)) == {"click": None}


def test_an_id_that_we_did_not_make_is_as_none():
    seen = [told("impression", made="theirs"), told("impression", made=ONE)]
    assert owed(*seen, click(made="theirs", hours=1)) == {"click": ONE}
    assert owed(seen[0], click(made="theirs", hours=1)) == {}


def test_an_item_seen_twice_in_one_recommendation_is_shown_once():
    log = log_of(told("impression", made=ONE), told("impression", made=ONE, hours=1))
    assert len(attribute(log).showings) == 1


def test_a_stranger_who_logs_in_is_the_customer():
    stranger = {"who": "", "session_id": "s-1"}
    seen = told("impression", made=ONE, **stranger)
    login = told("view", item="stove", session_id="s-1", hours=1)
    assert owed(seen, login, bought(hours=2)) == {"bought": ONE}
    assert owed(seen, bought(hours=2)) == {}
    assert owed(seen, click(hours=1, **stranger)) == {"click": ONE}


def test_a_shared_session_is_the_first_customers():
    events = [
        told("view", who="", session_id="s-1"),
        told("view", who="bob", session_id="s-1", hours=1),
        told("view", who="ada", session_id="s-1", hours=2),
    ]
    log = log_of(*events)
    assert people(log).tolist() == [log["actor"][1], log["actor"][1], log["actor"][2]]


def test_what_was_served_but_never_seen_is_owed_only_what_names_it():
    made = RecommendationId("exploring", "for-you", "9")
    drawn = Exposure(0.5, 3, 1, 2).to_event(made, Actor("customer", "ada"), "tent", NOW)
    assert owed(drawn, click(hours=60 * DAY)) == {}
    named = click(made=str(made), hours=60 * DAY)
    assert owed(drawn, named) == {"click": str(made)}
    (showing,) = attribute(log_of(drawn, named)).showings
    assert not showing["is_seen"]
    assert showing["exposure"] != NONE


def test_an_empty_log_shows_nothing():
    found = attribute(np.empty(0, EVENT))
    assert len(found.showings) == len(found.clicks.events) == len(found.purchases.events) == 0


def owed_one_by_one(log, types, window_s):
    """Return the recommendation that each event is owed to, the slow and plain way."""
    person, found = people(log), {}
    seen = [n for n in range(len(log)) if TYPES[log["type"][n]] == "impression"]
    seen = [n for n in seen if log["arm"][n] and log["item"][n]]
    for n, row in enumerate(log):
        if TYPES[row["type"]] not in types or not row["item"]:
            continue
        if row["arm"]:
            found[n] = row["recommendation"]
            continue
        touches = [
            log[m]
            for m in seen
            if (person[m], log["item"][m]) == (person[n], row["item"])
            and 0 <= row["at"] - log["at"][m] <= window_s
        ]
        if touches:
            latest = max(touch["at"] for touch in touches)
            found[n] = {touch["recommendation"] for touch in touches if touch["at"] == latest}
    return found


@settings(max_examples=200)
@given(logs())
def test_columns_credit_what_one_by_one_would(log):
    found = attribute(log)
    for owing, types, window_s in (
        (found.clicks, CLICKS, CLICK_WINDOW_S),
        (found.purchases, PURCHASES, PURCHASE_WINDOW_S),
    ):
        expected = owed_one_by_one(log, types, window_s)
        assert sorted(owing.events.tolist()) == sorted(expected)
        for event, showing in zip(owing.events.tolist(), owing.showings, strict=True):
            if showing == NONE:
                continue
            made = found.showings[showing]
            assert made["item"] == log["item"][event]
            wanted = expected[event]
            assert made["recommendation"] in (wanted if isinstance(wanted, set) else {wanted})


@given(logs())
def test_an_event_is_owed_to_one_recommendation_at_most(log):
    found = attribute(log)
    for owing in (found.clicks, found.purchases):
        assert all(one < other for one, other in pairwise(sorted(owing.events.tolist())))
