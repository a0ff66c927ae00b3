"""Profiles in DynamoDB: one item each, and one marker for each event that took effect."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import THROTTLING_CODES, translated
from concierge.errors import ConciergeError, DuplicateEvents, ProfileChanged, Throttled
from concierge.shop.profile import Actor, Profile, session_expiry
from concierge.shop.profile_json import from_json, to_json

# Longer than any queue keeps a message: 4 days, then 14 among the dead letters, redriven once.
MARKER_LIFE = timedelta(days=35)
# What a conditional write meets when somebody else writes the same item.
CONTENTION_CODES = frozenset(
    {"ConditionalCheckFailed", "ConditionalCheckFailedException"}
    | {"TransactionConflict", "TransactionConflictException"}
)


class DynamoProfiles:
    """Implements Profiles on one table with key `pk` and time to live in `expires_at`."""

    def __init__(
        self, client: Any, table: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._client = client
        self._table = table
        self._now = now

    def get(self, actor: Actor) -> Profile:
        """Read consistently, so that a click shows in the very next recommendation."""
        try:
            reply = self._client.get_item(
                TableName=self._table, Key=_key(actor), ConsistentRead=True
            )
        except (BotoCoreError, ClientError) as error:
            raise translated(error, "reading a profile") from error
        item = reply.get("Item")
        if item is None:
            return Profile(actor)
        version = int(item["version"]["N"])
        if "expires_at" in item and int(item["expires_at"]["N"]) <= self._now().timestamp():
            # DynamoDB may take days to remove it; a write still meets its version.
            return Profile(actor, version)
        return from_json(actor, version, item["profile"]["S"])

    def commit(
        self, profile: Profile, event_ids: Collection[str], session: Profile | None = None
    ) -> None:
        """Write in one transaction, which takes at most 98 events; without any, a plain put."""
        puts = [self._profile_put(each) for each in (profile, session) if each is not None]
        markers = [self._marker_put(event_id) for event_id in event_ids]
        try:
            if len(puts) == 1 and not markers:
                self._client.put_item(**puts[0])
            else:
                writes = [{"Put": put} for put in (*markers, *puts)]
                self._client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            raise _refusal(error, list(event_ids)) from error
        except BotoCoreError as error:
            raise translated(error, "writing a profile") from error

    def erase(self, actor: Actor) -> None:
        """Delete the item; markers stay until they expire and hold an event's id alone."""
        try:
            self._client.delete_item(TableName=self._table, Key=_key(actor))
        except (BotoCoreError, ClientError) as error:
            raise translated(error, "erasing a profile") from error

    def _profile_put(self, profile: Profile) -> dict[str, Any]:
        now = self._now()
        # Milliseconds, so that no version comes twice: a writer that read before an erasure
        # must not find its version again and bring the erased profile back.
        version = max(profile.version + 1, int(now.timestamp() * 1000))
        item = {
            **_key(profile.actor),
            "version": {"N": str(version)},
            "profile": {"S": to_json(profile)},
        }
        if profile.actor.kind == "session":
            item["expires_at"] = {"N": str(session_expiry(now))}
        put = {"TableName": self._table, "Item": item}
        if profile.version == 0:
            return put | {"ConditionExpression": "attribute_not_exists(pk)"}
        return put | {
            "ConditionExpression": "version = :read",
            "ExpressionAttributeValues": {":read": {"N": str(profile.version)}},
        }

    def _marker_put(self, event_id: str) -> dict[str, Any]:
        expires_at = int((self._now() + MARKER_LIFE).timestamp())
        return {
            "TableName": self._table,
            "Item": {"pk": {"S": f"event#{event_id}"}, "expires_at": {"N": str(expires_at)}},
            "ConditionExpression": "attribute_not_exists(pk)",
        }


def _key(actor: Actor) -> dict[str, Any]:
    return {"pk": {"S": f"{actor.kind}#{actor.id}"}}


def _refusal(error: ClientError, event_ids: list[str]) -> ConciergeError:
    """Say why a write was refused; the reasons of a transaction are in the order of its writes."""
    reasons = [
        reason.get("Code", "None") for reason in error.response.get("CancellationReasons", ())
    ]
    duplicates = [
        event_id
        for event_id, reason in zip(event_ids, reasons, strict=False)
        if reason == "ConditionalCheckFailed"
    ]
    if duplicates:
        return DuplicateEvents(duplicates)
    codes = {error.response["Error"]["Code"], *reasons}
    if codes & CONTENTION_CODES:
        return ProfileChanged("a profile was written since it was read")
    if codes & (THROTTLING_CODES | {"ThrottlingError", "ProvisionedThroughputExceeded"}):
        return Throttled("writing a profile: DynamoDB asked to slow down")
    return translated(error, "writing a profile")
