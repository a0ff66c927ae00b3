"""Every function of the template runs in the deployed stack, and logs what it did as JSON."""

import json

import pytest

from infra.local.deploy import STACK_NAME
from infra.local.template import load_template
from tests.local.visitors import event, new_id, profile_of, recommended

# What each says when it did its work.
SAYS = {
    "RecommendFunction": "served",
    "SearchFunction": "served",
    "AnswerFunction": "served",
    "CustomersFunction": "served",
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
    return shop


def test_this_page_knows_every_function():
    resources = load_template()["Resources"].items()
    functions = {name for name, each in resources if each["Type"] == "AWS::Serverless::Function"}
    assert set(SAYS) == functions


@pytest.mark.parametrize("function", SAYS)
def test_function_runs_and_logs_to_its_own_group(stack, busy_shop, eventually, function):
    cloudformation, logs = stack.client("cloudformation"), stack.client("logs")
    group = cloudformation.describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId=function.replace("Function", "Logs")
    )["StackResourceDetail"]["PhysicalResourceId"]

    def messages():
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        lines = [each["message"] for page in pages for each in page["events"]]
        records = [
            json.loads(line) for text in lines for line in text.splitlines() if line[:1] == "{"
        ]
        return {record.get("message") for record in records}

    eventually(lambda: SAYS[function] in messages())
