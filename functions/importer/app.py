"""Messages of the imports queue in; each names a file of the inbox, which is imported."""

import json
from collections.abc import Callable
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from concierge.errors import ConciergeError, InvalidRecord
from concierge.ingesting.importer import Notice
from concierge.ingesting.reports import Report

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

logger = Logger()


class FileImporter(Protocol):
    """Imports one file."""

    def run(self, notice: Notice, remaining_s: Callable[[], float]) -> Report:
        """Import a file and report the outcome; raise what another attempt may overcome."""


def make_handler(importer: FileImporter) -> Handler:
    """Return the Lambda handler that imports with this importer."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        failures = []
        for message in event.get("Records", []):
            try:
                _import(importer, message["body"], context)
            except ConciergeError as error:
                # After some attempts the queue puts the message among the dead letters.
                logger.error("import failed", reason=str(error), error=type(error).__name__)
                failures.append({"itemIdentifier": message["messageId"]})
        return {"batchItemFailures": failures}

    return handler


def read_notice(body: str) -> Notice | None:
    """Read an "Object Created" event of S3, whose key is not URL-encoded, or a continuation.

    Return None for the empty object that stands for a folder.
    """
    try:
        detail = json.loads(body)["detail"]
        key = str(detail["object"]["key"])
        notice = Notice(key, str(detail.get("after", "")), int(detail.get("attempt", 1)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidRecord("message", f"is no event of S3: {error!r}") from error
    return None if key.endswith("/") else notice


def _import(importer: FileImporter, body: str, context: Any) -> None:
    notice = read_notice(body)
    if notice is not None:
        importer.run(notice, lambda: context.get_remaining_time_in_millis() / 1_000)
