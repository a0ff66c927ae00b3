"""Metrics of lists against values worked out by hand."""

import math

import numpy as np
import pytest

from concierge.recommending.laid_out import LaidOut
from concierge.recommending.scoring import EVERY_PART, WEIGHTS
from concierge.training.evaluation import Tally, evaluate, tuned_weights
from tests.builders import make_product
from tests.fakes.encoder import WordEncoder
from tests.fakes.logs import log_of, told
from tests.fakes.snapshots import catalogue_of, model_of

SIZE = 40
ROWS = np.arange(SIZE)
FALLING = np.linspace(1.0, 0.0, SIZE, dtype=np.float32)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    products = [make_product(item_id=f"i{n:02}", title=f"Thing {n}") for n in range(SIZE)]
    return catalogue_of(tmp_path_factory.mktemp("shelf"), products)


@pytest.fixture
def tally(shelf):
    # Rows 0 and 1 have three quarters and one of all that happened, the others nothing.
    return Tally(shelf, LaidOut.of("m", model_of({"i00": 3.0, "i01": 1.0}), shelf))


def test_nothing_counted_is_worth_nothing(tally):
    quality = tally.quality()
    assert (quality.cases, quality.ndcg_10, quality.mrr, quality.coverage) == (0, 0, 0, 0)


def test_a_perfect_list(tally):
    tally.add(ROWS, FALLING, frozenset({0, 1}))
    quality = tally.quality()
    assert (quality.cases, quality.hit_rate_10, quality.recall_20, quality.mrr) == (1, 1, 1, 1)
    assert quality.ndcg_10 == pytest.approx(1.0)


def test_hits_further_down_by_hand(tally):
    # Taken: places 3, 15 and 30 of the list.
    tally.add(ROWS, FALLING, frozenset({2, 14, 29}))
    quality = tally.quality()
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert quality.ndcg_10 == pytest.approx((1 / math.log2(4)) / ideal)
    assert quality.hit_rate_10 == 1
    assert quality.recall_20 == pytest.approx(2 / 3)
    assert quality.mrr == pytest.approx(1 / 3)
    assert quality.coverage == pytest.approx(10 / SIZE)


def test_means_are_over_cases_and_coverage_over_all_of_them(tally):
    tally.add(ROWS, FALLING, frozenset({0}))
    tally.add(ROWS, -FALLING, frozenset({0}))
    tally.add(ROWS, FALLING, frozenset())
    quality = tally.quality()
    assert quality.cases == 2
    assert quality.hit_rate_10 == 0.5
    assert quality.mrr == pytest.approx((1 + 1 / SIZE) / 2)
    assert quality.coverage == pytest.approx(20 / SIZE)


def test_ties_count_against_us(tally):
    tally.add(ROWS, np.zeros(SIZE, np.float32), frozenset({0}))
    quality = tally.quality()
    assert (quality.hit_rate_10, quality.recall_20) == (0, 0)
    assert quality.mrr == pytest.approx(1 / SIZE)


def test_what_is_no_candidate_is_missed(tally):
    tally.add(ROWS[:5], FALLING[:5], frozenset({20}))
    quality = tally.quality()
    assert (quality.cases, quality.hit_rate_10, quality.mrr) == (1, 0, 0)


def test_novelty_is_the_bits_that_a_choice_by_chance_tells(tally):
    tally.add(np.array([0]), np.ones(1, np.float32), frozenset({0}))
    # Popularity is relative to the most popular: 1 and a third.
    assert tally.quality().novelty_bits == pytest.approx(-math.log2(3 / 4), abs=1e-3)
    tally.add(np.array([1]), np.ones(1, np.float32), frozenset({1}))
    expected = (-math.log2(3 / 4) - math.log2(1 / 4)) / 2
    assert tally.quality().novelty_bits == pytest.approx(expected, abs=1e-3)


PAIRS = [("bread", "butter"), ("tea", "cup"), ("pen", "ink")]


@pytest.fixture(scope="module")
def pairs_shop(tmp_path_factory):
    """A shop in which everybody who had the first of a pair takes the second at the next visit."""
    more = [f"dust-{n:02}" for n in range(20)]
    products = [
        make_product(item_id=item, title=f"Article {at}", description="", category=(), brand="")
        for at, item in enumerate([*sum(PAIRS, ()), *more])
    ]
    return catalogue_of(tmp_path_factory.mktemp("pairs"), products, WordEncoder())


def pairs_log(customers=60):
    told_ = []
    for number in range(customers):
        first, second = PAIRS[number % 3]
        told_ += [
            told("purchase", first, f"c{number}", hours=number),
            told("purchase", second, f"c{number}", hours=200 + number),
        ]
    # Those who are there to be learnt from whatever is held out.
    for number in range(30):
        first, second = PAIRS[number % 3]
        told_ += [
            told("purchase", first, f"d{number}", hours=number),
            told("purchase", second, f"d{number}", hours=100 + number),
            told("purchase", f"dust-{number % 20:02}", f"d{number}", hours=300 + number),
        ]
    return log_of(*told_)


# The second of a pair can be foreseen; what somebody took of the dust last, nobody can.
@pytest.mark.parametrize(
    ("protocol", "foreseeable"),
    [("leave-one-out", 60 / 90), ("last-basket", 60 / 90), ("temporal", 12 / 42)],
)
def test_what_can_be_foreseen_is_and_better_than_by_popularity(pairs_shop, protocol, foreseeable):
    found = evaluate(pairs_log(), pairs_shop, protocol)
    product, popularity = found.all_items["product"], found.all_items["popularity"]
    assert (found.events, found.products) == (210, 26)
    assert product.cases == popularity.cases > 0
    assert product.ndcg_10 > popularity.ndcg_10
    assert found.new_items["behaviour"].hit_rate_10 >= foreseeable - 1e-9
    assert set(found.weights) == set(EVERY_PART)
    assert (
        set(found.all_items)
        == set(found.new_items)
        == {"popularity", "content", "behaviour", "product"}
    )
    for each in (*found.all_items.values(), *found.new_items.values()):
        assert all(value >= 0 for value in each.to_record().values())
        assert max(each.hit_rate_10, each.ndcg_10, each.recall_20, each.mrr, each.coverage) <= 1


def test_items_owned_before_are_neither_listed_nor_expected_among_new_ones(pairs_shop):
    """Everybody buys the same again: there is nothing new to find."""
    told_ = [
        told("purchase", "tea", f"c{number}", hours=hours + number)
        for number in range(20)
        for hours in (0, 100)
    ]
    found = evaluate(log_of(*told_), pairs_shop, "last-basket")
    assert found.all_items["product"].cases == 20
    assert found.all_items["product"].hit_rate_10 == 1
    assert found.new_items["product"].cases == 0


def test_without_a_second_visit_the_shipped_weights_are_evaluated(pairs_shop):
    log = log_of(told("view", "tea", "ada"), told("view", "cup", "ben"))
    assert tuned_weights(log, pairs_shop) == WEIGHTS
    assert evaluate(log, pairs_shop, "last-basket").all_items["product"].cases == 0
