"""What the benchmarks of search ask, and what they tell of failures."""

import pytest

from benchmarks.bench_search_latency import handler_of, recall, report, requests
from benchmarks.judged_queries import JudgedQuery
from benchmarks.search_engines import Ours
from benchmarks.search_failures import worst
from tests.builders import make_product
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import catalogue_of

PRODUCTS = [
    make_product(item_id="mug", title="Red mug", brand="Brand 7", price=12.0),
    make_product(item_id="lamp", title="Desk lamp", description="Warm light.", price=35.0),
    make_product(item_id="shoe", title="Running shoes", description="For long walks.", price=90.0),
]


@pytest.fixture(scope="module")
def encoder():
    return WordEncoder()


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory, encoder):
    return catalogue_of(tmp_path_factory.mktemp("catalogue"), PRODUCTS, encoder)


@pytest.mark.parametrize("name", requests())
def test_every_timed_request_is_valid(catalogue, encoder, name):
    handler = handler_of(catalogue, encoder)
    assert {handler(event, None)["statusCode"] for event in requests()[name]} == {200}


def test_an_index_that_compares_all_vectors_finds_all_of_the_nearest(catalogue, encoder):
    assert recall(catalogue, encoder) == 1.0


@pytest.mark.parametrize(
    ("size", "median", "fits"),
    [
        (3_700, 14.0, True),
        (50_000, 14.0, True),
        (50_000, 16.0, False),
        (500_000, 16.0, True),
        (500_000, 31.0, False),
    ],
)
def test_ten_times_the_products_may_take_twice_as_long(capsys, size, median, fits):
    figures = {
        "written_s": 1.0,
        "resident_mb": 100.0,
        "peak_mb": 100.0,
        "recall": 1.0,
        "requests": {"search": {"median": median, "p99": median}},
    }
    assert report(size, figures, unit=10.0) is fits
    assert ("over" in capsys.readouterr().out) is not fits


def test_an_index_that_misses_neighbours_is_not_within_the_budget():
    figures = {"written_s": 1.0, "resident_mb": 1.0, "peak_mb": 1.0, "recall": 0.9, "requests": {}}
    assert report(3_700, figures, unit=10.0) is False


def test_failures_are_told_worst_first_with_the_parts_of_their_scores(catalogue, encoder):
    queries = [
        JudgedQuery("desk lamp", {"lamp": 3.0}, kind="name", part="tuning"),
        JudgedQuery("red mug", {"shoe": 3.0}, kind="name", part="tuning"),
    ]
    told = "\n".join(worst(queries, Ours(catalogue, encoder), 2))
    assert told.index("0.00  red mug") < told.index("1.00  desk lamp")
    assert "gain 0  mug" in told
    assert "lexical " in told
    assert "not among the first 10: shoe (gain 3)" in told


def test_failures_of_the_held_half_stay_unseen(catalogue, encoder):
    held = [JudgedQuery("red mug", {"shoe": 3.0}, part="held")]
    assert list(worst(held, Ours(catalogue, encoder), 5)) == []
