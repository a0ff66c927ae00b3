from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.recommending.experiments import arm_of
from concierge.retrieval.merchandising import Experiment
from concierge.shop.recommendation_ids import ARMS

CUSTOMERS = [f"customer:{n}" for n in range(40_000)]
WINTER = Experiment("winter", traditional=0.3, exploring=0.2)
keys = st.text(min_size=1, max_size=20)
shares = st.floats(0, 0.5)


def arms(experiment):
    return [arm_of(experiment, customer) for customer in CUSTOMERS]


def test_arms_get_their_shares():
    counts = Counter(arms(WINTER))
    # Four standard errors are 0.01.
    found = [counts[arm] / len(CUSTOMERS) for arm in ARMS]
    assert found == pytest.approx([0.5, 0.3, 0.2], abs=0.01)


def test_a_new_name_deals_independently_of_the_old_one():
    spring = Experiment("spring", traditional=0.3, exploring=0.2)
    counts = Counter(zip(arms(WINTER), arms(spring), strict=True))
    expected = {"learnt": 0.5, "traditional": 0.3, "exploring": 0.2}
    for one in ARMS:
        for other in ARMS:
            share = counts[one, other] / len(CUSTOMERS)
            assert share == pytest.approx(expected[one] * expected[other], abs=0.01)


def test_a_customer_is_dealt_the_same_arm_by_every_version():
    # Written down once: another process, machine or release must not deal anew.
    dealt = [arm_of(WINTER, f"customer:{n}") for n in range(8)]
    assert dealt == [
        "traditional",
        "learnt",
        "traditional",
        "learnt",
        "learnt",
        "learnt",
        "learnt",
        "traditional",
    ]


@given(keys, keys, shares, shares, shares)
def test_a_raised_share_takes_customers_from_the_learnt_lists_alone(
    name, key, traditional, exploring, more
):
    before = arm_of(Experiment(name, traditional * 0.5, exploring), key)
    after = arm_of(Experiment(name, traditional * 0.5 + more * 0.5, exploring), key)
    assert after in {before, "traditional"}
    assert before in {after, "learnt"}


@given(keys, keys)
def test_shares_of_none_and_all_leave_nobody_out(name, key):
    assert arm_of(Experiment(name), key) == "learnt"
    assert arm_of(Experiment(name, traditional=1.0), key) == "traditional"
    assert arm_of(Experiment(name, exploring=1.0), key) == "exploring"


def test_nobody_in_particular_takes_no_part():
    assert arm_of(Experiment("all", exploring=1.0), "") == "learnt"


def test_without_an_experiment_everybody_gets_learnt_lists():
    assert arm_of(None, "customer:ada") == "learnt"
