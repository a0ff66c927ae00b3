"""Feedback on answers in DynamoDB: one item an answer, with its expiry."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.answering.feedback import Feedback

FEEDBACK_LIFE = timedelta(days=400)
# What BatchGetItem takes at most.
KEYS_PER_CALL = 100


class DynamoFeedback:
    """Implements FeedbackStore and GivenFeedback."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, feedback: Feedback) -> Feedback:
        """Add what is said to the answer's item in one write, so that two at once are both kept."""
        said: dict[str, Any] = {
            "at": {"N": str(feedback.at)},
            "expires_at": {"N": str(int(feedback.at + FEEDBACK_LIFE.total_seconds()))},
        }
        for name in ("helpful", "resolved"):
            value = getattr(feedback, name)
            if value is not None:
                said[name] = {"BOOL": value}
        if feedback.correction:
            said["correction"] = {"S": feedback.correction}
        try:
            reply = self._client.update_item(
                TableName=self._table,
                Key={"pk": {"S": feedback.answer_id}},
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in said),
                ExpressionAttributeNames={f"#{name}": name for name in said},
                ExpressionAttributeValues={f":{name}": value for name, value in said.items()},
                ReturnValues="ALL_NEW",
            )
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "keeping feedback") from error
        return _feedback(reply["Attributes"])

    def of(self, answer_ids: Collection[str]) -> dict[str, Feedback]:
        """Return the feedback there is on some answers, by their ids."""
        # DynamoDB refuses a key that comes twice.
        ids = list(dict.fromkeys(answer_ids))
        found: dict[str, Feedback] = {}
        for first in range(0, len(ids), KEYS_PER_CALL):
            for item in self._read(ids[first : first + KEYS_PER_CALL]):
                found[item["pk"]["S"]] = _feedback(item)
        return found

    def _read(self, answer_ids: Collection[str]) -> Iterator[Mapping[str, Any]]:
        asked: Any = {self._table: {"Keys": [{"pk": {"S": each}} for each in answer_ids]}}
        while asked:
            try:
                reply = self._client.batch_get_item(RequestItems=asked)
            except (ClientError, BotoCoreError) as error:
                raise translated(error, "reading feedback") from error
            yield from reply["Responses"].get(self._table, ())
            asked = reply.get("UnprocessedKeys")


def _feedback(item: Mapping[str, Any]) -> Feedback:
    return Feedback(
        answer_id=item["pk"]["S"],
        at=float(item["at"]["N"]),
        helpful=item["helpful"]["BOOL"] if "helpful" in item else None,
        resolved=item["resolved"]["BOOL"] if "resolved" in item else None,
        correction=item["correction"]["S"] if "correction" in item else "",
    )
