"""Imports that are not done go back to the queue that files are announced on."""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.ingesting.importer import Notice


class SqsContinuations:
    """Implements Continuations on one queue; the message is shaped like one of S3's."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, notice: Notice) -> None:
        """Have a file imported further."""
        message = {
            "source": "concierge",
            "detail-type": "Import Continued",
            "detail": {
                "object": {"key": notice.key},
                "after": notice.after,
                "attempt": notice.attempt,
            },
        }
        try:
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(message))
        except (BotoCoreError, ClientError) as error:
            raise translated(error, f"continuing {notice.key}") from error
