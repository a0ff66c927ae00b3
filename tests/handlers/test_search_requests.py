"""The search route: facets, sorting, pages, what was understood, and bad input."""

import json

import pytest

from concierge.searching.aids import Aids
from concierge.searching.personal import ProfileLiking
from concierge.searching.searcher import Searcher
from search.app import make_handler
from tests.builders import NOW, make_product, make_profile
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.profiles import InMemoryProfiles
from tests.fakes.snapshots import InForce, catalogue_of
from tests.handlers.calls import call

PRODUCTS = [
    make_product(item_id="mug", attributes={"colour": "Red", "litres": 0.3}),
    make_product(item_id="mug-blue", title="Blue mug", brand="HEARTH", price=8.0,
                 attributes={"colour": ["blue", "red"], "dishwasher": True}),
    make_product(item_id="pot", title="Tea pot", brand="Löam", price=45.0, in_stock=False,
                 category=("Kitchen", "Tea"), created_at="2026-01-01T00:00:00+00:00"),
    make_product(item_id="free", title="Sample mug", price=None, brand=""),
]  # fmt: skip


@pytest.fixture(scope="module")
def handler(tmp_path_factory):
    encoder = WordEncoder()
    catalogue = catalogue_of(tmp_path_factory.mktemp("catalogue"), PRODUCTS, encoder)
    fan = make_profile(tags={"brand:Löam": 3.0}, as_of=NOW.timestamp())
    aids = Aids(liking=lambda: ProfileLiking(InMemoryProfiles(fan)))
    return make_handler(Searcher(InForce(catalogue), EncodersOf(encoder), aids, NOW.timestamp))


def ask(handler, **body):
    return call(handler, "search", body)


def ids(reply):
    assert reply.status == 200, reply
    return [hit["item_id"] for hit in reply.body["hits"]]


def test_facets_are_counted_over_everything_found(handler):
    asked = ["brand", "category", "price", "in_stock", "attributes.colour", "attributes.dishwasher"]
    reply = ask(handler, facets=asked, limit=1)
    assert reply.body["total"] == 4
    assert reply.body["facets"] == {
        "brand": [{"value": "Hearth", "count": 2}, {"value": "Löam", "count": 1}],
        "category": [
            {"value": "Kitchen", "count": 4, "level": 1},
            {"value": "Kitchen > Mugs", "count": 3, "level": 2},
            {"value": "Kitchen > Tea", "count": 1, "level": 2},
        ],
        "price": {
            "min": 8.0,
            "max": 45.0,
            "ranges": [
                {"to": 10.0, "count": 1},
                {"from": 10.0, "to": 20.0, "count": 1},
                {"from": 30.0, "count": 1},
            ],
        },
        "in_stock": [{"value": True, "count": 3}, {"value": False, "count": 1}],
        "attributes.colour": [{"value": "Red", "count": 2}, {"value": "blue", "count": 1}],
        "attributes.dishwasher": [{"value": True, "count": 1}],
    }


def test_a_facet_holds_as_many_values_as_were_asked_for(handler):
    reply = ask(handler, facets=["brand", "attributes.colour"], facet_limit=1)
    assert [len(values) for values in reply.body["facets"].values()] == [1, 1]


def test_a_facet_that_nothing_found_has_is_empty(handler):
    reply = ask(handler, filter={"brand": ["gone"]}, facets=["brand", "price"])
    assert reply.body["facets"] == {"brand": [], "price": {"ranges": []}}


def test_a_disjunctive_facet_is_counted_without_its_own_condition(handler):
    asked = {"filter": {"brand": ["hearth"], "price": {"max": 20}}}
    reply = ask(handler, disjunctive_facets=["brand"], facets=["in_stock"], **asked)
    assert reply.body["total"] == 2
    assert reply.body["facets"]["brand"] == [{"value": "Hearth", "count": 2}]
    assert reply.body["facets"]["in_stock"] == [{"value": True, "count": 2}]
    only = ask(handler, disjunctive_facets=["brand"], filter={"brand": ["hearth"]})
    assert {"value": "Löam", "count": 1} in only.body["facets"]["brand"]


def test_an_unknown_facet_is_told_what_there_is(handler):
    reply = ask(handler, facets=["brand", "color"])
    assert (reply.status, reply.body["code"]) == (422, "invalid_request")
    [error] = reply.body["errors"]
    assert error["pointer"] == "/facets/1"
    assert "there is no facet 'color'; there are brand, category" in error["detail"]
    assert "attributes.colour, attributes." in error["detail"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("price_asc", ["mug-blue", "mug", "pot", "free"]),
        ("price_desc", ["pot", "mug", "mug-blue", "free"]),
        ("newest", ["pot"]),
    ],
)
def test_products_come_in_the_order_asked_for(handler, sort, expected):
    assert ids(ask(handler, sort=sort))[: len(expected)] == expected


def test_pages_hold_everything_once(handler):
    seen, token = [], None
    while token is not None or not seen:
        reply = ask(handler, sort="price_asc", limit=1, next_token=token)
        seen += ids(reply)
        token = reply.body.get("next_token")
        assert "catalogue_changed" not in reply.body
    assert seen == ["mug-blue", "mug", "pot", "free"]


@pytest.mark.parametrize("token", ["x", "e30", "bnVsbA", "W10", "💥", "A" * 999])
def test_a_forged_token_is_refused(handler, token):
    reply = ask(handler, query="mug", next_token=token)
    assert (reply.status, reply.body["code"]) == (400, "stale_page_token")
    assert "start from the first page" in reply.body["detail"]


def test_what_was_understood_comes_with_its_place_and_can_be_undone(handler):
    reply = ask(handler, query="  mug under 10 euro")
    assert ids(reply) == ["mug-blue"]
    [price] = [part for part in reply.body["understood"] if part["kind"] == "price"]
    assert "  mug under 10 euro"[price["start"] : price["end"]] == price["text"] == "under 10 euro"
    undone = ask(handler, query="  mug under 10 euro", ignore=[price["id"]])
    assert "mug" in ids(undone)
    again = ask(handler, query="mug", filter=price["expression"])
    assert ids(again) == ["mug-blue"]


def test_a_search_that_gave_something_up_says_what(handler):
    reply = ask(handler, query="tea pot under 5 euro")
    assert ids(reply)[0] == "pot"
    assert (reply.body["relaxed"], reply.body["relaxed_by"]) == (True, ["filters"])
    assert reply.body["not_understood"][0]["reason"] == "no_product"
    strict = ask(handler, query="tea pot under 5 euro", relax=False)
    assert strict.body["total"] == 0
    assert "relaxed" not in strict.body


def test_a_customer_gets_an_order_of_their_own_of_the_same_hits(handler):
    plain = ask(handler, sort="relevance")
    personal = ask(handler, customer_id="ada", explain=True)
    assert ids(personal)[0] == "pot"
    assert sorted(ids(personal)) == sorted(ids(plain))
    for hit in personal.body["hits"]:
        parts = hit["parts"] or []
        assert sum(part["value"] for part in parts) == pytest.approx(hit["score"], abs=1e-9)
    assert ids(ask(handler, customer_id="ada", personalization="off")) == ids(plain)


@pytest.mark.parametrize("query", ["", " \t ", "\u3000", "\x00\x1f"])
def test_a_blank_query_shows_what_the_filter_lets_through(handler, query):
    reply = ask(handler, query=query, filter={"price": {"max": 20}})
    assert sorted(ids(reply)) == ["mug", "mug-blue"]


@pytest.mark.parametrize("query", ["!!!", "…—", "🎧🎧", "؟", "&&&| OR 1=1 --"[:4]])
def test_punctuation_finds_nothing(handler, query):
    for ratio in (0, 0.5, 1):
        assert ask(handler, query=query, semantic_ratio=ratio).body["total"] == 0


@pytest.mark.parametrize(
    "query",
    ["the of and", "的了吗", "red 杯子 кружка كوب", "mu\x00g", "\ud83d", "mug\u202egum", "ｍｕｇ", "x" * 1_000,
     "a " * 499, "'; DROP TABLE mugs; --", "<script>", "%00", "mug\r\nX: y", "1e400", "under 20 euro over 30 euro"],
)  # fmt: skip
def test_any_text_gets_an_answer(handler, query):
    reply = call(handler, "search", json.dumps({"query": query, "facets": ["brand"]}))
    assert reply.status in {200, 400}
    if reply.status == 200:
        assert reply.body["total"] >= len(reply.body["hits"])


def test_conditions_that_contradict_each_other_find_nothing(handler):
    wanted = "price < 5 and price > 30"
    reply = ask(handler, query="mug", filter=wanted, facets=["brand", "price"])
    assert reply.body["total"] == 0
    assert "relaxed" not in reply.body
    assert ask(handler, filter={"price": {"min": 9, "max": 5}}).status == 422
