"""Pages outlive a catalogue, and tokens that were not given out are refused."""

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.errors import StalePageToken
from concierge.retrieval.filters import Filter
from concierge.searching.asking import SearchQuery
from concierge.searching.pages import _seal
from concierge.searching.searcher import Searcher, _request
from tests.builders import make_product
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.snapshots import InForce, catalogue_of

ENCODER = WordEncoder()
PRODUCTS = [
    make_product(item_id=f"mug-{n}", title=f"Red mug number {n}", price=float(n), brand="Hearth")
    for n in range(10)
]
MUGS = SearchQuery("red mug", sort="price_asc", limit=3)


@pytest.fixture
def live(tmp_path):
    return InForce(catalogue_of(tmp_path / "first", PRODUCTS, ENCODER))


@pytest.fixture
def searcher(live):
    return Searcher(live, EncodersOf(ENCODER))


def ids(result):
    return [hit.product.item_id for hit in result.hits]


def rest(searcher, query, token):
    seen = []
    while token:
        page = searcher.search(replace(query, next_token=token))
        seen += ids(page)
        token = page.next_token
    return seen


def test_pages_go_on_in_a_new_catalogue_and_say_so(searcher, live, tmp_path):
    first = searcher.search(MUGS)
    assert ids(first) == ["mug-0", "mug-1", "mug-2"]
    newer = [each for each in PRODUCTS if each.item_id not in {"mug-2", "mug-4"}]
    newer.append(make_product(item_id="mug-new", title="Red mug anew", price=3.5))
    newer.append(make_product(item_id="mug-cheap", title="Red mug, cheap", price=0.5))
    live.snapshot = catalogue_of(tmp_path / "second", newer, ENCODER)
    second = searcher.search(replace(MUGS, next_token=first.next_token))
    assert second.catalogue_changed
    assert ids(second) == ["mug-3", "mug-new", "mug-5"]
    assert second.total == 10
    third = searcher.search(replace(MUGS, next_token=second.next_token))
    assert not third.catalogue_changed
    assert ids(third) == ["mug-6", "mug-7", "mug-8"]


@pytest.mark.parametrize("sort", ["relevance", "price_asc", "price_desc", "newest"])
def test_a_new_catalogue_of_the_same_products_repeats_and_misses_nothing(
    searcher, live, tmp_path, sort
):
    query = replace(MUGS, sort=sort)
    first = searcher.search(query)
    live.snapshot = catalogue_of(tmp_path / "second", PRODUCTS, ENCODER)
    seen = [*ids(first), *rest(searcher, query, first.next_token)]
    assert sorted(seen) == sorted(each.item_id for each in PRODUCTS)


def test_by_relevance_a_page_goes_on_after_the_product_whatever_its_score_is_now(
    searcher, live, tmp_path
):
    query = SearchQuery("red mug", limit=4)
    first = searcher.search(query)
    # Every score changes with how rare the words are.
    others = [make_product(item_id=f"pot-{n}", title=f"Tea pot {n}") for n in range(40)]
    live.snapshot = catalogue_of(tmp_path / "second", [*PRODUCTS, *others], ENCODER)
    seen = [*ids(first), *rest(searcher, query, first.next_token)]
    assert sorted(seen) == sorted(each.item_id for each in PRODUCTS)


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "red"},
        {"filter": Filter(brands=("hearth",))},
        {"sort": "price_desc"},
        {"semantic_ratio": 0.0},
        {"understand": False},
        {"ignore": ("colour",)},
        {"customer_id": "ada"},
    ],
)
def test_a_token_of_another_search_is_refused(searcher, changed):
    token = searcher.search(MUGS).next_token
    with pytest.raises(StalePageToken, match="another request"):
        searcher.search(replace(MUGS, next_token=token, **changed))


@pytest.mark.parametrize("sort", ["price_asc", "newest"])
def test_a_product_whose_score_changed_does_not_come_twice(searcher, live, tmp_path, sort):
    query = replace(MUGS, sort=sort)
    first = searcher.search(query)
    others = [make_product(item_id=f"pot-{n}", title=f"Tea pot {n}") for n in range(40)]
    live.snapshot = catalogue_of(tmp_path / "second", [*PRODUCTS, *others], ENCODER)
    seen = [*ids(first), *rest(searcher, query, first.next_token)]
    assert sorted(seen) == sorted(each.item_id for each in PRODUCTS)


def test_a_token_serves_whatever_the_length_of_the_next_page(searcher):
    token = searcher.search(MUGS).next_token
    assert len(searcher.search(replace(MUGS, next_token=token, limit=100)).hits) == 7


def test_an_altered_token_is_refused(searcher):
    token = searcher.search(MUGS).next_token
    document = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for position, other in ((1, [99.0, 0.0]), (1, []), (2, -1), (2, "x"), (4, 1.0), (3, 10**30)):
        altered = [*document[:position], other, *document[position + 1 :]]
        forged = base64.urlsafe_b64encode(json.dumps(altered).encode()).decode()
        with pytest.raises(StalePageToken, match="altered"):
            searcher.search(replace(MUGS, next_token=forged))


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(min_size=1), st.binary(min_size=1).map(lambda raw: base64.urlsafe_b64encode(raw).decode()), st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=6)).map(lambda document: base64.urlsafe_b64encode(json.dumps(document).encode()).decode())))  # fmt: skip
def test_no_forged_token_is_taken_for_a_page(shared_searcher, token):
    with pytest.raises(StalePageToken):
        shared_searcher.search(replace(MUGS, next_token=token))


@pytest.fixture(scope="module")
def shared_searcher(tmp_path_factory):
    catalogue = catalogue_of(tmp_path_factory.mktemp("shared"), PRODUCTS, ENCODER)
    return Searcher(InForce(catalogue), EncodersOf(ENCODER))


@pytest.mark.parametrize(
    "document",
    [
        [],
        ["c", [0.0], 1, 2],
        ["c", [0.0], -1, 2, 3.0],
        ["c", [0.0], 2**80, 2, 3.0],
        ["c", [0.0], 1, -2, 3.0],
        ["c", ["x"], 1, 2, 3.0],
        [3, [0.0], 1, 2, 3.0],
        ["c", [], 1, 2, 3.0],
        ["c", [0.0, 0.0, 0.0], 1, 2, 3.0],
        ["c", [0.0], 1, 2**64, 3.0],
    ],
)
def test_nonsense_that_somebody_sealed_is_refused(searcher, document):
    sealed = [*document, _seal(document, _request(MUGS))]
    token = base64.urlsafe_b64encode(json.dumps(sealed).encode()).decode()
    with pytest.raises(StalePageToken, match="first page"):
        searcher.search(replace(MUGS, next_token=token))
