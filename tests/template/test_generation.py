from pathlib import Path

import pytest

from infra.local.template import load_template

ROOT = Path(__file__).parents[2]
# AWS grants these on everything or not at all.
WHOLE = {"ecr:GetAuthorizationToken", "cloudwatch:PutMetricData"}


@pytest.fixture(scope="module")
def resources():
    return load_template(ROOT / "infra" / "generation.yaml")["Resources"]


def listed(value):
    return value if isinstance(value, list) else [value]


def statements(resources):
    for policy in resources["GenerationRole"]["Properties"]["Policies"]:
        chosen = policy.get("Fn::If", [None, policy])[1]
        yield from chosen["PolicyDocument"]["Statement"]


def test_the_container_may_do_nothing_with_a_whole_service(resources):
    for statement in statements(resources):
        actions = set(listed(statement["Action"]))
        assert not [action for action in actions if "*" in action]
        assert "*" not in listed(statement["Resource"]) or actions <= WHOLE


def test_the_container_writes_nothing_but_logs_and_metrics(resources):
    writing = {
        action
        for statement in statements(resources)
        for action in listed(statement["Action"])
        if action.partition(":")[2].startswith(("Put", "Create", "Delete"))
    }
    assert writing == {
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "cloudwatch:PutMetricData",
    }


def test_no_instance_and_no_copy_is_kept_while_nobody_asks(resources):
    (variant,) = resources["GenerationEndpointConfig"]["Properties"]["ProductionVariants"]
    assert variant["ManagedInstanceScaling"]["MinInstanceCount"] == 0
    assert resources["CopiesTarget"]["Properties"]["MinCapacity"] == 0


def test_a_request_that_finds_no_copy_starts_one(resources):
    alarm = resources["AskedWhileAtZero"]["Properties"]
    assert alarm["MetricName"] == "NoCapacityInvocationFailures"
    assert alarm["AlarmActions"] == [{"Ref": "CopyFromZero"}]
    policy = resources["CopyFromZero"]["Properties"]["StepScalingPolicyConfiguration"]
    assert policy["StepAdjustments"][0]["ScalingAdjustment"] == 1


def test_code_that_comes_with_a_model_is_not_run(resources):
    container = resources["GenerationModel"]["Properties"]["PrimaryContainer"]
    assert container["Environment"]["OPTION_TRUST_REMOTE_CODE"] == "false"
