import json

import pytest

ROUTES = {
    ("post", "/v1/recommendations"): "RecommendFunction",
    ("post", "/v1/similar-items"): "RecommendFunction",
    ("post", "/v1/rank"): "RecommendFunction",
    ("get", "/v1/health"): "RecommendFunction",
    ("get", "/v1/info"): "RecommendFunction",
    ("get", "/openapi.json"): "RecommendFunction",
    ("post", "/v1/search"): "SearchFunction",
    ("get", "/v1/suggest"): "SearchFunction",
    ("post", "/v1/answers"): "AnswerFunction",
    ("post", "/v1/feedback"): "AnswerFunction",
    ("get", "/v1/conversations/{conversation_id}"): "AnswerFunction",
    ("delete", "/v1/conversations/{conversation_id}"): "AnswerFunction",
    ("post", "/v1/events"): "IngestFunction",
    ("get", "/v1/customers/{customer_id}"): "CustomersFunction",
    ("patch", "/v1/customers/{customer_id}"): "CustomersFunction",
    ("delete", "/v1/customers/{customer_id}"): "CustomersFunction",
    ("get", "/v1/drafts"): "ImproveFunction",
    ("post", "/v1/drafts"): "ImproveFunction",
    ("get", "/v1/drafts/{draft_id}"): "ImproveFunction",
    ("post", "/v1/drafts/{draft_id}/accept"): "ImproveFunction",
    ("post", "/v1/drafts/{draft_id}/reject"): "ImproveFunction",
}
KEYLESS = {"/v1/health", "/openapi.json"}
GATEWAY_ANSWERS = {
    "INVALID_API_KEY": 403,
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "THROTTLED": 429,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "INTEGRATION_TIMEOUT": 504,
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
}


@pytest.fixture(scope="session")
def api_events(functions):
    return {
        (event["Properties"]["Method"], event["Properties"]["Path"]): (name, event["Properties"])
        for name, properties in functions.items()
        for event in properties["Events"].values()
        if event["Type"] == "Api"
    }


def test_every_route_leads_to_its_function(api_events):
    assert {route: name for route, (name, _) in api_events.items()} == ROUTES


def test_every_route_but_health_and_contract_needs_a_key(resources, api_events):
    assert resources["ShopApi"]["Properties"]["Auth"]["ApiKeyRequired"] is True
    open_paths = {
        path
        for (_, path), (_, properties) in api_events.items()
        if properties.get("Auth", {}).get("ApiKeyRequired") is False
    }
    assert open_paths == KEYLESS


def test_key_has_a_rate_and_a_daily_quota(resources):
    plan = resources["ApiUsagePlan"]["Properties"]
    assert plan["Throttle"] == {
        "RateLimit": {"Ref": "RequestsPerSecond"},
        "BurstLimit": {"Ref": "RequestBurst"},
    }
    assert plan["Quota"] == {"Limit": {"Ref": "RequestsPerDay"}, "Period": "DAY"}
    assert resources["ApiUsagePlanKey"]["Properties"]["UsagePlanId"] == {"Ref": "ApiUsagePlan"}


@pytest.mark.parametrize("kind", GATEWAY_ANSWERS)
def test_gateway_answers_in_the_shape_of_every_other_error(resources, kind):
    response = resources["ShopApi"]["Properties"]["GatewayResponses"][kind]
    status = GATEWAY_ANSWERS[kind]
    body = response["ResponseTemplates"]["application/json"].replace(
        "$context.error.messageString", '"why"'
    )
    problem = json.loads(body)
    assert response["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"
    assert {"type", "title", "code", "detail", "request_id"} <= set(problem)
    assert problem.get("status") == status
    assert response.get("StatusCode") == (str(status) if status else None)


@pytest.mark.parametrize("kind", ["THROTTLED", "QUOTA_EXCEEDED"])
def test_too_many_requests_say_when_to_come_back(resources, kind):
    headers = resources["ShopApi"]["Properties"]["GatewayResponses"][kind]["ResponseParameters"][
        "Headers"
    ]
    assert int(headers["Retry-After"].strip("'")) > 0
