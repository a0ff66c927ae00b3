"""Who is taken for a program as events come in, on both sides of each rule."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.ingesting.watching import is_saturated, watched
from concierge.shop.conduct import RULES, Counted, resolution_s
from concierge.shop.events import EventType, parse_archived, parse_event
from concierge.shop.pace import CEILING, Pace
from concierge.shop.profile import emptied_into, merge, record
from concierge.shop.profile_json import from_json, to_json
from tests.builders import NOW, make_event, make_profile, make_session

# An odd second, which no file would round to.
START = NOW - timedelta(hours=3) + timedelta(seconds=7)
BY_NAME = {rule.name: rule for rule in RULES}


def series(count, every_s, **overrides):
    """Return events at equal distances, each view of another item."""
    return [
        make_event(
            **{
                "event_id": f"e-{n}",
                "item_id": f"item-{n}",
                "occurred_at": START + timedelta(seconds=n * every_s),
            }
            | overrides
        )
        for n in range(count)
    ]


def rule_after(*batches, profile=None):
    """Return the rule that is broken once these batches came in one after the other."""
    profile, rule = profile or make_profile(), ""
    for batch in batches:
        known = profile
        profile, rule = watched(known, batch)
        if not rule:
            for event in batch:
                profile = record(profile, event, None)
    return rule


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_each_rule_has_a_name_of_its_own_and_a_reason(name):
    assert BY_NAME[name].reason
    assert len(BY_NAME) == len(RULES)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.is_live], ids=lambda rule: rule.name
)
def test_a_level_at_the_limit_is_a_person_and_above_it_a_program(rule):
    at = START.timestamp()
    once = [(rule.counted, at)]
    enough = Pace().after(once * rule.most).levels[rule.name]
    more = Pace().after(once * (rule.most + 1)).levels[rule.name]
    assert Pace(at, {rule.name: enough}).broken_rule(at) == ""
    assert Pace(at, {rule.name: more}).broken_rule(at) == rule.name


def test_views_faster_than_a_person_clicks_are_a_burst():
    assert rule_after(series(25, 0.1)) == ""
    assert rule_after(series(30, 0.1)) == "burst"


def test_a_flood_in_many_small_batches_is_found_like_one_in_a_large_one():
    views = series(60, 0.1)
    assert rule_after(*([view] for view in views)) == "burst"


def test_a_keen_customer_is_left_alone_for_hours():
    views = series(700, 15)
    assert rule_after(*(views[at : at + 10] for at in range(0, 700, 10))) == ""


def test_a_scraper_that_takes_its_time_is_found_within_the_hour():
    views = series(800, 5)
    assert rule_after(*(views[at : at + 10] for at in range(0, 800, 10))) == "harvest"


def test_reloading_one_page_is_noticed_at_hundreds_an_hour_and_not_before():
    def reloads(every_s):
        views = series(600, every_s, item_id="sold out")
        return rule_after(*(views[at : at + 10] for at in range(0, 600, 10)))

    assert reloads(60) == ""
    assert reloads(7) == "refresh"


@pytest.mark.parametrize(
    "kind", [EventType.PURCHASE, EventType.ADD_TO_CART, EventType.REMOVE_FROM_CART]
)
def test_a_basket_of_a_thousand_lines_counts_once(kind):
    lines = series(1_112, 0, type=kind)
    batches = [lines[at : at + 10] for at in range(0, len(lines), 10)]
    assert rule_after(*batches) == ""


def test_searching_at_every_key_is_one_act_a_second():
    assert rule_after(series(100, 0.1, type=EventType.SEARCH, item_id="", query="mug")) == ""


def test_a_till_for_everybody_breaks_a_rule_only_faster_than_tills_are():
    assert rule_after(series(30, 7, type=EventType.PURCHASE)) == ""
    assert rule_after(series(30, 2, type=EventType.PURCHASE)) == "checkouts"


def test_carts_filled_by_a_program_are_noticed():
    assert rule_after(series(100, 2.5, type=EventType.ADD_TO_CART)) == ""
    assert rule_after(series(100, 1, type=EventType.ADD_TO_CART)) == "carts"


def test_impressions_are_no_acts():
    assert rule_after(series(2_000, 0.01, type=EventType.IMPRESSION)) == ""
    assert rule_after(series(21_000, 0.001, type=EventType.IMPRESSION)) == "display"


@pytest.mark.parametrize(("step_s", "rounded_s"), [(60, 60), (300, 300), (900, 86_400)])
def test_a_moment_that_may_be_rounded_is_seen(step_s, rounded_s):
    at = NOW.timestamp() // 900 * 900 + (step_s if step_s < 900 else 0)
    assert resolution_s(at) == rounded_s
    assert resolution_s(at + 0.5) == 0


def test_views_that_a_file_rounds_to_days_are_judged_by_the_day():
    midnight = NOW.replace(hour=0, minute=0)
    assert rule_after(series(3_000, 0, occurred_at=midnight)) == ""
    assert rule_after(series(3_001, 0, occurred_at=midnight)) == "sleepless"


def test_the_quarantine_ends_with_the_flood():
    profile, _ = watched(make_profile(), series(50, 0.1))
    assert rule_after([], profile=profile) == "burst"
    later = make_event(event_id="later", occurred_at=START + timedelta(seconds=30))
    assert rule_after([later], profile=profile) == ""


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.is_live], ids=lambda rule: rule.name
)
def test_a_quarantine_outlasts_the_wildest_flood_by_no_more_than_the_time_of_its_rule(rule):
    at = START.timestamp()
    wild = Pace().after([(rule.counted, at)] * 100 * rule.most)
    assert wild.levels[rule.name] == CEILING * rule.most
    rested = wild.faded(at + 0.694 * rule.within_s)
    assert rested[rule.name] <= rule.most


def test_far_over_a_limit_the_pace_need_not_be_written():
    calm, fast = (watched(make_profile(), series(n, 0))[0] for n in (30, 50))
    assert not is_saturated(calm, calm)
    assert is_saturated(fast, fast)


def test_a_clock_that_is_a_year_off_is_judged_by_itself():
    year = timedelta(days=365)
    slow = [make_event(event_id=f"s-{n}", occurred_at=START - year) for n in range(3)]
    profile, _ = watched(make_profile(), slow)
    assert rule_after(slow, series(20, 1), profile=profile) == ""
    assert rule_after(series(20, 1), slow, slow) == ""


def test_a_session_does_not_get_rid_of_its_pace_by_logging_in():
    session, _ = watched(make_session(), series(50, 0.1))
    assert rule_after([], profile=merge(make_profile(), session)) == "burst"
    assert emptied_into(session, "ada").pace == Pace()


def test_nothing_is_kept_of_a_customer_who_switched_off():
    profile = make_profile(personalization="off")
    assert watched(profile, series(1_000, 0)) == (profile, "")


def test_the_pace_is_kept_with_the_profile():
    profile, _ = watched(make_profile(), series(50, 0.1))
    assert from_json(profile.actor, 0, to_json(profile)).pace == profile.pace
    assert "pace" not in json.loads(to_json(make_profile()))


def test_levels_of_a_rule_that_is_no_more_are_dropped():
    pace = Pace(START.timestamp(), {"forgotten": 1e9})
    assert pace.broken_rule(pace.as_of) == ""
    assert "forgotten" not in pace.after([(Counted.ACTS, pace.as_of)]).levels


def test_only_the_archive_may_mark_an_event():
    marked = make_event(quarantined="burst")
    assert parse_event(marked.to_record(), NOW).quarantined == ""
    assert parse_archived(json.loads(marked.to_json()), NOW) == marked
    assert "quarantined" not in make_event().to_record()


@st.composite
def batches(draw):
    """Events of one actor, some at one moment, on few items."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(EventType), st.sampled_from("abc"), st.floats(0, 4_000, width=32)
            ),
            max_size=60,
        )
    )
    return [
        make_event(
            event_id=f"e-{n}", type=kind, item_id=item, occurred_at=START + timedelta(seconds=at)
        )
        for n, (kind, item, at) in enumerate(drawn)
    ]


@given(batches(), st.randoms())
def test_the_order_of_a_batch_does_not_matter(events, chance):
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert watched(make_profile(), shuffled) == watched(make_profile(), events)


@given(batches(), st.floats(0, 1e7))
def test_levels_only_fade_while_nothing_happens(events, seconds):
    pace = watched(make_profile(), events)[0].pace
    faded = pace.faded(pace.as_of + seconds)
    assert all(faded[name] <= level for name, level in pace.levels.items())


@given(batches(), batches())
def test_it_does_not_matter_which_of_two_is_joined_to_which(events, others):
    one, two = (watched(make_profile(), each)[0].pace for each in (events, others))
    joined = one.joined(two)
    assert joined.as_of == two.joined(one).as_of
    assert joined.levels == pytest.approx(two.joined(one).levels)
