"""What every store of open questions does, in memory and in DynamoDB alike."""

import pytest

from concierge.adapters.questions_dynamodb import DynamoQuestions
from concierge.answering.open_questions import QUESTION_LIFE
from tests.builders import make_open_question
from tests.contract.tables import create_table
from tests.fakes.conversations import InMemoryQuestions

AT = 1_700_000_000.0


@pytest.fixture(params=["memory", "dynamodb"])
def stored(request):
    """Return a function that opens the store at a moment."""
    if request.param == "memory":
        store = InMemoryQuestions()

        def open_at(now):
            store.now = now
            return store

        return open_at
    client = request.getfixturevalue("aws")("dynamodb")
    table = create_table(client, "QuestionsTable")
    return lambda now: DynamoQuestions(client, table, clock=lambda: now)


def test_questions_are_read_as_they_were_kept(stored):
    questions = stored(AT)
    first = make_open_question(at=AT, question="能用花呗吗？🎧", language="zh", reason="unanswered")
    second = make_open_question(
        answer_id="d.1",
        at=AT + 0.25,
        reason="corrected",
        entry_id="pay",
        correction="Yes, you can.",
    )
    questions.put(first)
    questions.put(second)
    assert sorted(questions.all(), key=lambda each: each.at) == [first, second]


def test_a_second_question_of_an_answer_replaces_the_first(stored):
    questions = stored(AT)
    questions.put(make_open_question(at=AT, reason="corrected", correction="Yes."))
    questions.put(make_open_question(at=AT, reason="disliked"))
    assert [(each.reason, each.correction) for each in questions.all()] == [("disliked", "")]


def test_a_question_can_be_removed_twice(stored):
    questions = stored(AT)
    questions.put(make_open_question(at=AT))
    questions.remove("c.1")
    questions.remove("c.1")
    assert list(questions.all()) == []


def test_an_expired_question_is_not_read_before_dynamodb_deletes_it(stored):
    stored(AT).put(make_open_question(at=AT))
    assert list(stored(AT + QUESTION_LIFE.total_seconds() + 1).all()) == []


def test_all_pages_of_a_table_are_read(aws):
    client = aws("dynamodb")
    questions = DynamoQuestions(client, create_table(client, "QuestionsTable"), clock=lambda: AT)
    # DynamoDB ends a page after a megabyte.
    for number in range(30):
        questions.put(make_open_question(answer_id=f"c.{number}", at=AT, correction="长" * 20_000))
    assert len(list(questions.all())) == 30
