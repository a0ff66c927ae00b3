"""Every function of the template runs in the deployed stack, and logs what it did as JSON."""

import json

import pytest

from infra.local.deploy import STACK_NAME
from infra.local.stack import ROOT
from infra.local.template import load_template
from tests.local.small_shop import HISTORY
from tests.local.visitors import event, new_id, profile_of, recommended

# What each says when it did its work.
SAYS = {
    "RecommendFunction": "served",
    "SearchFunction": "served",
    "AnswerFunction": "served",
    "CustomersFunction": "served",
    "ImproveFunction": "served",
    "IngestFunction": "served",
    "RecordFunction": "recorded",
    "ImporterFunction": "import reported",
    "TrainFunction": "trained",
}


@pytest.fixture
def busy_shop(shop, act):
    """A shop that somebody came to; its files were imported, and its history trained on."""
    customer = new_id("busy")
    act(customer, event(customer_id=customer, item_id="tent-1"))
    recommended(shop, customer_id=customer)
    assert profile_of(shop, customer).status == 200
    assert shop.request("GET", "/v1/drafts").status == 200
    return shop


@pytest.fixture
def logged(stack):
    """Return what a function logged so far."""
    cloudformation, logs = stack.client("cloudformation"), stack.client("logs")

    def messages(function):
        group = physical_id(cloudformation, function.replace("Function", "Logs"))
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        lines = "\n".join(each["message"] for page in pages for each in page["events"])
        records = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
        return {record.get("message") for record in records}

    return messages


def physical_id(cloudformation, logical_id):
    found = cloudformation.describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId=logical_id
    )
    return found["StackResourceDetail"]["PhysicalResourceId"]


def test_this_page_knows_every_function():
    resources = load_template()["Resources"].items()
    functions = {name for name, each in resources if each["Type"] == "AWS::Serverless::Function"}
    assert set(SAYS) == functions


@pytest.mark.parametrize("function", [name for name in SAYS if name != "TrainFunction"])
def test_function_runs_and_logs_to_its_own_group(busy_shop, eventually, logged, function):
    eventually(lambda: SAYS[function] in logged(function))


def test_schedule_trains_on_live_events_and_history_each_once(
    stack, store, busy_shop, served, logged
):
    scheduled = (ROOT / "tests" / "events" / "train-schedule.json").read_bytes()
    name = physical_id(stack.client("cloudformation"), "TrainFunction")
    reply = stack.client("lambda").invoke(FunctionName=name, Payload=scheduled)
    training = json.loads(reply["Payload"].read())
    assert training["events"] > len(HISTORY)
    assert training["broken_lines"] == training["broken_parts"] == 0
    assert training["snapshot_id"] == store.current("behaviour").id
    assert SAYS["TrainFunction"] in logged("TrainFunction")
    served("behaviour")
