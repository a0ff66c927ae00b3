"""Puts an exported model in force: immutable objects in S3, then the pointer."""

from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from concierge.adapters.artifacts_s3 import S3Artifacts
from concierge.adapters.signatures_kms import KmsSignatures
from concierge.artifacts.manifest import verify_folder
from concierge.artifacts.store import Pointer, SigningStore
from model_export.errors import UnusableAddress


def publish(store: SigningStore, folder: Path) -> tuple[Pointer, bool]:
    """Return the pointer, and whether it had to be flipped: the same model is published once.

    Where the store has a key it signs the model in force too: that may be unsigned, or by another.
    """
    manifest = verify_folder(folder)
    current = store.current("model")
    if current and current.id == manifest.id:
        store.sign("model", folder)
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
        kms = _kms(key, endpoint_url) if key else None
    except ValueError as error:
        raise UnusableAddress(f"--endpoint-url: {error}") from error
    except BotoCoreError as error:
        raise UnusableAddress(f"AWS cannot be asked: {error}") from error
    return S3Artifacts(client, bucket, KmsSignatures(kms, key) if key else None)


def _kms(key: str, endpoint_url: str | None) -> Any:
    """Return a client for the region that a key's ARN names, or the one that is set."""
    parts = key.split(":")
    region = parts[3] if parts[0] == "arn" and len(parts) > 5 else None
    return boto3.client("kms", region_name=region, endpoint_url=endpoint_url)
