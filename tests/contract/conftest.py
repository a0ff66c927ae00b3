import boto3
import pytest
from moto import mock_aws


@pytest.fixture
def aws(monkeypatch):
    """An AWS in memory; gives `boto3.client`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield boto3.client
