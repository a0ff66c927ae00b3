"""Search in a catalogue whose vectors lie in clusters: the same hits as in one where they do not."""

from dataclasses import replace

import numpy as np
import pytest

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot, CatalogueWriter
from concierge.retrieval.filters import Filter
from concierge.retrieval.vectors import quantise
from concierge.searching.asking import SearchQuery
from concierge.searching.searcher import Searcher
from tests.builders import make_product
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.snapshots import InForce

ENCODER = WordEncoder({"beaker": "mug", "torch": "lamp"})
WORDS = ("red", "blue", "mug", "lamp", "iron", "oak", "linen", "travel", "desk", "garden")
CHANCE = np.random.default_rng(1)
PRODUCTS = [
    make_product(
        item_id=f"item-{number:04}",
        title=" ".join(CHANCE.choice(WORDS, 3, replace=False)),
        description="",
        brand="Rare" if number % 997 == 5 else "Common",
        price=float(number % 100),
    )
    for number in range(2_000)
]
QUERIES = ("red mug", "beaker", "torch for the desk", "oak garden lamp", "")


def searcher_of(folder, fewest_clustered):
    folder.mkdir()
    writer = CatalogueWriter(folder, ENCODER.dimensions, fewest_clustered)
    for product in PRODUCTS:
        vectors, scales = quantise(ENCODER.encode([product.text]))
        writer.add(product, vectors[0], scales[0], bytes(16))
    writer.finish(ENCODER.model)
    return Searcher(InForce(CatalogueSnapshot.open(folder)), EncodersOf(ENCODER))


@pytest.fixture(scope="module")
def searchers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sizes")
    return searcher_of(folder / "plain", 10_000), searcher_of(folder / "clustered", 100)


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize(
    "wanted", [Filter(), Filter(price_max=30.0), Filter(brands=("rare",)), Filter(brands=("gone",))]
)
def test_hits_total_and_facets_are_those_of_a_catalogue_without_clusters(searchers, text, wanted):
    query = SearchQuery(text, wanted, facets=("brand", "price"), limit=50)
    plain, clustered = (searcher.search(query) for searcher in searchers)
    assert clustered.hits == plain.hits
    assert (clustered.total, clustered.facets) == (plain.total, plain.facets)


def test_pages_of_a_clustered_catalogue_have_no_gap_and_no_repeat(searchers):
    query = SearchQuery("red mug", limit=100)
    seen, token = [], None
    while token is not None or not seen:
        page = searchers[1].search(replace(query, next_token=token))
        seen += [hit.product.item_id for hit in page.hits]
        token = page.next_token
    assert len(seen) == len(set(seen)) == page.total
