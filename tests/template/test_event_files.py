"""The event files that `sam local invoke` takes are what the functions take."""

import json
from pathlib import Path

import msgspec
import pytest

import answer.app
import customers.app
import improve.app
import ingest.app
import recommend.app
import search.app
from infra.local.template import load_template

EVENTS = Path(__file__).parents[1] / "events"
OPERATIONS = [
    operation
    for app in (answer.app, customers.app, improve.app, ingest.app, recommend.app, search.app)
    for operation in app.OPERATIONS
]
API_EVENTS = sorted(
    path.stem for path in EVENTS.glob("*.json") if "httpMethod" in path.read_text(encoding="utf-8")
)


def event(name):
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def test_every_route_has_an_event_file():
    named = {(event(name)["httpMethod"], event(name)["resource"]) for name in API_EVENTS}
    assert named == {(operation.method, operation.path) for operation in OPERATIONS}


@pytest.mark.parametrize("name", API_EVENTS)
def test_request_of_an_event_file_is_valid(name):
    sent = event(name)
    (operation,) = [
        each
        for each in OPERATIONS
        if (each.method, each.path) == (sent["httpMethod"], sent["resource"])
    ]
    if operation.request and sent["body"]:
        msgspec.json.decode(sent["body"], type=operation.request)
    elif operation.request:
        msgspec.convert(sent["queryStringParameters"], operation.request, strict=False)
    else:
        assert sent["body"] is None


@pytest.mark.parametrize(
    ("name", "rule", "trigger"),
    [
        ("train", "TrainFunction", "HistoryImported"),
        ("shop-event", "ShopEventRule", ""),
        ("improve", "ImproveFunction", "Wanted"),
        ("improve-imported", "ImproveFunction", "LearntImported"),
    ],
)
def test_bus_event_matches_its_rule(name, rule, trigger):
    resource = load_template()["Resources"][rule]["Properties"]
    pattern = (
        resource["Events"][trigger]["Properties"]["Pattern"]
        if trigger
        else resource["EventPattern"]
    )
    sent = event(name)
    assert sent["source"] in pattern["source"]
    assert sent["detail-type"] in pattern["detail-type"]
    wanted = pattern.get("detail", {})
    assert sent["detail"].get("kind") in wanted.get("kind", [None])
    for each in wanted.get("file", ()):
        assert sent["detail"]["file"].startswith(each["prefix"])


def test_inbox_event_names_a_file_in_the_inbox():
    (record,) = event("import")["Records"]
    assert json.loads(record["body"])["detail"]["object"]["key"].startswith("inbox/")
