"""Drafts in DynamoDB: one item each, with its version and expiry."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.adapters.scanning import scanned
from concierge.errors import DraftChanged, UnknownDraft
from concierge.improving.draft import DRAFT_LIFE, Draft, Suggestion

TUPLES = ("examples", "members", "lost", "middle")


class DynamoDrafts:
    """Implements Drafts."""

    def __init__(self, client: Any, table: str, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def read(self, draft_id: str) -> Draft:
        """Read consistently: what was decided on shows at once."""
        try:
            reply = self._client.get_item(
                TableName=self._table, Key={"pk": {"S": draft_id}}, ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "reading a draft") from error
        item = reply.get("Item")
        # DynamoDB deletes what expired within days, not at once.
        if item is None or int(item["expires_at"]["N"]) < self._clock():
            raise UnknownDraft("there is no such draft; GET /v1/drafts lists those there are")
        return _draft(item)

    def all(self) -> Iterator[Draft]:
        """Yield every draft."""
        now = self._clock()
        for item in scanned(self._client, self._table, "reading drafts"):
            if int(item["expires_at"]["N"]) >= now:
                yield _draft(item)

    def put(self, draft: Draft) -> Draft:
        """Write under the version that was read."""
        written = replace(draft, version=draft.version + 1)
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if draft.version:
            condition = {
                "ConditionExpression": "version = :read",
                "ExpressionAttributeValues": {":read": {"N": str(draft.version)}},
            }
        expires_at = int(draft.updated_at + DRAFT_LIFE.total_seconds())
        item = {
            "pk": {"S": draft.draft_id},
            "version": {"N": str(written.version)},
            "expires_at": {"N": str(expires_at)},
            "draft": {"S": json.dumps(asdict(written), ensure_ascii=False)},
        }
        try:
            self._client.put_item(TableName=self._table, Item=item, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise DraftChanged("the draft was changed meanwhile; read it again") from error
            raise translated(error, "writing a draft") from error
        except BotoCoreError as error:
            raise translated(error, "writing a draft") from error
        return written


def _draft(item: Mapping[str, Any]) -> Draft:
    record = json.loads(item["draft"]["S"])
    suggestion = record["suggestion"]
    tuples = {name: tuple(record[name]) for name in TUPLES}
    return Draft(
        **{
            **record,
            **tuples,
            "suggestion": Suggestion(**{**suggestion, "variants": tuple(suggestion["variants"])}),
        }
    )
