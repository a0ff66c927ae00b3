"""What the shop is told: events on its EventBridge bus."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.errors import Unavailable

SOURCE = "concierge"


class EventBridgeBus:
    """Implements Bus on one event bus."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def send(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Send one event."""
        entry = {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": detail_type,
            "Detail": json.dumps(detail, ensure_ascii=False),
        }
        try:
            reply = self._client.put_events(Entries=[entry])
        except (BotoCoreError, ClientError) as error:
            raise translated(error, f"sending {detail_type!r}") from error
        if reply["FailedEntryCount"]:
            code = reply["Entries"][0].get("ErrorCode", "Unknown")
            raise Unavailable(f"sending {detail_type!r}: {code}")
