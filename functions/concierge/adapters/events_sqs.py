"""Live events into SQS, ten at a time."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.batches import batches
from concierge.shop.events import Event

MOST_ENTRIES = 10
# SQS counts all bodies of a batch together; 256 KiB is the least that it takes anywhere.
MOST_BYTES = 256 * 1024

logger = Logger(child=True)


class SqsEvents:
    """Implements EventQueue on one queue."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, events: Sequence[Event]) -> frozenset[int]:
        """Send batch by batch; after one that fails as a whole, the rest is not tried.

        botocore tried that one several times already, and each of the others would wait as long.
        """
        bodies = [event.to_json().encode() for event in events]
        lost: set[int] = set()
        for batch in batches(bodies, most=MOST_ENTRIES, most_bytes=MOST_BYTES):
            try:
                lost.update(self._refused(batch))
            except (BotoCoreError, ClientError) as error:
                logger.error("queue cannot be reached", error=type(error).__name__)
                return frozenset(lost.union(range(batch[0][0], len(events))))
        return frozenset(lost)

    def _refused(self, batch: list[tuple[int, bytes]]) -> list[int]:
        entries = [{"Id": str(position), "MessageBody": body.decode()} for position, body in batch]
        reply = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        failed = reply.get("Failed", [])
        if failed:
            codes = sorted({entry.get("Code", "") for entry in failed})
            logger.error("events not queued", count=len(failed), codes=codes)
        return [int(entry["Id"]) for entry in failed]
