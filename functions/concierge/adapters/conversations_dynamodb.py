"""Conversations in DynamoDB, each with its expiry."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.adapters.scanning import scanned
from concierge.answering.conversation import CONVERSATION_LIFE, MOST_TURNS, Conversation, Turn
from concierge.errors import InvalidRecord, UnknownConversation


class DynamoConversations:
    """Implements Conversations: one item a conversation, its turns a list of JSON texts."""

    def __init__(self, client: Any, table: str, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def read(self, conversation_id: str) -> Conversation:
        """Return a conversation, or raise UnknownConversation."""
        try:
            reply = self._client.get_item(
                TableName=self._table, Key={"pk": {"S": conversation_id}}, ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "reading a conversation") from error
        item = reply.get("Item")
        # DynamoDB deletes what expired within days, not at once.
        if item is None or int(item["expires_at"]["N"]) < self._clock():
            raise UnknownConversation("this conversation expired or never was; begin a new one")
        return _conversation(item)

    def all(self) -> Iterator[Conversation]:
        """Yield every conversation that has not expired, in no order."""
        now = self._clock()
        for item in scanned(self._client, self._table, "reading conversations"):
            if int(item["expires_at"]["N"]) >= now:
                yield _conversation(item)

    def append(self, conversation_id: str, turn: Turn, owner: str = "") -> None:
        """Add a turn in one write, so that two at once are both kept."""
        expires_at = int(turn.at + CONVERSATION_LIFE.total_seconds())
        kept = {name: value for name, value in asdict(turn).items() if value not in ("", (), None)}
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"pk": {"S": conversation_id}},
                UpdateExpression=(
                    "SET turns = list_append(if_not_exists(turns, :none), :turn),"
                    " expires_at = :expires_at, #owner = if_not_exists(#owner, :owner)"
                ),
                ConditionExpression="attribute_not_exists(turns) OR size(turns) < :most",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={
                    ":owner": {"S": owner},
                    ":none": {"L": []},
                    ":turn": {"L": [{"S": text}]},
                    ":expires_at": {"N": str(expires_at)},
                    ":most": {"N": str(MOST_TURNS)},
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                reason = f"has {MOST_TURNS} turns; begin a new conversation"
                raise InvalidRecord("conversation_id", reason) from error
            raise translated(error, "keeping a turn") from error
        except BotoCoreError as error:
            raise translated(error, "keeping a turn") from error

    def erase(self, conversation_id: str) -> None:
        """Forget a conversation, whether it exists or not."""
        try:
            self._client.delete_item(TableName=self._table, Key={"pk": {"S": conversation_id}})
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "erasing a conversation") from error


def _conversation(item: Mapping[str, Any]) -> Conversation:
    turns = tuple(_turn(turn["S"]) for turn in item["turns"]["L"])
    return Conversation(item["pk"]["S"], turns, item.get("owner", {}).get("S", ""))


def _turn(text: str) -> Turn:
    record = json.loads(text)
    return Turn(**{**record, "choices": tuple(record.get("choices", ()))})
