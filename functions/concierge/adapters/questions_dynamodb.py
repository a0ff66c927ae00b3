"""Open questions in DynamoDB: one item an answer, with its expiry."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.adapters.scanning import scanned
from concierge.answering.open_questions import QUESTION_LIFE, OpenQuestion


class DynamoQuestions:
    """Implements OpenQuestions and AskedQuestions."""

    def __init__(self, client: Any, table: str, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def put(self, question: OpenQuestion) -> None:
        """Keep a question under its answer."""
        fields = {name: value for name, value in asdict(question).items() if value}
        item: dict[str, Any] = {name: {"S": value} for name, value in fields.items()}
        item["at"] = {"N": str(question.at)}
        item["pk"] = item.pop("answer_id")
        item["expires_at"] = {"N": str(int(question.at + QUESTION_LIFE.total_seconds()))}
        try:
            self._client.put_item(TableName=self._table, Item=item)
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "keeping an open question") from error

    def remove(self, answer_id: str) -> None:
        """Forget a question."""
        try:
            self._client.delete_item(TableName=self._table, Key={"pk": {"S": answer_id}})
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "removing an open question") from error

    def all(self) -> Iterator[OpenQuestion]:
        """Yield every question that has not expired, in no order."""
        now = self._clock()
        for item in scanned(self._client, self._table, "reading open questions"):
            # DynamoDB deletes what expired within days, not at once.
            if int(item.pop("expires_at")["N"]) >= now:
                at = float(item.pop("at")["N"])
                answer_id = item.pop("pk")["S"]
                rest = {name: value["S"] for name, value in item.items()}
                yield OpenQuestion(answer_id=answer_id, at=at, **rest)
