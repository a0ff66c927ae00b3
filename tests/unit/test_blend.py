"""Weights are learnt from what was taken, and lists judged as a plain reading of NDCG does."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.recommending.laid_out import LaidOut
from concierge.recommending.scoring import EVERY_PART, WEIGHTS, Sources
from concierge.recommending.seeds import Context, interests
from concierge.shop.events import EventType
from concierge.shop.profile import MEMORY_HALF_LIFE_S, Bought
from concierge.training.blend import Scored, gains, learnt_weights, scored
from concierge.training.foresight import FIRST, open_to
from concierge.training.held_out import Case
from tests.builders import NOW, make_action, make_product, make_profile
from tests.fakes.snapshots import catalogue_of, model_of

AT = NOW.timestamp()
NO_WEIGHTS = dict.fromkeys(EVERY_PART, 0.0)


def scored_of(*cases):
    """Return cases, each of candidates (parts by name, taken, owned), padded to the longest."""
    shape = (len(cases), max(map(len, cases)))
    parts = np.zeros((*shape, len(EVERY_PART)), np.float32)
    taken, owned, real = (np.zeros(shape, np.bool_) for _ in range(3))
    for at, candidates in enumerate(cases):
        for place, (values, was_taken, was_owned) in enumerate(candidates):
            for name, value in values.items():
                parts[at, place, EVERY_PART.index(name)] = value
            taken[at, place], owned[at, place], real[at, place] = was_taken, was_owned, True
    return Scored(parts, taken, owned, real, taken.sum(1), (taken & ~owned).sum(1))


def candidate(*, taken=False, owned=False, **parts):
    return parts, taken, owned


def naive(candidates, count, weights):
    """NDCG@10 spelt out: of equal scores, what was not taken comes first."""
    scores = [
        (-sum(np.float32(values[name]) * np.float32(weights[name]) for name in values), was_taken)
        for values, was_taken in candidates
    ]
    if not count:
        return math.nan
    hits = [was_taken for _, was_taken in sorted(scores)][:FIRST]
    found = sum(1 / math.log2(place + 2) for place, hit in enumerate(hits) if hit)
    return found / sum(1 / math.log2(place + 2) for place in range(min(count, FIRST)))


# Few and exact values, so that ties are many and both add up alike.
VALUES = st.integers(-2, 2).map(float)
CANDIDATES = st.lists(
    st.tuples(
        st.fixed_dictionaries({"next": VALUES, "content": VALUES, "taste": VALUES}),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(CANDIDATES, min_size=1, max_size=4),
    st.tuples(VALUES, VALUES, VALUES),
    st.integers(0, 12),
)
def test_gains_are_those_of_a_plain_reading(cases, weighing, missed):
    weights = NO_WEIGHTS | dict(zip(("next", "content", "taste"), weighing, strict=True))
    made = scored_of(*cases)
    # What a visit had and no candidate was counts as well.
    made = replace(made, counts=made.counts + missed, new_counts=made.new_counts + missed)
    found, of_new = gains(made, weights), gains(made, weights, new=True)
    for at, candidates in enumerate(cases):
        plain = [(values, was_taken) for values, was_taken, _ in candidates]
        new = [(values, was_taken) for values, was_taken, was_owned in candidates if not was_owned]
        for gained, listed in ((found[at], plain), (of_new[at], new)):
            count = sum(was_taken for _, was_taken in listed) + missed
            assert gained == pytest.approx(naive(listed, count, weights), nan_ok=True)


def test_ties_count_against_us():
    tie = [candidate(taken=True), *[candidate() for _ in range(3)]]
    assert gains(scored_of(tie), NO_WEIGHTS) == pytest.approx([1 / math.log2(5)])
    buried = [candidate(taken=True), *[candidate() for _ in range(10)]]
    assert gains(scored_of(buried), NO_WEIGHTS) == pytest.approx([0.0])


def test_padding_is_no_candidate():
    short = [candidate(taken=True, next=-5.0), candidate(next=1.0)]
    long = [candidate() for _ in range(12)]
    found = gains(scored_of(short, long), WEIGHTS)
    assert found[0] == pytest.approx(1 / math.log2(3))
    assert math.isnan(found[1])


@pytest.mark.parametrize("name", ["search", "taste", "trend", "together"])
def test_a_part_that_decides_gets_its_weight(name):
    """The best by the weights to start from is never taken; another part tells what is."""
    misleading = "next" if name != "next" else "after"
    case = [
        candidate(**{misleading: 0.3}),
        *[candidate(**{misleading: 0.3 - 0.01 * n}) for n in range(12)],
        candidate(taken=True, **{name: 0.3}),
    ]
    cases = scored_of(*[case] * 3)
    assert gains(cases, WEIGHTS).max() == 0
    learnt = learnt_weights(cases)
    assert gains(cases, learnt) == pytest.approx(1.0)
    assert learnt[name] > learnt[misleading]


def test_a_part_that_only_misleads_loses_its_weight():
    cases = scored_of(
        [candidate(next=1.0), candidate(taken=True, after=0.5)],
        [candidate(next=1.0, after=0.1), candidate(taken=True, after=0.2)],
    )
    learnt = learnt_weights(cases)
    assert learnt["next"] < learnt["after"]
    assert gains(cases, learnt) == pytest.approx(1.0)


def test_where_nothing_can_be_learnt_the_weights_stay():
    tied = scored_of([candidate(taken=True), candidate()])
    assert learnt_weights(tied) == WEIGHTS
    perfect = scored_of([candidate(taken=True, next=1.0), candidate()])
    assert learnt_weights(perfect) == WEIGHTS


def test_items_new_to_the_customer_count_as_much_as_all():
    """One part finds what comes back, one what is new: neither may be given up."""
    case = [
        candidate(taken=True, owned=True, repeat=0.3),
        *[candidate(owned=True, repeat=0.1) for _ in range(3)],
        candidate(taken=True, content=0.2),
        *[candidate(content=0.01) for _ in range(12)],
    ]
    learnt = learnt_weights(scored_of(case))
    assert learnt["repeat"] > 0
    assert learnt["content"] > 0


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    products = [make_product(item_id=f"i{n}", title=f"Thing {n}") for n in range(5)]
    catalogue = catalogue_of(tmp_path_factory.mktemp("shop"), products)
    model = model_of(
        {"i0": 4.0, "i1": 1.0, "i2": 2.0, "gone": 4.0},
        {"next": {"i0": {"i1": 0.5}}},
        repeat={"i0": 0.5},
    )
    return catalogue, LaidOut.of("m", model, catalogue)


def test_parts_of_cases_are_those_that_serve(shop):
    catalogue, behaviour = shop
    bought = make_action(type=EventType.PURCHASE, item_id="i0", at=AT - MEMORY_HALF_LIFE_S)
    profile = make_profile(actions=(bought,), purchases={"i0": Bought(bought.at)})
    cases = scored([Case(profile, AT, frozenset({1, 4}))], catalogue, behaviour)
    assert (cases.counts.tolist(), cases.new_counts.tolist()) == ([2], [2])
    by_part = {name: cases.parts[0, :, at] for at, name in enumerate(EVERY_PART)}
    order = np.argsort(-by_part["popularity"], kind="stable")
    assert by_part["popularity"][order] == pytest.approx([1.0, 0.5, 0.25, 0, 0])
    # Half of the memory is left, so a third of the habit.
    assert by_part["repeat"].max() == pytest.approx(0.5 / 3)
    assert cases.owned[0].sum() == 1
    assert cases.taken[0].sum() == 2
    # What was taken is kept first, with what the behaviour says of it.
    assert cases.taken[0, :2].all()
    assert by_part["next"][:2].max() > 0


def test_owned_items_that_were_taken_are_not_new(shop):
    catalogue, behaviour = shop
    profile = make_profile(purchases={"i0": Bought(AT - 9e6), "gone": Bought(AT - 9e6)})
    cases = scored([Case(profile, AT, frozenset({0, 3}))], catalogue, behaviour)
    assert (cases.counts.tolist(), cases.new_counts.tolist()) == ([2], [1])


def test_what_this_very_visit_has_already_is_neither_listed_nor_expected(shop):
    catalogue, behaviour = shop
    profile = make_profile(
        actions=(make_action(item_id="i2", at=AT - 60),),
        purchases={"i0": Bought(AT - 60), "i1": Bought(AT - 9e6)},
    )
    wanted = interests(profile, Context(), "full", AT)
    allowed = open_to(Sources(catalogue, behaviour, wanted))
    assert allowed.tolist() == [False, True, False, True, True]
    cases = scored([Case(profile, AT, frozenset({0, 1, 2, 3}))], catalogue, behaviour)
    assert cases.real.sum() == 3
    assert (cases.counts.tolist(), cases.new_counts.tolist()) == ([2], [1])


def test_no_cases_have_no_gains(shop):
    none = scored([], *shop)
    assert len(none) == 0
    assert gains(none, WEIGHTS).tolist() == []
    assert learnt_weights(none) == WEIGHTS
