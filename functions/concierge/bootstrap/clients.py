"""AWS clients: how long they wait and how often they try again is decided here alone."""

from typing import Any

import botocore.session
from botocore.config import Config

# One session, so that service descriptions are read from disk once. boto3 would add nothing
# but its import time.
_session = botocore.session.get_session()


def client(service: str, read_timeout_s: float = 5.0, attempts: int = 4) -> Any:
    """Return a client that gives up soon and retries with growing pauses."""
    config = Config(
        connect_timeout=2,
        read_timeout=read_timeout_s,
        retries={"mode": "standard", "max_attempts": attempts},
        max_pool_connections=16,
    )
    return _session.create_client(service, config=config)
