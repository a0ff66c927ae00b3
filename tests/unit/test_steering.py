"""Rules laid out over a catalogue."""

import numpy as np
import pytest

from concierge.errors import OldSnapshot
from concierge.recommending.steering import Merchandising, steer
from concierge.retrieval.expressions import Expression, parse_expression
from concierge.retrieval.merchandising import Configuration, Pin, Rules
from tests.fakes.lists import boost, promotion, shelf
from tests.fakes.snapshots import InForce, catalogue_of


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("shelf"), shelf(12))


def test_filter_and_exclusions_narrow_what_is_permitted(catalogue):
    rules = Rules(
        filter=parse_expression("price >= 4"),
        exclude=parse_expression('brand = "Birch"'),
        exclude_item_ids=("item-0005", "never-sold"),
    )
    assert np.flatnonzero(steer(rules, catalogue).permitted).tolist() == [7, 9, 11]


def test_boosts_multiply_up_to_a_hundred_in_any_order(catalogue):
    boosts = (boost("price >= 4", 50.0), boost("price >= 8", 20.0), boost("price >= 10", 0.05))
    for order in (boosts, boosts[::-1]):
        factors = steer(Rules(boosts=order), catalogue).factors
        assert factors[[0, 4, 8, 10]] == pytest.approx([1, 50, 100, 50])


def test_fifty_boosts_of_a_hundred_stay_finite(catalogue):
    factors = steer(Rules(boosts=(boost("price >= 0", 100.0),) * 50), catalogue).factors
    assert factors == pytest.approx(np.full(12, 100.0))


def test_rules_that_match_nothing_and_unknown_items_are_passed_over(catalogue):
    rules = Rules(
        boosts=(boost("price > 999", 2.0),),
        promotions=(promotion("none", "price > 999", 0.5),),
        pins=(Pin("never-sold", 1), Pin("item-0003", 2)),
    )
    found = steer(rules, catalogue)
    assert found.factors.tolist() == [1.0] * 12
    assert found.promotions[0].rows.tolist() == []
    assert found.pins == {2: 3}


def test_groups_are_categories_at_a_level_whatever_their_case(catalogue):
    first = steer(Rules(most_per_category=1, category_level=1), catalogue).groups
    assert [len(set(first[[0, 1, 2, 3]])), first[4] != first[0], first[5]] == [1, True, 0]
    second = steer(Rules(most_per_category=1, category_level=2), catalogue).groups
    assert second[1] == second[2]
    assert len(set(second[:6])) == 5
    third = steer(Rules(most_per_category=1, category_level=3), catalogue).groups
    assert len(set(third[:6])) == 6


def test_an_empty_catalogue_is_laid_out(tmp_path):
    rules = Rules(
        filter=parse_expression("price > 1"),
        boosts=(boost("price > 1", 2.0),),
        most_per_category=1,
        pins=(Pin("a", 1),),
    )
    assert len(steer(rules, catalogue_of(tmp_path, [])).permitted) == 0


class Unanswerable(Expression):
    """An expression on a column that the catalogue in force does not have yet."""

    __slots__ = ()

    def mask(self, catalogue):
        raise OldSnapshot("created_at: import the catalogue again")


def test_a_rule_on_a_column_that_the_catalogue_lacks_is_passed_over_and_it_is_said(catalogue):
    unanswerable = Unanswerable.__new__(Unanswerable)
    found = steer(Rules(filter=unanswerable, exclude=parse_expression("price > 5")), catalogue)
    assert not found.is_whole
    assert np.flatnonzero(found.permitted).tolist() == [0, 1, 2, 3, 4, 5]
    assert steer(Rules(exclude=parse_expression("price > 5")), catalogue).is_whole


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_placement_is_laid_out_once_until_something_else_is_in_force(catalogue, tmp_path):
    clock = Clock()
    in_force = InForce(Configuration("c1", {"default": Rules(), "cart": Rules(diversity=0.5)}))
    merchandising = Merchandising(in_force, clock)

    def steering(placement, products=catalogue):
        return merchandising.steering(merchandising.configuration(), placement, products)

    first = steering("cart")
    assert first.rules.diversity == 0.5
    assert steering("cart") is first
    assert steering("homepage") is steering("anywhere else")
    other_catalogue = catalogue_of(tmp_path, shelf(2))
    assert len(steering("cart", other_catalogue).permitted) == 2
    in_force.snapshot = Configuration("c2", {"cart": Rules(diversity=0.1)})
    assert steering("cart").rules.diversity == 0.1
    again = steering("cart")
    clock.now += 3_600
    assert steering("cart") is not again


def test_without_a_configuration_there_are_no_rules(catalogue):
    merchandising = Merchandising(InForce())
    configuration = merchandising.configuration()
    assert configuration.id == ""
    assert merchandising.steering(configuration, "cart", catalogue).permitted.all()
