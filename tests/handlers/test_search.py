import pytest

from concierge.searching.searcher import Searcher
from search.app import make_handler
from tests.builders import make_product
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.snapshots import InForce, catalogue_of
from tests.handlers.calls import call


@pytest.fixture(scope="module")
def handler(tmp_path_factory):
    products = [
        make_product(item_id="mug"),
        make_product(item_id="pot", title="Tea pot", description="Holds a litre.", price=45.0),
    ]
    encoder = WordEncoder()
    catalogue = catalogue_of(tmp_path_factory.mktemp("catalogue"), products, encoder)
    return make_handler(Searcher(InForce(catalogue), EncodersOf(encoder)))


def ask(handler, body):
    return call(handler, "search", body)


def test_hits_total_and_versions(handler):
    reply = ask(handler, {"query": "tea pot", "explain": True})
    assert reply.status == 200
    assert reply.body["hits"][0]["item_id"] == "pot"
    assert reply.body["total"] == len(reply.body["hits"])
    assert reply.body["versions"]["model"] == "words"
    names = {part["name"] for part in reply.body["hits"][0]["parts"]}
    assert names == {"lexical", "semantic", "category"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"query": 3}, "/query"),
        ({"query": "x" * 1_001}, "/query"),
        ({"query": "x" * 10_000}, "/query"),
        ({"sort": "cheapest"}, "/sort"),
        ({"facets": ["brand", "colour"]}, "/facets/1"),
        ({"facets": ["attributes.colour"]}, "/facets/0"),
        ({"facets": ["brand"] * 21}, "/facets"),
        ({"facets": "brand"}, "/facets"),
        ({"facet_limit": 0}, "/facet_limit"),
        ({"disjunctive_facets": ["colour"]}, "/disjunctive_facets/0"),
        ({"disjunctive_facets": ["brand"], "filter": "price < 9"}, "/disjunctive_facets"),
        ({"personalization": "a bit"}, "/personalization"),
        ({"customer_id": ""}, "/customer_id"),
        ({"next_token": "x" * 1_001}, "/next_token"),
        ({"query": "tea", "semantic_ratio": 1.5}, "/semantic_ratio"),
        ({"query": "tea", "limit": 101}, "/limit"),
    ],
)
def test_a_bad_search_is_pointed_at(handler, body, pointer):
    reply = ask(handler, body)
    assert reply.status == 422
    assert reply.body["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("query", ["?!", "🎧", "a", "<b>tea</b>", "' OR 1=1", "\u200b"])
def test_any_text_can_be_searched(handler, query):
    assert ask(handler, {"query": query}).status == 200


def test_suggestions_complete_what_is_typed(handler):
    reply = call(handler, "suggest", queryStringParameters={"q": "tea p"})
    assert reply.body == {"suggestions": [{"text": "Tea pot", "kind": "product"}]}


def test_suggest_without_text_is_pointed_at(handler):
    reply = call(handler, "suggest", queryStringParameters=None)
    assert reply.status == 422
    assert reply.body["errors"][0]["pointer"] == "/q"
