from pathlib import Path

import pytest

from infra.local.template import load_template

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def resources():
    return load_template(ROOT / "infra" / "bulk-training.yaml")["Resources"]


@pytest.fixture(scope="module")
def statements(resources):
    (policy,) = resources["TrainingRole"]["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"]


def listed(value):
    return value if isinstance(value, list) else [value]


def test_the_job_may_do_nothing_with_a_whole_service(statements):
    for statement in statements:
        assert not [action for action in listed(statement["Action"]) if "*" in action]
        assert "*" not in listed(statement["Resource"])


def test_the_job_writes_nothing_but_behaviour_and_its_log(statements):
    writing = [each for each in statements if {"s3:PutObject"} & set(listed(each["Action"]))]
    assert [listed(each["Resource"]) for each in writing] == [
        [{"Fn::Sub": "arn:${AWS::Partition}:s3:::${ArtifactsBucketName}/snapshots/behaviour/*"}]
    ]


def test_nothing_is_kept_running_between_jobs(resources):
    application = resources["TrainingApplication"]["Properties"]
    assert "InitialCapacity" not in application
    assert application["AutoStopConfiguration"]["Enabled"] is True


def test_spark_is_the_one_that_the_job_is_tested_with(resources):
    release = resources["TrainingApplication"]["Properties"]["ReleaseLabel"]
    dockerfile = (ROOT / "infra" / "bulk_training" / "Dockerfile").read_text()
    locked = (ROOT / "infra" / "bulk_training" / "requirements.txt").read_text()
    assert f"/spark/{release}:" in dockerfile
    assert "pyspark==3.5.6" in locked.splitlines()
