"""Puts an exported model in force: immutable objects in S3, then the pointer."""

from pathlib import Path

import boto3
from botocore.config import Config

from concierge.adapters.artifacts_s3 import S3Artifacts
from concierge.adapters.signatures_kms import KmsSignatures
from concierge.artifacts.manifest import verify_folder
from concierge.artifacts.store import ArtifactStore, Pointer
from model_export.errors import UnusableAddress


def publish(store: ArtifactStore, folder: Path) -> tuple[Pointer, bool]:
    """Return the pointer, and whether it had to be flipped: the same model is published once."""
    manifest = verify_folder(folder)
    current = store.current("model")
    if current and current.id == manifest.id:
        return current, False
    return store.publish("model", folder, current), True


def s3_store(address: str, endpoint_url: str | None, key: str | None = None) -> S3Artifacts:
    """Return the store at `s3://bucket`, or raise UnusableAddress; `key` is KMS's, to sign with."""
    scheme, _, bucket = address.partition("://")
    bucket = bucket.rstrip("/")
    if scheme != "s3" or not bucket or "/" in bucket:
        raise UnusableAddress(f"{address!r} is not s3://bucket")
    # A local stack has no host name for each bucket.
    style = {"addressing_style": "path"} if endpoint_url else {}
    config = Config(retries={"mode": "standard", "max_attempts": 4}, s3=style)
    try:
        client = boto3.client("s3", endpoint_url=endpoint_url, config=config)
        kms = boto3.client("kms", endpoint_url=endpoint_url) if key else None
    except ValueError as error:
        raise UnusableAddress(f"--endpoint-url: {error}") from error
    return S3Artifacts(client, bucket, KmsSignatures(kms, key) if key else None)
