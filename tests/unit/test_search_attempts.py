"""What a search understands, corrects and gives up."""

from dataclasses import replace

import pytest

from concierge.retrieval.filters import Filter
from concierge.retrieval.synonyms import SynonymGroup, Synonyms
from concierge.searching.aids import Aids
from concierge.searching.asking import SearchQuery
from concierge.searching.searcher import Searcher
from tests.builders import make_product
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.snapshots import InForce, catalogue_of

PRODUCTS = [
    make_product(item_id="mug-red", title="Red mug", attributes={"colour": "red"}),
    make_product(item_id="mug-blue", title="Blue mug", attributes={"colour": "blue"}, price=30.0),
    make_product(
        item_id="lamp",
        title="Red lamp",
        category=("Lights",),
        attributes={"colour": "red"},
        price=90.0,
    ),
    make_product(
        item_id="pot", title="Cast iron tea pot", description="", brand="Löam", category=("Tea",)
    ),
    make_product(
        item_id="kuang",
        title="红色杯子",
        description="",
        category=("杯子",),
        language="zh",
        price=9.0,
    ),
]


ENCODER = WordEncoder()


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("catalogue"), PRODUCTS, ENCODER)


@pytest.fixture(scope="module")
def searcher(catalogue):
    return Searcher(InForce(catalogue), EncodersOf(ENCODER))


def ids(result):
    return [hit.product.item_id for hit in result.hits]


def test_a_price_in_the_text_is_a_filter_that_can_be_undone(searcher):
    result = searcher.search(SearchQuery("mug under 20 euro"))
    assert ids(result) == ["mug-red"]
    (part,) = [each for each in result.understood.parts if each.kind == "price"]
    assert part.text == "under 20 euro"
    undone = searcher.search(SearchQuery("mug under 20 euro", ignore=(part.id,)))
    assert part not in undone.understood.parts
    assert {"mug-red", "mug-blue"} <= set(ids(undone))
    assert "mug-blue" in ids(searcher.search(SearchQuery("mug under 20 euro", understand=False)))


def test_a_chinese_price_is_a_filter_too(searcher):
    result = searcher.search(SearchQuery("10欧元以下的杯子"))
    assert ids(result) == ["kuang"]
    assert result.understood.parts[0].kind == "price"


def test_a_price_alone_finds_everything_of_that_price(searcher):
    result = searcher.search(SearchQuery("under 20 euro"))
    assert set(ids(result)) == {"mug-red", "pot", "kuang"}


def test_filters_of_the_text_are_given_up_where_nothing_has_all_of_them(searcher):
    result = searcher.search(SearchQuery("tea pot under 5 euro"))
    assert ids(result)[0] == "pot"
    assert result.relaxed == ("filters",)
    assert result.understood.parts == ()
    assert [(each.part.kind, each.reason) for each in result.understood.dropped] == [
        ("price", "no_product")
    ]
    strict = searcher.search(SearchQuery("tea pot under 5 euro", relax=False))
    assert strict.total == 0


def test_a_filter_of_the_request_is_never_given_up(searcher):
    query = SearchQuery("tea pot under 5 euro", Filter(brands=("Hearth",)))
    assert "pot" not in ids(searcher.search(query))
    assert searcher.search(SearchQuery("mug", Filter(price_min=500.0))).total == 0


def test_what_is_found_as_asked_is_not_relaxed(searcher):
    assert searcher.search(SearchQuery("red mug")).relaxed == ()


def test_pages_of_a_relaxed_search_are_of_one_set(searcher):
    query = SearchQuery("red under 2 euro", limit=1)
    first = searcher.search(query)
    assert first.relaxed == ("filters",)
    seen, page = ids(first), first
    while page.next_token:
        page = searcher.search(replace(query, next_token=page.next_token))
        assert page.relaxed == first.relaxed
        seen += ids(page)
    assert len(seen) == len(set(seen)) == first.total


def test_a_misspelt_word_is_corrected_and_said(searcher):
    result = searcher.search(SearchQuery("cast iron kettle stonware", semantic_ratio=0))
    assert result.corrected == "cast iron kettle stoneware"
    assert searcher.search(SearchQuery("tea pot")).corrected is None


def test_synonyms_of_the_shop_are_found(catalogue):
    group = SynonymGroup(asked=("beaker",), meant=("mug",))
    aids = Aids(synonyms=lambda: Synonyms("s", [group]))
    query = SearchQuery("blue beaker", semantic_ratio=0)
    searcher = Searcher(InForce(catalogue), EncodersOf(ENCODER), aids)
    assert ids(searcher.search(query))[0] == "mug-blue"
    plain = Searcher(InForce(catalogue), EncodersOf(ENCODER)).search(query)
    assert searcher.search(query).hits[0].score > plain.hits[0].score
