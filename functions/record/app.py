"""Batches of the events queue: messages in, one use case, the failed messages out."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger

from concierge.ingesting.recorder import Message, Recorder

logger = Logger()


def make_handler(recorder: Recorder) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Return the Lambda handler that serves this recorder."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        logger.append_keys(request_id=getattr(context, "aws_request_id", "local"))
        messages = [Message(each["messageId"], each["body"]) for each in event["Records"]]
        failed = recorder.record(messages)
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}

    return handler
