"""From botocore's errors to ours, in one place."""

from botocore.exceptions import BotoCoreError, ClientError

from concierge.errors import ConciergeError, Throttled, Unavailable

THROTTLING_CODES = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "TooManyRequestsException",
    }
)


def translated(error: ClientError | BotoCoreError, doing: str) -> ConciergeError:
    """Return our error for one of botocore's; `doing` says what was tried."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "Unknown")
        kind = Throttled if code in THROTTLING_CODES else Unavailable
        return kind(f"{doing}: {code}")
    return Unavailable(f"{doing}: {type(error).__name__}")
