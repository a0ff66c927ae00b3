import numpy as np

from concierge.retrieval.memory import MOST_REMEMBERED, normalised
from concierge.shop.profile import MEMORY_HALF_LIFE_S
from concierge.training.successors import (
    AGE_HALF_LIFE_S,
    MOST_OF_A_VISIT,
    MOST_TARGETS,
    RIDGE,
    SELF_WEIGHT,
    Moments,
    successors,
)
from concierge.training.survey import Scope, surveyed
from concierge.training.visits import by_actor, visits_of
from tests.fakes.logs import drawn_log


def moments_by_definition(visits, ages, count):
    """Visit by visit, as the regression is defined; every item is a head."""
    gram, cross = np.zeros((2, count, count))
    memory = np.zeros(count, np.float32)
    for visit in range(len(visits)):
        same = visit and visits.actors[visit] == visits.actors[visit - 1]
        elapsed = visits.at[visit] - visits.at[visit - 1] if same else np.inf
        memory *= np.float32(0.5 ** (elapsed / MEMORY_HALF_LIFE_S))
        taken, strengths = visits.of(visit)
        itself = np.ix_(taken[:MOST_OF_A_VISIT], taken[:MOST_OF_A_VISIT])
        gram[itself] += SELF_WEIGHT
        cross[itself] += SELF_WEIGHT
        known = np.flatnonzero(memory)
        known = known[np.argsort(-memory[known], kind="stable")[:MOST_REMEMBERED]]
        weights = normalised(memory[known])
        shares = weights * 0.5 ** (ages[visit] / AGE_HALF_LIFE_S) / np.sqrt(len(taken))
        gram[np.ix_(known, known)] += np.outer(shares, weights)
        cross[np.ix_(known, taken)] += shares[:, None]
        memory[taken] += strengths
    return gram, cross


def moments_of(log, most_heads=8_000):
    scope = Scope.of(surveyed(log), most_heads)
    visits = visits_of(by_actor(log), scope.items, 5.0)
    moments = Moments.zero(len(scope.heads))
    ages = scope.ages(visits.at)
    moments.add(visits, ages, scope.head_numbers())
    return moments, visits, ages, scope


def assert_by_definition(log):
    moments, visits, ages, scope = moments_of(log)
    gram, cross = moments_by_definition(visits, ages, len(scope.items))
    np.testing.assert_allclose(moments.gram, gram, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(moments.cross, cross, rtol=1e-4, atol=1e-6)


def test_moments_are_those_of_the_definition():
    assert_by_definition(drawn_log(actors=60, visits=5))


def test_many_visits_and_more_items_than_are_remembered_make_no_difference():
    assert_by_definition(drawn_log(actors=2, visits=150, basket=6, items=700, days=900))


def test_orders_longer_than_predicts_itself_make_no_difference():
    assert_by_definition(drawn_log(actors=3, visits=2, basket=900, items=600))


def test_coefficients_solve_the_ridge_regression():
    log = drawn_log(actors=100, items=30)
    moments, visits, ages, scope = moments_of(log)
    gram, cross = moments_by_definition(visits, ages, 30)
    relation = successors(moments, scope.heads, 30)
    expected = np.linalg.solve(gram + RIDGE * np.eye(30), cross)
    for item in range(30):
        targets, weights = relation.of(item)
        np.testing.assert_allclose(weights, expected[item, targets], atol=1e-3)


def test_each_item_keeps_its_strongest_successors():
    log = drawn_log(actors=100)
    log["item"] = np.arange(len(log)) % 300
    moments, _, _, scope = moments_of(log)
    relation = successors(moments, scope.heads, len(scope.items))
    assert np.diff(relation.starts).tolist() == [MOST_TARGETS] * len(scope.items)


def test_what_is_no_head_neither_leads_anywhere_nor_is_led_to():
    moments, _, _, scope = moments_of(drawn_log(items=30), most_heads=10)
    relation = successors(moments, scope.heads, 30)
    assert set(relation.targets.tolist()) <= set(scope.heads.tolist())
    others = np.setdiff1d(np.arange(30), scope.heads)
    assert not np.diff(relation.starts)[others].any()
    assert len(others) == 20


def test_without_heads_nothing_leads_to_anything():
    assert len(successors(Moments.zero(0), np.zeros(0, np.int64), 3).targets) == 0
