"""The API at its gateway: who may call, what is refused, and how it is told."""

import pytest

from infra.local.stack import ROOT
from tests.local.visitors import event

POSTS = (
    "/v1/recommendations",
    "/v1/similar-items",
    "/v1/rank",
    "/v1/search",
    "/v1/answers",
    "/v1/feedback",
    "/v1/events",
)
LONG_ID = "i" * 300


def is_problem(reply, status):
    return (
        reply.status == status
        and reply.headers["content-type"].startswith("application/problem+json")
        and reply.body["status"] == status
        and reply.body["title"]
        and reply.body["code"]
        and reply.body["request_id"]
    )


@pytest.mark.parametrize("key", ["", "not-the-key"])
@pytest.mark.parametrize("path", ["/v1/info", "/v1/customers/anna"])
def test_nobody_gets_in_without_the_key(shop, path, key):
    reply = shop.request("GET", path, headers={"X-Api-Key": key})
    assert is_problem(reply, 403)
    assert "X-Api-Key" in reply.body["detail"]


@pytest.mark.parametrize("path", ["/v1/health", "/openapi.json"])
def test_health_and_contract_need_no_key(shop, path):
    assert shop.request("GET", path, headers={"X-Api-Key": ""}).status == 200


def test_contract_that_is_served_is_the_committed_one(shop):
    committed = (ROOT / "functions" / "recommend" / "openapi.json").read_text(encoding="utf-8")
    reply = shop.request("GET", "/openapi.json")
    assert reply.text == committed


def test_info_names_what_is_in_force(shop, store):
    body = shop.request("GET", "/v1/info").body
    assert body["versions"]["model"] == store.current("model").id
    assert body["versions"]["catalogue"] == store.current("catalogue").id


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/nothing"), ("PATCH", "/v1/search"), ("GET", "/v2/info"), ("POST", "/")],
)
def test_unknown_route_is_a_problem_of_its_own(shop, method, path):
    assert is_problem(shop.request(method, path, b"{}"), 404)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("body", [b"{not json", b"", b"\xff\xfe"])
def test_body_that_is_not_json_is_refused(shop, path, body):
    assert is_problem(shop.request("POST", path, body), 400)


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/recommendations", {"limit": 0}, "/limit"),
        ("/v1/recommendations", {"limit": 10_000}, "/limit"),
        ("/v1/search", {"query": "tent", "limit": 0}, "/limit"),
        ("/v1/search", {"query": "tent", "limti": 3}, "/limti"),
        ("/v1/recommendations", {"customer_id": LONG_ID}, "/customer_id"),
        ("/v1/similar-items", {"item_ids": [LONG_ID]}, "/item_ids/0"),
        ("/v1/rank", {"item_ids": []}, "/item_ids"),
        ("/v1/answers", {"question": ""}, "/question"),
        ("/v1/answers", {"question": "why " * 25_000}, "/question"),
        ("/v1/feedback", {"answer_id": LONG_ID, "helpful": True}, "/answer_id"),
        ("/v1/events", {"events": []}, "/events"),
        (
            "/v1/events",
            {"events": [event(customer_id=LONG_ID, item_id="tent-1")]},
            "/events/0/customer_id",
        ),
    ],
)
def test_field_that_breaks_a_rule_is_pointed_at(shop, path, body, pointer):
    reply = shop.request("POST", path, body)
    assert is_problem(reply, 422)
    assert [error["pointer"] for error in reply.body["errors"]] == [pointer]


def test_id_of_three_hundred_characters_in_a_path_is_refused(shop):
    assert is_problem(shop.request("GET", f"/v1/customers/{LONG_ID}"), 422)


def test_unknown_customer_is_told(shop):
    assert is_problem(shop.request("GET", "/v1/customers/nobody-yet"), 404)


def test_page_of_any_origin_may_read_replies_where_all_are_allowed(shop):
    reply = shop.request("GET", "/v1/info", headers={"Origin": "https://shop.example"})
    assert reply.headers["access-control-allow-origin"] == "*"
    refused = shop.request("GET", "/v1/info", headers={"X-Api-Key": ""})
    assert refused.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/recommendations", "/v1/customers/anna"])
def test_preflight_of_a_browser_needs_no_key(shop, path):
    asks = {
        "X-Api-Key": "",
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
    }
    assert shop.request("OPTIONS", path, headers=asks).status == 200
