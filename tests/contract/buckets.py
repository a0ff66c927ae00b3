"""Buckets for moto, and faults injected where botocore sends a request."""

from botocore.exceptions import ClientError


def create_bucket(client, name):
    """Create a bucket and return the client."""
    client.create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": client.meta.region_name}
    )
    return client


def refuse(client, verb, code="InternalError"):
    """Let every call of a verb fail."""

    def fail(**_):
        raise ClientError({"Error": {"Code": code, "Message": "injected"}}, verb)

    client.meta.events.register(f"before-call.*.{verb}", fail)
