"""What every store of feedback does, in memory and in DynamoDB alike."""

import pytest

from concierge.adapters.feedback_dynamodb import FEEDBACK_LIFE, DynamoFeedback
from concierge.answering.feedback import Feedback
from tests.contract.tables import create_table
from tests.fakes.conversations import InMemoryFeedback

AT = 1_700_000_000.0


@pytest.fixture(params=["memory", "dynamodb"])
def feedback(request):
    if request.param == "memory":
        return InMemoryFeedback()
    client = request.getfixturevalue("aws")("dynamodb")
    return DynamoFeedback(client, create_table(client, "FeedbackTable"))


def test_feedback_is_kept_under_its_answer(feedback):
    said = Feedback("c.1", AT, helpful=False, correction="It is 14 days. 是14天。")
    assert feedback.put(said) == said
    assert feedback.of(["c.1", "c.2"]) == {"c.1": said}


def test_a_second_one_replaces_what_it_says_and_leaves_the_rest(feedback):
    feedback.put(Feedback("c.1", AT, helpful=False, correction="It is 14 days."))
    both = feedback.put(Feedback("c.1", AT + 1, helpful=True, resolved=True))
    assert both == Feedback("c.1", AT + 1, helpful=True, resolved=True, correction="It is 14 days.")
    assert feedback.of(["c.1"]) == {"c.1": both}


def test_feedback_on_many_answers_is_found(feedback):
    ids = [f"c.{number}" for number in range(230)]
    for answer_id in ids:
        feedback.put(Feedback(answer_id, AT, helpful=True))
    assert sorted(feedback.of([*ids, *ids])) == sorted(ids)
    assert feedback.of([]) == {}


def test_feedback_expires(aws):
    client = aws("dynamodb")
    table = create_table(client, "FeedbackTable")
    DynamoFeedback(client, table).put(Feedback("c.1", AT, helpful=False))
    item = client.get_item(TableName=table, Key={"pk": {"S": "c.1"}})["Item"]
    assert int(item["expires_at"]["N"]) == AT + FEEDBACK_LIFE.total_seconds()
