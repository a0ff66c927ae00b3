"""Estimates for a policy that was not in force, against the truth of a made-up shop."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.recommending.exploring import explore, probabilities
from concierge.training.off_policy import off_policy

SCORES = np.array([6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
# What is ranked last is liked best: the ranking has something to learn.
LIKED = np.array([0.02, 0.05, 0.05, 0.10, 0.20, 0.40])
EVEN = np.full(6, 1 / 6)
FIRST = np.array([1.0, 0, 0, 0, 0, 0])
LAST = np.array([0, 0, 0, 0, 0, 1.0])


def simulated(seed, draws, target):
    """Return the estimate of a policy from draws of the exploring one, two to a customer."""
    random = np.random.default_rng(seed)
    chances = probabilities(SCORES)
    drawn = random.choice(6, draws, p=chances)
    rewards = (random.random(draws) < LIKED[drawn]).astype(np.float64)
    return off_policy(rewards, chances[drawn], target[drawn], np.arange(draws) // 2)


@pytest.mark.parametrize("target", [EVEN, FIRST, LAST], ids=["even", "first", "last"])
def test_both_estimates_find_the_truth_as_often_as_they_say(target):
    truth = float(target @ LIKED)
    found = [simulated(seed, 3_000, target) for seed in range(300)]
    for name in ("ips", "snips"):
        estimates = [getattr(each, name) for each in found]
        held = np.mean([each.low <= truth <= each.high for each in estimates])
        assert 0.91 <= held <= 0.985
        values = np.array([each.value for each in estimates])
        assert values.mean() == pytest.approx(truth, abs=4 * values.std() / np.sqrt(300))


def test_normalising_makes_the_estimate_steadier():
    found = [simulated(seed, 500, LAST) for seed in range(200)]
    assert np.std([each.snips.value for each in found]) < np.std([each.ips.value for each in found])


def test_lists_of_the_explorer_tell_what_the_ranking_alone_would_have_earned():
    random = np.random.default_rng(3)
    rewards, propensities, ranks = [], [], []
    for n in range(4_000):
        explored = explore(np.arange(8), np.arange(8.0, 0, -1), 5, f"list-{n}")
        rewards.append(random.random() < LIKED[explored.rows[2] - 2])
        propensities.append(explored.exposure.propensity)
        ranks.append(explored.exposure.rank)
    weights = (np.array(ranks) == 6).astype(np.float64)
    found = off_policy(np.array(rewards), np.array(propensities), weights, np.arange(4_000))
    # Four standard errors; the interval is two.
    assert found.snips.value == pytest.approx(LIKED[5], abs=found.snips.high - found.snips.low)


def test_the_policy_that_drew_is_valued_at_what_it_earned():
    rewards, chances = np.array([1.0, 0, 0, 1]), np.array([0.5, 0.2, 0.2, 0.1])
    found = off_policy(rewards, chances, chances, np.arange(4))
    assert found.ips.value == found.snips.value == pytest.approx(0.5)
    assert (found.samples, found.effective_samples) == (4, pytest.approx(4))


def test_weights_by_hand():
    found = off_policy(
        np.array([1.0, 0.0]), np.array([0.5, 0.25]), np.array([0.25, 0.5]), np.arange(2)
    )
    assert found.ips.value == pytest.approx(0.25)
    assert found.snips.value == pytest.approx(0.2)
    assert found.effective_samples == pytest.approx(2.5**2 / 4.25)


def test_a_policy_that_made_none_of_the_draws_has_no_normalised_estimate():
    found = off_policy(np.ones(3), np.full(3, 0.5), np.zeros(3), np.arange(3))
    assert (found.ips.value, found.snips, found.effective_samples) == (0, None, 0)
    assert json.loads(json.dumps(found.to_record()))["snips"] is None


def test_without_draws_there_is_no_estimate():
    assert off_policy(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.intp)) is None


@given(
    st.lists(
        st.tuples(st.booleans(), st.floats(0.005, 1), st.floats(0, 1), st.integers(0, 5)),
        min_size=1,
        max_size=40,
    )
)
def test_the_normalised_estimate_stays_within_the_rewards(draws):
    rewards, propensities, target, customers = map(np.array, zip(*draws, strict=True))
    found = off_policy(rewards.astype(float), propensities, target, customers)
    assert 0 <= found.effective_samples <= len(draws) * (1 + 1e-9)
    if found.snips:
        assert -1e-9 <= found.snips.value <= 1 + 1e-9
