"""The event archive: JSON Lines in S3, by way of Firehose."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.batches import batches
from concierge.shop.events import Event

MOST_RECORDS = 500
MOST_BYTES = 4 * 1024 * 1024
# Of a batch that was taken in part; a batch refused as a whole was retried by botocore.
ATTEMPTS = 3

logger = Logger(child=True)

Batch = list[tuple[int, bytes]]


class FirehoseArchive:
    """Implements EventArchive on one delivery stream."""

    def __init__(self, client: Any, stream: str) -> None:
        self._client = client
        self._stream = stream

    def append(self, events: Sequence[Event]) -> frozenset[int]:
        """Append one line for each event."""
        lines = [f"{event.to_json()}\n".encode() for event in events]
        cut = batches(lines, most=MOST_RECORDS, most_bytes=MOST_BYTES)
        return frozenset(position for batch in cut for position in self._put(batch))

    def _put(self, batch: Batch) -> list[int]:
        left, cause = batch, "partial failure"
        try:
            for _ in range(ATTEMPTS):
                left = self._failed_of(left)
                if not left:
                    return []
        except (BotoCoreError, ClientError) as error:
            cause = type(error).__name__
        logger.error("events not archived", count=len(left), error=cause)
        return [position for position, _ in left]

    def _failed_of(self, batch: Batch) -> Batch:
        reply = self._client.put_record_batch(
            DeliveryStreamName=self._stream, Records=[{"Data": line} for _, line in batch]
        )
        if not reply["FailedPutCount"]:
            return []
        results = zip(batch, reply["RequestResponses"], strict=True)
        return [line for line, result in results if result.get("ErrorCode")]
