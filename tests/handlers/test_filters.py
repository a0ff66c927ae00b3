"""Filters of the three routes that take one: as an object, and as an expression with parameters."""

import pytest

import recommend.app
import search.app
from concierge.recommending.exploration import Exploration
from concierge.recommending.recommender import Recommender
from concierge.recommending.steering import Merchandising
from concierge.searching.searcher import Searcher
from tests.builders import NOW, make_product
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.exposures import InMemoryExposures
from tests.fakes.profiles import InMemoryProfiles
from tests.fakes.snapshots import InForce, behaviour_of, catalogue_of
from tests.handlers.calls import call

PRODUCTS = [
    make_product(item_id="bowl", title="Stoneware bowl", price=8.0, attributes={"colour": "Red"}),
    make_product(item_id="cup", title="Stoneware cup", attributes={"colour": ["blue", "red"]}),
    make_product(item_id="jug", title="Stoneware jug", brand="Löam"),
    make_product(item_id="plate", title="Stoneware plate", brand="O'Neil", price=30.0),
]
ROUTES = {
    "recommend": {},
    "similar-items": {"item_ids": ["plate"]},
    "search": {"query": "stoneware", "semantic_ratio": 0},
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    encoder = WordEncoder()
    catalogue = InForce(catalogue_of(folder / "catalogue", PRODUCTS, encoder))
    behaviour = InForce(behaviour_of(folder / "behaviour", {"jug": 1.0}))
    recommender = Recommender(
        catalogue,
        behaviour,
        Merchandising(InForce()),
        InMemoryProfiles(),
        Exploration(InMemoryExposures),
        NOW.timestamp,
    )
    recommends = recommend.app.make_handler(recommender)
    searches = search.app.make_handler(Searcher(catalogue, EncodersOf(encoder)))

    def send(route, **body):
        handler = searches if route == "search" else recommends
        return call(handler, route, ROUTES[route] | body)

    return send


def found(reply):
    assert reply.status == 200, reply
    return sorted(item["item_id"] for item in reply.body.get("items", reply.body.get("hits")))


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"filter": {"brand": ["loam"]}}, ["jug"]),
        ({"filter": {"brand": ["loam"]}, "filter_parameters": {}}, ["jug"]),
        ({"filter": "brand = 'loam'"}, ["jug"]),
        ({"filter": "price < 9 or brand in $brands", "filter_parameters": {"brands": ["LOAM"]}},
         ["bowl", "jug"]),
        ({"filter": "attributes.colour = $colour", "filter_parameters": {"colour": "red"}},
         ["bowl", "cup"]),
        ({"filter": "brand = 'gone'"}, []),
    ],
)  # fmt: skip
def test_a_filter_lets_through_what_it_says(ask, route, asked, expected):
    assert found(ask(route, **asked)) == expected


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("asked", "pointer", "detail"),
    [
        ({"filter": "brand = Hearth"}, "/filter", "character 9: expected a value"),
        ({"filter": ""}, "/filter", "character 1: expected a field"),
        ({"filter": "not " * 60}, "/filter", "character 201: is nested more than 50 deep"),
        ({"filter": "x" * 10_001}, "/filter", "<= 10000"),
        ({"filter": 3}, "/filter", "Expected `str | object`"),
        ({"filter": {"brand": "Hearth"}}, "/filter/brand", "Expected `array`"),
        ({"filter": "price < $top"}, "/filter_parameters/top",
         "character 9: $top is not among the parameters"),
        ({"filter": "price < $top", "filter_parameters": {"top": "9"}}, "/filter_parameters/top",
         "character 9: price is compared with a number, not text"),
        ({"filter": "price < 9", "filter_parameters": {"a/b~": 9}}, "/filter_parameters/a~1b~0",
         "$a/b~ is not used in the expression"),
        ({"filter": {}, "filter_parameters": {"top": 9}}, "/filter_parameters/top",
         "is not used, since the filter is no expression"),
        ({"filter_parameters": {"top": 9}}, "/filter_parameters/top", "is not used"),
        ({"filter": "price < 9", "filter_parameters": []}, "/filter_parameters", "Expected"),
    ],
)  # fmt: skip
def test_a_bad_filter_is_pointed_at(ask, route, asked, pointer, detail):
    reply = ask(route, **asked)
    assert (reply.status, reply.body["code"]) == (422, "invalid_request")
    [error] = reply.body["errors"]
    assert error["pointer"] == pointer
    assert detail in error["detail"]


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_token_belongs_to_its_expression(ask, route):
    asked = {"filter": "price < $top", "limit": 1}
    token = ask(route, filter_parameters={"top": 20}, **asked).body["next_token"]
    again = ask(route, filter_parameters={"top": 20}, next_token=token, **asked)
    assert again.status == 200
    other = ask(route, filter_parameters={"top": 21}, next_token=token, **asked)
    assert (other.status, other.body["code"]) == (400, "stale_page_token")
