"""Held-out visits: just those, whole, and nothing of what came later in what a model may know."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.retrieval.identifiers import hash_of
from concierge.shop.profile import EVENT_WEIGHTS, record
from concierge.training.event_log import TYPES
from concierge.training.held_out import (
    Case,
    KnownProducts,
    after,
    at_first_click,
    last_events,
    last_visits,
    profile_of,
)
from concierge.training.visits import GAP_S, by_actor
from tests.builders import make_product, make_profile
from tests.fakes.logs import START, log_of, logs, told
from tests.fakes.snapshots import catalogue_of

ITEMS = ("cup", "jug", "pan", "tent")
ROW = {item_id: row for row, item_id in enumerate(ITEMS)}
AT = START.timestamp()
HOUR_S = 3_600.0
SPLITS = {
    "visit": lambda log, catalogue: last_visits(log, catalogue, 99),
    "begun": lambda log, catalogue: last_visits(log, catalogue, 99, begun=True),
    "event": last_events,
    "late": lambda log, catalogue: after(log, catalogue, 5 * 43_200.0),
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    products = [make_product(item_id=item_id, title=item_id) for item_id in ITEMS]
    return catalogue_of(tmp_path_factory.mktemp("shop"), products)


@pytest.fixture(scope="module")
def numbered():
    """A catalogue whose items are those that drawn logs have: their hashes are small numbers."""
    return Numbered(ITEMS)


class Numbered:
    """A catalogue whose ids hash to 1, 2, …, as drawn logs name items."""

    def __init__(self, item_ids):
        self._products = [make_product(item_id=item_id, title=item_id) for item_id in item_ids]
        numbers = np.arange(1, len(item_ids) + 1)
        self.identifiers = (numbers.astype(np.uint64), (numbers - 1).astype(np.int32))

    def __len__(self):
        return len(self._products)

    def product_at(self, row):
        return self._products[row]


def events(log):
    return set(log["event"].tolist())


def weighed(log):
    """Give the events of a drawn log the weights of their types."""
    log["weight"] = np.array([EVENT_WEIGHTS[each] for each in TYPES])[log["type"]]
    return log


def hashes(*item_ids):
    return {hash_of(item_id) for item_id in item_ids}


@pytest.fixture
def log():
    return log_of(
        told("view", "cup", "ada", hours=0),
        told("purchase", "jug", "ada", hours=0.2),
        told("view", "pan", "ada", hours=30),
        told("purchase", "tent", "ada", hours=30.1),
        told("purchase", "cup", "ben", hours=2),
        told("view", "pan", "ben", hours=50),
        told("view", "jug", "cyd", hours=60),
    )


def test_the_last_visit_is_held_out_whole_of_those_who_came_before(log, catalogue):
    split = last_visits(log, catalogue, 99)
    cases = {case.at: case for case in split.cases}
    assert sorted(cases) == [AT + 30 * HOUR_S, AT + 50 * HOUR_S]
    ada, ben = cases[AT + 30 * HOUR_S], cases[AT + 50 * HOUR_S]
    assert (ada.taken, ben.taken) == ({ROW["pan"], ROW["tent"]}, {ROW["pan"]})
    assert [action.item_id for action in ada.profile.actions] == ["jug", "cup"]
    assert set(ada.profile.purchases) == {"jug"}
    assert set(ben.profile.purchases) == {"cup"}
    # Cyd came once only: there is nothing to foresee the visit from, so it is learnt from.
    assert set(split.past["item"].tolist()) == hashes("cup", "jug")
    assert len(split.past) == 4


def test_the_last_event_alone_is_held_out(log, catalogue):
    split = last_events(log, catalogue)
    assert len(split.past) == len(log) - 2
    ada = next(case for case in split.cases if case.at == AT + 30.1 * HOUR_S)
    assert ada.taken == {ROW["tent"]}
    assert [action.item_id for action in ada.profile.actions] == ["pan", "jug", "cup"]


def test_all_that_came_after_a_moment_is_held_out(log, catalogue):
    split = after(log, catalogue, AT + 2 * HOUR_S)
    assert split.past["at"].max() == AT + 2 * HOUR_S
    assert {case.at: case.taken for case in split.cases} == {
        AT + 30 * HOUR_S: {ROW["pan"], ROW["tent"]},
        AT + 50 * HOUR_S: {ROW["pan"]},
    }


def test_only_visits_that_began_after_a_moment_are_held_out(log, catalogue):
    split = last_visits(log, catalogue, 99, since=AT + 30 * HOUR_S)
    assert [case.at for case in split.cases] == [AT + 50 * HOUR_S]
    assert len(split.past) == len(log) - 1
    assert last_visits(log, catalogue, 99, since=AT + 50 * HOUR_S).cases == ()


def test_of_many_actors_the_same_few_are_chosen_whatever_the_order_of_events(catalogue):
    told_ = [
        told("view", item, f"c-{number}", hours=hours)
        for number in range(30)
        for item, hours in (("cup", number), ("jug", 100 + number))
    ]
    first = last_visits(log_of(*told_), catalogue, 7)
    again = last_visits(log_of(*reversed(told_)), catalogue, 7)
    assert len(first.cases) == 7
    assert {case.at for case in first.cases} == {case.at for case in again.cases}
    assert len(first.past) == 53
    few = {case.at for case in last_visits(log_of(*told_), catalogue, 3).cases}
    assert few < {case.at for case in first.cases}


def test_a_pause_of_half_an_hour_ends_a_visit(catalogue):
    gap = GAP_S / HOUR_S
    within = log_of(told("view", "cup", hours=0), told("view", "jug", hours=gap))
    assert last_visits(within, catalogue, 9).cases == ()
    beyond = log_of(told("view", "cup", hours=0), told("view", "jug", hours=gap + 0.01))
    assert [case.taken for case in last_visits(beyond, catalogue, 9).cases] == [{ROW["jug"]}]


def test_what_the_catalogue_lacks_is_no_case_and_is_not_learnt_either(catalogue):
    log = log_of(told("view", "cup", hours=0), told("view", "never-sold", hours=9))
    split = last_visits(log, catalogue, 9)
    assert split.cases == ()
    assert set(split.past["item"].tolist()) == hashes("cup")


def test_searches_impressions_and_dislikes_are_nothing_to_foresee(catalogue):
    log = log_of(
        told("view", "cup", hours=0),
        told("view", "jug", hours=5),
        told("impression", "pan", hours=20),
        told("search", "", hours=21, query="tent"),
        told("remove_from_cart", "tent", hours=22),
        told("rating", "tent", hours=23, value=1.0),
    )
    [case] = last_visits(log, catalogue, 9).cases
    assert case.taken == {ROW["jug"]}


def test_every_other_visit_is_met_in_the_middle_and_no_model_knows_its_beginning(catalogue):
    told_ = []
    for number in range(12):
        told_.append(told("view", "cup", f"c-{number}", hours=0))
        told_ += [
            told("view", item, f"c-{number}", hours=99 + at / 10)
            for at, item in enumerate(("jug", "pan", "tent"))
        ]
    split = last_visits(log_of(*told_), catalogue, 99, begun=True)
    assert set(split.past["item"].tolist()) == hashes("cup")
    whole = {ROW["jug"], ROW["pan"], ROW["tent"]}
    known = [len(case.profile.actions) - 1 for case in split.cases]
    assert [known[at] for at in range(0, 12, 2)] == [0] * 6
    assert {known[at] for at in range(1, 12, 2)} <= {1, 2}
    for case, first in zip(split.cases, known, strict=True):
        assert len(case.taken) == 3 - first
        assert case.taken <= whole
        assert all(action.at < case.at for action in case.profile.actions)


def test_a_visit_of_one_event_is_met_at_its_beginning(catalogue):
    told_ = [
        told("view", item, f"c-{number}", hours=hours)
        for number in range(4)
        for item, hours in (("cup", 0), ("jug", 99))
    ]
    cases = last_visits(log_of(*told_), catalogue, 99, begun=True).cases
    assert [case.taken for case in cases] == [{ROW["jug"]}] * 4


def test_at_the_first_click_nothing_but_it_is_known(catalogue):
    profile = make_profile(tags={"brand:Hearth": 3.0}, as_of=AT)
    met = at_first_click(Case(profile, AT, frozenset({0, 2, 3})), catalogue)
    assert [action.item_id for action in met.profile.actions] == ["cup"]
    assert met.profile.actions[0].at < met.at == AT
    assert met.profile.purchases == {}
    assert met.taken == {2, 3}
    assert at_first_click(Case(profile, AT, frozenset({1})), catalogue).taken == frozenset()


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
def test_an_empty_log_has_no_cases(catalogue, split):
    empty = split(log_of(), catalogue)
    assert (len(empty.past), empty.cases) == (0, ())


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
@settings(max_examples=50, deadline=None)
@given(log=logs())
def test_nothing_of_the_future_is_known(numbered, split, log):
    made = split(weighed(log), numbered)
    assert events(made.past) <= events(log)
    for case in made.cases:
        assert case.taken
        assert all(action.at <= case.at for action in case.profile.actions)
        assert all(bought.at <= case.at for bought in case.profile.purchases.values())
        assert case.profile.actions


@settings(max_examples=50, deadline=None)
@given(log=logs(), most=st.integers(0, 3))
def test_what_is_held_out_and_what_is_kept_are_the_whole_log(numbered, log, most):
    split = last_visits(weighed(log), numbered, most)
    held = log[~np.isin(log["event"], split.past["event"])]
    assert len(np.unique(held["actor"])) <= most
    for actor in np.unique(held["actor"]):
        mine, kept = held[held["actor"] == actor], split.past[split.past["actor"] == actor]
        kept = by_actor(kept)
        assert mine["at"].max() - mine["at"].min() <= GAP_S * (len(mine) - 1)
        assert kept["at"].max() < mine["at"].min() - GAP_S


def test_a_profile_is_what_the_recorder_would_have_kept(catalogue):
    told_ = [
        told("view", "cup", hours=0),
        told("add_to_cart", "jug", hours=1),
        told("purchase", "jug", hours=1.2),
        told("purchase", "jug", hours=30),
        told("rating", "pan", hours=31, value=5.0),
    ]
    expected = make_profile()
    for event in told_:
        product = catalogue.product(event.item_id)
        expected = record(expected, event, product)
    found = profile_of(by_actor(log_of(*told_)), KnownProducts(catalogue))
    assert found.purchases == expected.purchases
    assert found.actions == expected.actions
    assert found.tags == pytest.approx(expected.tags)
    assert found.as_of == expected.as_of


def test_a_long_history_is_read_from_its_end(catalogue):
    told_ = [told("view", "cup", hours=number * 0.01) for number in range(1_600)]
    log = log_of(*told_, told("view", "jug", hours=99))
    [case] = last_visits(log, catalogue, 9).cases
    moments = [action.at for action in case.profile.actions]
    assert max(moments) == pytest.approx(AT + 15.99 * HOUR_S)
