"""A behaviour model by row of a catalogue that knows other items than it."""

import numpy as np
import pytest

from concierge.recommending.laid_out import LaidOut
from tests.builders import make_product
from tests.fakes.snapshots import catalogue_of, model_of

SOLD = ("a", "b", "c", "d")
POPULARITY = {"b": 2.0, "gone": 4.0, "d": 4.0}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    products = [make_product(item_id=item_id) for item_id in SOLD]
    return catalogue_of(tmp_path_factory.mktemp("shop"), products)


@pytest.fixture
def laid_out(catalogue):
    trend = {"b": 1.0, "gone": 3.0}
    return LaidOut.of("m", model_of(POPULARITY, repeat={"b": 0.25}, trend=trend), catalogue)


def test_columns_are_zero_for_what_nobody_dealt_with(laid_out):
    assert laid_out.popularity.tolist() == [0, 0.5, 0, 1]
    assert laid_out.trend == pytest.approx([0, 1 / 3, 0, 0])
    assert laid_out.repeat.tolist() == [0, 0.25, 0, 0]


def test_items_and_rows_lead_to_each_other_and_what_is_gone_to_no_row(laid_out):
    for row, item in enumerate(laid_out.items.tolist()):
        assert item == -1 or laid_out.rows[item] == row
    assert (laid_out.items >= 0).tolist() == [False, True, False, True]
    assert sorted(laid_out.rows.tolist()) == [-1, 1, 3]


def test_orders_hold_every_row_once_and_what_anybody_wants(laid_out):
    assert laid_out.most_popular.tolist() == [3, 1, 0, 2]
    assert laid_out.most_wanted.tolist() == [1]


def test_values_of_items_come_by_row(laid_out):
    values = np.arange(3) + 1.0
    rows = np.array([3, 0, 1])
    expected = [values[laid_out.items[3]], 0.0, values[laid_out.items[1]]]
    assert laid_out.by_rows(values, rows).tolist() == expected


@pytest.mark.parametrize("popularity", [{}, {"gone": 1.0}])
def test_a_model_that_knows_nothing_of_the_catalogue_is_all_zero(catalogue, popularity):
    laid_out = LaidOut.of("m", model_of(popularity), catalogue)
    for column in (laid_out.popularity, laid_out.trend, laid_out.repeat):
        assert column.tolist() == [0, 0, 0, 0]
    assert laid_out.most_popular.tolist() == [0, 1, 2, 3]
    assert laid_out.most_wanted.tolist() == []


def test_an_empty_catalogue_is_laid_out(tmp_path):
    laid_out = LaidOut.of("m", model_of(POPULARITY), catalogue_of(tmp_path, []))
    assert laid_out.popularity.tolist() == []
    assert laid_out.rows.tolist() == [-1, -1, -1]
