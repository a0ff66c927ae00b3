"""Reading a whole table of DynamoDB, page by page."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated


def scanned(client: Any, table: str, doing: str) -> Iterator[dict[str, Any]]:
    """Yield every item; `doing` is told where it fails."""
    start: dict[str, Any] = {}
    while True:
        try:
            reply = client.scan(TableName=table, **start)
        except (ClientError, BotoCoreError) as error:
            raise translated(error, doing) from error
        yield from reply["Items"]
        if "LastEvaluatedKey" not in reply:
            return
        start = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}
