"""The report on an archive: counted by hand, and against the truth of a made-up shop."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from concierge.recommending.exploring import explore
from concierge.shop.exposures import Exposure
from concierge.shop.profile import Actor
from concierge.shop.recommendation_ids import RecommendationId
from concierge.training.event_log import EVENT
from concierge.training.outcomes import Outcomes, outcomes
from tests.fakes.logs import START, log_of, logs, told

HAND = (
    told("impression", "tent", "ada", "learnt.for-you.1"),
    told("impression", "stove", "ada", "learnt.for-you.1"),
    told("impression", "tent", "bob", "learnt.cart.2"),
    told("impression", "tent", "eve", "traditional.for-you.3"),
    told("view", "tent", "ada", "learnt.for-you.1", hours=1),
    told("purchase", "tent", "ada", hours=2),
    told("view", "lamp", "bob", "learnt.cart.2", hours=1),
    told("view", "lamp", "eve", hours=1),
)


def group(found, arm, placement=None):
    (one,) = [each for each in found.groups if (each.arm, each.placement) == (arm, placement)]
    return one


def test_counts_by_hand():
    found = outcomes(log_of(*HAND))
    assert [(each.arm, each.placement) for each in found.groups] == [
        ("learnt", None),
        ("learnt", "for-you"),
        ("learnt", "cart"),
        ("traditional", None),
        ("traditional", "for-you"),
    ]
    learnt = group(found, "learnt")
    assert (learnt.recommendations, learnt.impressions, learnt.customers) == (2, 3, 2)
    assert (learnt.clicked, learnt.bought) == (1, 1)
    assert learnt.click_rate.value == pytest.approx(1 / 3)
    assert group(found, "traditional").click_rate.value == 0
    assert (found.events, found.stray_clicks, found.stray_purchases) == (8, 1, 0)


def test_coverage_is_of_the_catalogue_where_its_size_is_known():
    log = log_of(*HAND)
    assert group(outcomes(log), "learnt").reach.coverage == pytest.approx(2 / 3)
    assert group(outcomes(log, 10), "learnt").reach.coverage == pytest.approx(0.2)
    assert group(outcomes(log, 1), "learnt").reach.coverage == pytest.approx(2 / 3)


def test_arms_are_compared_where_both_were_shown():
    found = outcomes(log_of(*HAND)).comparisons
    assert [(each.arm, each.baseline, each.placement) for each in found] == [
        ("learnt", "traditional", None),
        ("learnt", "traditional", "for-you"),
    ]
    assert found[1].clicks.value == pytest.approx(0.5)
    assert found[1].clicks.low < 0 < found[1].clicks.high


def test_two_clicks_on_one_impression_are_one():
    again = replace(HAND[4], event_id="again")
    assert group(outcomes(log_of(*HAND, again)), "learnt").clicked == 1


def test_an_empty_log_gives_an_empty_report():
    found = outcomes(np.empty(0, EVENT))
    assert found == Outcomes()
    assert json.loads(json.dumps(found.to_record(), allow_nan=False))["groups"] == []


def test_a_log_without_recommendations_has_no_groups():
    found = outcomes(log_of(told("view"), told("search", item="", query="tent")))
    assert (found.events, found.groups, found.exploration) == (2, (), None)


@settings(max_examples=60)
@given(logs())
def test_every_report_is_json_without_infinities(log):
    record = outcomes(log).to_record()
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_json_names_its_units():
    record = outcomes(log_of(*HAND)).to_record()
    assert set(record["groups"][0]) == {
        "arm",
        "placement",
        "recommendations",
        "impressions",
        "customers",
        "impressions_clicked",
        "impressions_bought",
        "clicks_per_impression",
        "purchases_per_impression",
        "items_shown",
        "coverage_share",
        "novelty_bits",
        "popularity_percentile",
        "exposure_gini",
    }


def made_up(seed, customers, rates):
    """Return a log of lists of three, clicked at an arm's rate by customers who differ."""
    random = np.random.default_rng(seed)
    events = []
    for n in range(customers):
        arm = ("learnt", "traditional")[n % 2]
        chance = random.beta(4 * rates[arm], 4 * (1 - rates[arm]))
        for visit in range(1 + random.geometric(0.5)):
            made = f"{arm}.for-you.{n}-{visit}"
            for item in random.choice(9, 3, replace=False):
                seen = told("impression", f"item-{item}", f"c{n}", made, hours=visit * 30)
                events.append(seen)
                if random.random() < chance:
                    events.append(told("view", f"item-{item}", f"c{n}", hours=visit * 30 + 1))
    return log_of(*events)


def test_a_better_arm_is_found_better_by_as_much_as_it_is():
    (all_placements, _) = outcomes(made_up(5, 700, {"learnt": 0.3, "traditional": 0.1})).comparisons
    assert all_placements.clicks.low <= 0.2 <= all_placements.clicks.high
    assert all_placements.clicks.low > 0


def test_draws_tell_that_a_ranking_turned_round_is_worse_than_chance():
    random = np.random.default_rng(11)
    liked = np.array([0.05, 0.1, 0.3, 0.6])
    events = []
    for n in range(2_000):
        made = RecommendationId("exploring", "for-you", f"{n}")
        explored = explore(np.arange(6), np.arange(6.0, 0, -1), 4, made.unique)
        row = int(explored.rows[2])
        actor = Actor("customer", f"c{n // 2}")
        events.append(explored.exposure.to_event(made, actor, f"item-{row}", START))
        if random.random() < liked[row - 2]:
            events.append(told("view", f"item-{row}", actor.id, str(made), hours=1))
    found = outcomes(log_of(*events)).exploration
    assert found.even.snips.low <= liked.mean() <= found.even.snips.high
    assert found.ranked.snips.low <= liked[0] <= found.ranked.snips.high
    assert found.ranked.ips.high < found.even.ips.low
    assert found.ranked.samples == found.even.samples == 2_000


def test_what_was_only_served_is_no_impression():
    made = RecommendationId("exploring", "for-you", "1")
    drawn = Exposure(0.5, 3, 1, 2).to_event(made, Actor("customer", "ada"), "tent", START)
    assert outcomes(log_of(drawn)).groups == ()
    found = outcomes(log_of(drawn, told("impression", "tent", "ada", str(made))))
    assert group(found, "exploring").impressions == 1
