"""Search: one candidate set for hits, total and pages, whatever is missing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.errors import StalePageToken, Warming
from concierge.retrieval.filters import Filter
from concierge.searching.asking import SearchQuery
from concierge.searching.searcher import Searcher
from tests.builders import make_product
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.snapshots import InForce, catalogue_of

PRODUCTS = [
    make_product(
        item_id="buds",
        title="Wireless headphones",
        description="For sport.",
        brand="Ember",
        category=("Audio",),
        price=60.0,
    ),
    make_product(
        item_id="lamp",
        title="Desk lamp",
        description="Warm light.",
        brand="Ember",
        category=("Living",),
        price=35.0,
    ),
    make_product(item_id="mug", title="Red mug", description="For tea or coffee.", language="en"),
    make_product(item_id="pot", title="Tea pot", description="Cast iron, red.", price=45.0),
    make_product(
        item_id="erji",
        title="蓝牙耳机",
        description="降噪，续航30小时",
        brand="",
        category=("Audio",),
        language="zh",
    ),
]
SYNONYMS = {"earbud": "headphone", "gym": "sport"}


@pytest.fixture(scope="module")
def encoder():
    return WordEncoder(SYNONYMS)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory, encoder):
    return catalogue_of(tmp_path_factory.mktemp("catalogue"), PRODUCTS, encoder)


@pytest.fixture(scope="module")
def searcher(catalogue, encoder):
    return Searcher(InForce(catalogue), EncodersOf(encoder))


def ids(result):
    return [hit.product.item_id for hit in result.hits]


def test_words_find_products(searcher):
    assert ids(searcher.search(SearchQuery("red mug")))[0] == "mug"


def test_meaning_finds_what_shares_no_word(searcher):
    assert ids(searcher.search(SearchQuery("earbuds gym", semantic_ratio=1.0)))[0] == "buds"
    assert ids(searcher.search(SearchQuery("earbuds gym", semantic_ratio=0.0))) == []


def test_chinese_is_searched_by_words_and_says_so_where_the_encoder_knows_none(searcher):
    result = searcher.search(SearchQuery("蓝牙耳机"))
    assert ids(result) == ["erji"]
    assert result.degraded == ("semantic",)


def test_without_an_encoder_search_is_lexical_and_says_so(catalogue):
    result = Searcher(InForce(catalogue), EncodersOf(None)).search(SearchQuery("red mug"))
    assert ids(result)[0] == "mug"
    assert result.degraded == ("semantic",)
    assert result.model_id is None


def test_without_vectors_search_is_lexical_and_says_so(tmp_path, encoder):
    catalogue = catalogue_of(tmp_path, PRODUCTS)
    result = Searcher(InForce(catalogue), EncodersOf(encoder)).search(SearchQuery("red mug"))
    assert ids(result)[0] == "mug"
    assert result.degraded == ("semantic",)


def test_lexical_search_by_choice_is_not_degraded(searcher):
    assert searcher.search(SearchQuery("red mug", semantic_ratio=0.0)).degraded == ()


def test_filters_narrow_hits_and_total(searcher):
    result = searcher.search(SearchQuery("red", filter=Filter(price_max=20.0)))
    assert ids(result) == ["mug"]
    assert result.total == 1


def test_near_the_best_means_the_best_that_the_filter_lets_through(searcher):
    for ratio in (0.0, 0.5, 1.0):
        query = SearchQuery("red mug 蓝牙耳机", Filter(languages=("en",)), ratio)
        assert "mug" in ids(searcher.search(query))


def test_what_matches_nothing_has_no_hits(searcher):
    for text in ("zeppelin", "?!", "🎧"):
        result = searcher.search(SearchQuery(text))
        assert (result.hits, result.total, result.next_token) == ((), 0, None)


def test_parts_add_up_to_the_score(searcher):
    for hit in searcher.search(SearchQuery("red tea pot")).hits:
        assert hit.score == pytest.approx(sum(part.value for part in hit.parts), abs=1e-9)


def test_a_token_of_another_query_is_refused(searcher):
    token = searcher.search(SearchQuery("red", limit=1)).next_token
    assert token
    with pytest.raises(StalePageToken):
        searcher.search(SearchQuery("blue", limit=1, next_token=token))


def test_nothing_published_is_warming(encoder):
    with pytest.raises(Warming):
        Searcher(InForce(), EncodersOf(encoder)).search(SearchQuery("red"))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["red", "tea", "mug", "lamp", "earbuds", "sport", "zeppelin"]),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 4),
    st.sampled_from([0.0, 0.3, 0.5, 1.0]),
)
def test_the_pages_together_have_no_gap_and_no_repeat(searcher, words, limit, ratio):
    query = SearchQuery(" ".join(words), semantic_ratio=ratio, limit=100)
    whole = searcher.search(query)
    paged, token = [], None
    while True:
        page = searcher.search(replace(query, limit=limit, next_token=token))
        assert page.total == whole.total == len(whole.hits)
        paged += ids(page)
        token = page.next_token
        if token is None:
            break
    assert paged == ids(whole)
