"""A shop that loads signed models only: another stack, since the key is one of its parameters."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from concierge.adapters.artifacts_s3 import S3Artifacts
from concierge.adapters.signatures_kms import KmsSignatures
from concierge.errors import BrokenArtifact
from infra.local.client import ShopClient
from infra.local.deploy import deploy
from infra.local.stack import LocalStack
from model_export.commands import verify
from model_export.publishing.publishing_s3 import publish
from tests.local.conftest import IMPORT_TIMEOUT_S, MODEL
from tests.local.small_shop import PRODUCTS, json_lines


@pytest.fixture(scope="module")
def strict_stack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


@pytest.fixture(scope="module")
def key(strict_stack: LocalStack) -> str:
    reply = strict_stack.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    return str(reply["KeyMetadata"]["Arn"])


@pytest.fixture(scope="module")
def strict_shop(strict_stack: LocalStack, key: str) -> ShopClient:
    return ShopClient(strict_stack, deploy(strict_stack, parameters={"ModelSigningKey": key}))


@pytest.fixture
def bucket(strict_shop: ShopClient) -> str:
    return strict_shop.deployment.outputs["ArtifactsBucketName"]


def bring(shop: ShopClient, name: str) -> dict[str, object]:
    shop.upload("catalogue", name, json_lines(PRODUCTS))
    return dict(shop.wait_for_report("catalogue", name, IMPORT_TIMEOUT_S))


def verified(monkeypatch: pytest.MonkeyPatch, stack: LocalStack, *arguments: str) -> None:
    """Run the command as on AWS, with the emulator's address and credentials."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    parser = argparse.ArgumentParser()
    verify.add_arguments(parser)
    options = parser.parse_args([*arguments, "--endpoint-url", stack.endpoint])
    with Path("/dev/null").open("w") as stream:
        assert verify.run(options, stream) == 0


def test_unsigned_model_is_refused_until_the_key_signs_it(
    strict_stack: LocalStack,
    strict_shop: ShopClient,
    bucket: str,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    s3, kms = strict_stack.client("s3"), strict_stack.client("kms")
    publish(S3Artifacts(s3, bucket), MODEL)
    refused = bring(strict_shop, "early.jsonl")
    assert refused["status"] == "failed"
    assert "is not signed" in str(refused["reason"])
    verified(monkeypatch, strict_stack, f"s3://{bucket}")
    assert "--  signature: none" in capsys.readouterr().out
    with pytest.raises(BrokenArtifact, match="is not signed"):
        verified(monkeypatch, strict_stack, f"s3://{bucket}", "--key", key)

    publish(S3Artifacts(s3, bucket, KmsSignatures(kms, key)), MODEL)
    assert bring(strict_shop, "late.jsonl")["status"] == "completed"
    reply = strict_shop.request("POST", "/v1/search", {"query": "tent"})
    assert reply.status == 200
    assert reply.body["degraded"] == []
    capsys.readouterr()
    verified(monkeypatch, strict_stack, f"s3://{bucket}", "--key", key)
    assert f"ok  signature: by {key}" in capsys.readouterr().out
    verified(monkeypatch, strict_stack, f"s3://{bucket}")
    assert f"names {key}, not checked" in capsys.readouterr().out
