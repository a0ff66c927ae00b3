"""A draw is kept in the archive and read back as columns; what clients send is none."""

from dataclasses import replace

import pytest

from concierge.recommending.exploring import Exposures
from concierge.shop.exposures import Exposure
from concierge.shop.profile import Actor
from concierge.shop.recommendation_ids import RecommendationId
from tests.builders import NOW
from tests.fakes.archive import InMemoryArchive
from tests.fakes.logs import log_of, told

DRAW = Exposure(propensity=0.125, position=3, rank=2, choices=20)
LIST = RecommendationId("exploring", "for-you", "a1b2")
ADA = Actor("customer", "ada")


def test_a_draw_is_read_back_from_the_archive():
    archive = InMemoryArchive()
    exposures: Exposures = archive
    assert exposures.append([DRAW.to_event(LIST, ADA, "tent", NOW)]) == frozenset()
    (row,) = log_of(*archive.events)
    assert [row[name] for name in ("propensity", "position", "rank", "choices")] == [
        0.125,
        3,
        2,
        20,
    ]
    assert row["weight"] == 0


def test_a_draw_for_a_stranger_is_the_sessions():
    event = DRAW.to_event(LIST, Actor("session", "s-1"), "tent", NOW)
    assert (event.customer_id, event.session_id) == ("", "s-1")
    assert not log_of(event)[0]["is_customer"]


def test_a_draw_says_what_it_is():
    event = DRAW.to_event(LIST, ADA, "tent", NOW)
    assert event.recommendation_id == "exploring.for-you.a1b2"
    assert event.properties == {
        "logged": True,
        "propensity": 0.125,
        "position": 3,
        "rank": 2,
        "choices": 20,
    }


def test_what_a_client_saw_is_no_draw():
    seen = told("impression", made=str(LIST), properties={"position": 3})
    assert log_of(seen)[0]["propensity"] == 0


@pytest.mark.parametrize(
    "properties",
    [
        {"propensity": 1e-9},
        {"propensity": 0},
        {"propensity": 1.5},
        {"propensity": "0.5"},
        {"propensity": None},
        {"position": 0},
        {"position": 256},
        {"position": 2.5},
        {"rank": True},
        {"choices": None},
        {"logged": "yes"},
        {"logged": False},
    ],
)
def test_a_draw_that_cannot_be_ours_is_ignored(properties):
    event = DRAW.to_event(LIST, ADA, "tent", NOW)
    assert Exposure.read(event) == DRAW
    assert Exposure.read(replace(event, properties={**event.properties, **properties})) is None


@pytest.mark.parametrize("made", ["", "mine", "learnt.for-you.a1b2", "exploring.nowhere.a1b2"])
def test_a_draw_of_another_list_is_ignored(made):
    event = replace(DRAW.to_event(LIST, ADA, "tent", NOW), recommendation_id=made)
    assert Exposure.read(event) is None


def test_a_view_is_no_draw():
    event = told("view", made=str(LIST), properties=DRAW.to_event(LIST, ADA, "x", NOW).properties)
    assert Exposure.read(event) is None
