"""One candidate set: hits, total, facets and pages agree, whatever the catalogue, query and mode."""

import math
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.retrieval.filters import Filter
from concierge.searching.asking import SearchQuery
from concierge.searching.searcher import Searcher
from tests.builders import make_product
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.snapshots import InForce, catalogue_of

WORDS = ("red", "tea", "mug", "lamp", "iron", "茶杯", "sport", "earbuds")
ENCODER = WordEncoder({"earbud": "sport"})
FACETS = ("brand", "category", "price", "in_stock", "currency", "attributes.colour")

texts = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
colours = st.sampled_from(["red", "Red", "blue", 7, True])
products = st.builds(
    make_product,
    title=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    description=texts,
    brand=st.sampled_from(["", "Hearth", "HEARTH", "Löam"]),
    category=st.sampled_from([(), ("Kitchen",), ("kitchen", "Mugs"), ("Audio",)]),
    price=st.sampled_from([None, 0.0, 4.5, 12.0, 12.0, 80.0]),
    in_stock=st.booleans(),
    attributes=st.one_of(
        st.just({}),
        st.fixed_dictionaries({"colour": colours}),
        st.fixed_dictionaries({"colour": st.lists(colours, max_size=3)}),
    ),
    created_at=st.sampled_from(["", "2026-01-01T00:00:00+00:00", "2026-06-01T00:00:00+00:00"]),
)
# The first product has every facet, so that each can be asked for.
catalogues = st.lists(products, max_size=12).map(
    lambda each: [make_product(attributes={"colour": "green"}), *each]
)
filters = st.builds(
    Filter,
    brands=st.sampled_from([(), ("hearth",), ("gone",)]),
    categories=st.sampled_from([(), ("Kitchen",)]),
    price_min=st.sampled_from([None, 5.0]),
    price_max=st.sampled_from([None, 50.0, 1.0]),
    in_stock=st.sampled_from([None, True]),
)
queries = st.builds(
    SearchQuery,
    text=texts,
    filter=filters,
    semantic_ratio=st.sampled_from([0.0, 0.5, 1.0]),
    sort=st.sampled_from(["relevance", "price_asc", "price_desc", "newest"]),
    relax=st.booleans(),
    limit=st.integers(1, 5),
)


def searcher_of(catalogue, encoder):
    numbered = [replace(each, item_id=f"item-{n:02}") for n, each in enumerate(catalogue)]
    with tempfile.TemporaryDirectory() as folder:
        snapshot = catalogue_of(Path(folder), numbered, ENCODER)
    return Searcher(InForce(snapshot), EncodersOf(encoder))


def pages_of(searcher, query):
    """Return every page."""
    pages = [searcher.search(query)]
    while pages[-1].next_token:
        pages.append(searcher.search(replace(query, next_token=pages[-1].next_token)))
    return pages


def folded(texts):
    return Counter(text.lower() for text in texts if text)


@settings(max_examples=60, deadline=None)
@given(catalogues, queries, st.sampled_from([ENCODER, None]))
def test_pages_total_and_facets_are_of_one_set(catalogue, query, encoder):
    searcher = searcher_of(catalogue, encoder)
    pages = pages_of(searcher, replace(query, facets=FACETS, facet_limit=100))
    found = [hit.product for page in pages for hit in page.hits]
    assert len({product.item_id for product in found}) == len(found)
    for page in pages:
        assert page.total == len(found)
        assert page.facets == pages[0].facets
        assert page.degraded == pages[0].degraded
        assert page.relaxed == pages[0].relaxed
        assert not page.catalogue_changed
    assert all(len(page.hits) == query.limit for page in pages[:-1])
    agree(pages[0].facets, found)


def agree(facets, found):
    brands = Counter({facet.value.lower(): facet.count for facet in facets["brand"]})
    assert brands == folded(product.brand for product in found)
    paths = [" > ".join(p.category[:n]) for p in found for n in range(1, len(p.category) + 1)]
    categories = Counter({facet.value.lower(): facet.count for facet in facets["category"]})
    assert categories == folded(paths)
    stock = {facet.value: facet.count for facet in facets["in_stock"]}
    assert stock == Counter(product.in_stock for product in found)
    prices = [product.price for product in found if product.price is not None]
    if not prices:
        assert facets["price"] is None
    else:
        assert (facets["price"].least, facets["price"].largest) == (min(prices), max(prices))
        for part in facets["price"].ranges:
            low = -math.inf if part.low is None else part.low
            high = math.inf if part.high is None else part.high
            assert part.count == sum(low <= price < high for price in prices)
        assert sum(part.count for part in facets["price"].ranges) == len(prices)
    colours = Counter()
    for product in found:
        value = product.attributes.get("colour", [])
        values = value if isinstance(value, list) else [value]
        colours.update({str(each).lower() for each in values})
    counted = {str(facet.value).lower(): facet.count for facet in facets["attributes.colour"]}
    assert counted == colours


@settings(max_examples=40, deadline=None)
@given(catalogues, queries)
def test_one_large_page_is_all_small_ones_in_their_order(catalogue, query):
    searcher = searcher_of(catalogue, ENCODER)
    whole = searcher.search(replace(query, limit=100))
    paged = [hit for page in pages_of(searcher, query) for hit in page.hits]
    assert paged == list(whole.hits)
    for hit in paged:
        assert hit.score == pytest.approx(sum(part.value for part in hit.parts), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(catalogues, queries)
def test_products_come_in_the_order_that_was_asked_for(catalogue, query):
    hits = searcher_of(catalogue, ENCODER).search(replace(query, limit=100)).hits
    prices = [math.inf if hit.product.price is None else hit.product.price for hit in hits]
    match query.sort:
        case "price_asc":
            assert prices == sorted(prices)
        case "price_desc":
            known = [price for price in prices if price != math.inf]
            assert known == sorted(known, reverse=True)
            assert prices[: len(known)] == known
        case "newest":
            moments = [hit.product.created_at for hit in hits]
            assert moments == sorted(moments, reverse=True)
        case "relevance":
            scores = [hit.score for hit in hits]
            assert scores == pytest.approx(sorted(scores, reverse=True), abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(catalogues, filters)
def test_without_a_text_everything_that_the_filter_lets_through_is_found(catalogue, wanted):
    searcher = searcher_of(catalogue, ENCODER)
    result = searcher.search(SearchQuery(filter=wanted, limit=100))
    let_through = wanted.mask(searcher._catalogue.get())
    assert result.total == int(let_through.sum())


@settings(max_examples=40, deadline=None)
@given(catalogues, queries)
def test_a_disjunctive_facet_counts_what_a_search_without_its_condition_finds(catalogue, query):
    searcher = searcher_of(catalogue, ENCODER)
    # What is understood of a text depends on what the filter lets through.
    plain = replace(query, understand=False, relax=False)
    result = searcher.search(replace(plain, disjunctive_facets=("brand", "price")))
    without = replace(plain, filter=replace(query.filter, brands=()), facets=("brand",))
    assert result.facets["brand"] == searcher.search(without).facets["brand"]
    assert result.total == searcher.search(plain).total
