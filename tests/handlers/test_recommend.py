import json

import pytest

from concierge.http import allowing
from concierge.problems import PROBLEM
from concierge.recommending.exploration import Exploration
from concierge.recommending.recommender import Recommender
from concierge.recommending.steering import Merchandising
from recommend.app import CONTRACT_FILE, make_handler
from tests.builders import NOW, make_action, make_product, make_profile
from tests.fakes.encoder import WordEncoder
from tests.fakes.exposures import InMemoryExposures
from tests.fakes.profiles import InMemoryProfiles
from tests.fakes.snapshots import InForce, behaviour_of, catalogue_of
from tests.handlers.calls import call

IDS = ["bowl", "cup", "jug", "mug-red", "plate"]


@pytest.fixture(scope="module")
def handler(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    products = [make_product(item_id=item_id, title=f"Stoneware {item_id}") for item_id in IDS]
    catalogue = catalogue_of(folder / "catalogue", products, WordEncoder())
    behaviour = behaviour_of(folder / "behaviour", {"jug": 1.0})
    profiles = InMemoryProfiles(make_profile(actions=(make_action(),), tags={}))
    return make_handler(
        Recommender(
            InForce(catalogue),
            InForce(behaviour),
            Merchandising(InForce()),
            profiles,
            Exploration(InMemoryExposures),
            NOW.timestamp,
        )
    )


def ask(handler, body, path="/v1/recommendations"):
    return call(handler, "recommend", body, path=path, resource=path)


def test_recommendations_name_what_made_them(handler):
    reply = ask(handler, {"customer_id": "ada", "limit": 2, "explain": True})
    assert reply.status == 200
    assert len(reply.body["items"]) == 2
    assert reply.body["recommendation_id"]
    assert set(reply.body["versions"]) == {"catalogue", "behaviour"}
    assert reply.body["degraded"] == []
    assert reply.headers["X-Request-Id"] == "request-1"
    first = reply.body["items"][0]
    assert first["score"] == pytest.approx(sum(part["value"] for part in first["parts"]))
    assert first["reason"].startswith("Because you looked at")


def test_parts_are_only_sent_when_asked_for(handler):
    assert "parts" not in ask(handler, {"customer_id": "ada"}).body["items"][0]


def test_an_empty_request_is_served_popular_items(handler):
    reply = ask(handler, {})
    assert reply.body["items"][0]["item_id"] == "jug"


def test_pages_go_on_to_the_end(handler):
    first = ask(handler, {"customer_id": "ada", "limit": 3})
    rest = ask(handler, {"customer_id": "ada", "limit": 3, "next_token": first.body["next_token"]})
    assert "next_token" not in rest.body
    assert len(rest.body["items"]) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"limit": 0}, "/limit"),
        ({"limit": 10_000}, "/limit"),
        ({"customer_id": "x" * 300}, "/customer_id"),
        ({"customer_id": "a\u0000b"}, "/customer_id"),
        ({"customer_id": ""}, "/customer_id"),
        ({"filter": {"price": {"min": 9, "max": 3}}}, "/filter/price"),
        ({"filter": {"price": {"min": -1}}}, "/filter/price/min"),
        ({"filter": {"colour": "red"}}, "/filter/colour"),
        ({"personalization": "some"}, "/personalization"),
        ({"limits": 3}, "/limits"),
        ([], "/"),
    ],
)
def test_a_bad_field_is_pointed_at(handler, body, pointer):
    reply = ask(handler, body)
    assert reply.status == 422
    assert reply.headers["Content-Type"] == PROBLEM
    assert reply.body["code"] == "invalid_request"
    assert reply.body["request_id"] == "request-1"
    assert [error["pointer"] for error in reply.body["errors"]] == [pointer]


@pytest.mark.parametrize("body", ["{", "not json", "", '{"limit": 3'])
def test_a_body_that_is_not_json_is_malformed(handler, body):
    reply = ask(handler, body)
    assert (reply.status, reply.body["code"]) == (400, "malformed_body")


def test_a_body_of_more_than_a_megabyte_is_refused(handler):
    reply = ask(handler, json.dumps({"customer_id": "x" * (1 << 20)}))
    assert reply.status == 422
    assert "at most 1,048,576" in reply.body["detail"]


@pytest.mark.parametrize("customer_id", ["with space", "🎧", "顾客", "a/b?c"])
def test_any_readable_id_is_served(handler, customer_id):
    assert ask(handler, {"customer_id": customer_id}).status == 200


def test_a_forged_page_token_is_refused(handler):
    reply = ask(handler, {"next_token": "forged"})
    assert (reply.status, reply.body["code"]) == (400, "stale_page_token")


def test_similar_items_and_ranking(handler):
    similar = ask(handler, {"item_ids": ["cup"], "limit": 2}, "/v1/similar-items")
    assert len(similar.body["items"]) == 2
    unknown = ask(handler, {"item_ids": ["gone"]}, "/v1/similar-items")
    assert (unknown.status, unknown.body["code"]) == (404, "unknown_item")
    ranked = ask(handler, {"item_ids": ["cup", "jug"]}, "/v1/rank")
    assert [item["item_id"] for item in ranked.body["items"]] == ["jug", "cup"]


def test_an_unknown_route_is_a_problem(handler):
    reply = ask(handler, {}, "/v1/nothing")
    assert (reply.status, reply.body["code"]) == (404, "unknown_route")


def get(handler, path):
    return call(handler, "recommend", path=path, resource=path, httpMethod="GET")


def test_health_info_and_contract(handler):
    assert get(handler, "/v1/health").body == {"status": "ok"}
    assert get(handler, "/v1/info").body["products"] == len(IDS)
    assert get(handler, "/openapi.json").body == json.loads(
        CONTRACT_FILE.read_text(encoding="utf-8")
    )


def test_before_the_first_import_the_shop_is_warming():
    handler = make_handler(
        Recommender(
            InForce(),
            InForce(),
            Merchandising(InForce()),
            InMemoryProfiles(),
            Exploration(InMemoryExposures),
        )
    )
    reply = ask(handler, {})
    assert (reply.status, reply.body["code"]) == (503, "warming")
    assert reply.headers["Retry-After"] == "5"


def test_what_is_unforeseen_tells_the_caller_nothing():
    reply = ask(make_handler(None), {})
    assert (reply.status, reply.body["code"]) == (500, "internal_error")
    assert "NoneType" not in json.dumps(reply.body)


def test_pages_of_the_allowed_origin_may_read_replies_and_problems(handler):
    allowed = allowing("https://shop.example", handler)
    for body in ({}, "not json"):
        reply = ask(allowed, body)
        assert reply.headers["Access-Control-Allow-Origin"] == "https://shop.example"
