import math
from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.errors import Unavailable
from concierge.shop.events import EventType
from concierge.shop.profile import (
    HALF_LIFE_S,
    MEMORY_HALF_LIFE_S,
    MOST_ACTIONS,
    MOST_MUTED,
    MOST_PURCHASES,
    MOST_TAGS,
    Actor,
    Bought,
    decayed_tags,
    emptied_into,
    merge,
    record,
)
from concierge.shop.profile_json import MOST_BYTES, from_json, to_json
from tests.builders import NOW, make_action, make_event, make_product, make_profile, make_session

PRODUCTS = {
    f"item-{n}": make_product(
        item_id=f"item-{n}",
        category=("Home", f"Shelf {n % 3}"),
        brand=f"Brand {n % 4}",
        price=float(n * 11),
    )
    for n in range(12)
}


def fold(profile, events):
    return reduce(
        lambda kept, event: record(kept, event, PRODUCTS.get(event.item_id)), events, profile
    )


@st.composite
def histories(draw):
    """Events over four months; some items are not in the catalogue."""
    times = st.timedeltas(min_value=timedelta(days=-120), max_value=timedelta(0))
    one = st.tuples(
        st.sampled_from(EventType), times, st.integers(0, 15), st.integers(0, 5), st.booleans()
    )
    drawn = draw(st.lists(one, max_size=25))
    return [
        make_event(
            event_id=f"event-{n}",
            type=kind,
            occurred_at=NOW + ago,
            item_id=f"item-{item}",
            value=float(stars),
            customer_id="" if anonymous else "ada",
            session_id="s-1" if anonymous else "",
        )
        for n, (kind, ago, item, stars, anonymous) in enumerate(drawn)
    ]


def assert_same_taste(one, other):
    assert one.actions == other.actions
    assert one.purchases.keys() == other.purchases.keys()
    for item_id, bought in one.purchases.items():
        same = other.purchases[item_id]
        assert (bought.at, bought.times) == (same.at, same.times)
        assert math.isclose(bought.memory, same.memory, rel_tol=1e-6)
    at = max(one.as_of, other.as_of)
    left, right = decayed_tags(one, at), decayed_tags(other, at)
    for tag in left.keys() | right.keys():
        assert math.isclose(left.get(tag, 0), right.get(tag, 0), rel_tol=1e-6, abs_tol=1e-4), tag


@settings(deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_events_give_the_same_profile_in_any_order(events, random):
    shuffled = random.sample(events, len(events))

    assert_same_taste(fold(make_profile(), events), fold(make_profile(), shuffled))


@settings(deadline=None)
@given(histories())
def test_a_merged_session_counts_as_if_the_customer_had_done_it_all(events):
    named = fold(make_profile(), [each for each in events if each.customer_id])
    anonymous = fold(make_session(), [each for each in events if not each.customer_id])

    assert_same_taste(merge(named, anonymous), fold(make_profile(), events))


@settings(deadline=None)
@given(histories())
def test_a_profile_survives_its_json(events):
    profile = replace(
        fold(make_profile(), events), version=7, muted=frozenset({"brand:Kühl"}), imports=("h-1",)
    )

    assert from_json(profile.actor, 7, to_json(profile)) == profile


def test_interest_halves_in_a_half_life():
    profile = record(
        make_profile(), make_event(), make_product(category=("Mugs",), brand="", price=None)
    )

    later = decayed_tags(profile, profile.as_of + HALF_LIFE_S)

    assert later == {"category:Mugs": pytest.approx(0.5)}


def test_a_purchase_tells_more_than_a_view():
    bought = record(make_profile(), make_event(type=EventType.PURCHASE), make_product())
    viewed = record(make_profile(), make_event(), make_product())

    assert bought.tags["brand:Hearth"] > viewed.tags["brand:Hearth"]


@pytest.mark.parametrize(("stars", "weight"), [(0.0, -3.0), (3.0, 0.0), (5.0, 2.0)])
def test_stars_count_for_or_against(stars, weight):
    event = make_event(type=EventType.RATING, value=stars)

    assert record(make_profile(), event, make_product()).actions[0].weight == weight


def test_an_unknown_item_is_remembered_without_tags():
    profile = record(make_profile(), make_event(item_id="gone"), None)

    assert profile.tags == {}
    assert profile.actions[0].item_id == "gone"


def test_an_impression_is_no_action_and_is_counted_until_the_item_is_of_interest():
    seen = make_event(type=EventType.IMPRESSION)
    profile = record(record(make_profile(), seen, make_product()), seen, make_product())

    assert profile == replace(make_profile(), shown={"mug-red": (2, seen.occurred_at.timestamp())})
    assert record(profile, make_event(), make_product()).shown == {}


def test_what_is_bought_again_is_counted_and_fades():
    bought = Bought(0.0).and_also(Bought(MEMORY_HALF_LIFE_S))
    assert bought == Bought(MEMORY_HALF_LIFE_S, times=2, memory=1.5)


def test_a_profile_of_the_first_schema_is_read():
    text = '{"schema": 1, "purchases": {"mug-red": 2.0}}'
    assert from_json(make_profile().actor, 1, text).purchases == {"mug-red": Bought(2.0)}


def test_nothing_is_recorded_while_personalization_is_off():
    profile = make_profile(personalization="off")

    assert record(profile, make_event(type=EventType.PURCHASE), make_product()) == profile


def test_a_login_brings_nothing_along_while_personalization_is_off():
    session = record(make_session(), make_event(), make_product())

    merged = merge(make_profile(personalization="off"), session)

    assert merged == make_profile(personalization="off", sessions=("s-1",))


def test_what_is_left_of_a_session_says_only_whose_it_is():
    session = record(make_session(version=4), make_event(), make_product())

    assert emptied_into(session, "ada") == make_session(version=4, merged_into="ada")


def test_a_busy_customer_keeps_the_newest_of_everything():
    events = [
        make_event(type=EventType.PURCHASE, item_id=f"i-{n}", occurred_at=NOW - timedelta(hours=n))
        for n in range(MOST_PURCHASES + 50)
    ]
    products = [make_product(category=(f"Category {n}",)) for n in range(len(events))]

    profile = make_profile()
    for event, product in zip(events, products, strict=True):
        profile = record(profile, event, product)

    assert [each.item_id for each in profile.actions] == [f"i-{n}" for n in range(MOST_ACTIONS)]
    assert list(profile.purchases) == [f"i-{n}" for n in range(MOST_PURCHASES)]
    assert len(profile.tags) == MOST_TAGS
    assert {"brand:Hearth", "price:10-25", "category:Category 0"} <= profile.tags.keys()


def test_the_largest_profile_fits_a_table_item_and_keeps_the_newest():
    long = "🛒" * 250
    profile = make_profile(
        actions=tuple(
            make_action(item_id=f"{long}{n}", query=long[:200]) for n in range(MOST_ACTIONS)
        ),
        purchases={f"{long}{n}": Bought(float(-n)) for n in range(MOST_PURCHASES)},
        tags={f"category:{long}{long}{n}": 1.0 for n in range(MOST_TAGS)},
        muted=frozenset(f"item:{long}{n}" for n in range(MOST_MUTED)),
    )

    text = to_json(profile)

    assert len(text.encode()) <= MOST_BYTES
    kept = from_json(profile.actor, 0, text)
    assert kept.muted == profile.muted
    assert kept.actions[0] == profile.actions[0]
    assert f"{long}0" in kept.purchases


def test_a_profile_of_newer_code_is_refused_with_what_to_do():
    with pytest.raises(Unavailable, match=r"schema 3.*deploy the version that wrote it"):
        from_json(Actor("customer", "ada"), 1, '{"schema":3}')
