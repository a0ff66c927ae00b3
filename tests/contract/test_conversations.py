"""What every store of conversations does, in memory and in DynamoDB alike."""

import pytest

from concierge.adapters.conversations_dynamodb import DynamoConversations
from concierge.answering.conversation import CONVERSATION_LIFE, MOST_TURNS, Conversation, Turn
from concierge.errors import InvalidRecord, UnknownConversation
from tests.contract.tables import create_table
from tests.fakes.conversations import InMemoryConversations


@pytest.fixture(params=["memory", "dynamodb"])
def conversations(request):
    if request.param == "memory":
        return InMemoryConversations()
    client = request.getfixturevalue("aws")("dynamodb")
    return DynamoConversations(
        client, create_table(client, "ConversationsTable"), clock=lambda: 1_700_000_000.0
    )


def make_turn(number=1, **overrides):
    values = {
        "answer_id": f"c.{number}",
        "at": 1_700_000_000.0,
        "question": "退货要多久？🎧",
        "action": "answer",
        "confidence": 0.9,
        "entry_id": "returns",
    }
    return Turn(**(values | overrides))


def test_turns_are_kept_in_order(conversations):
    first, second = make_turn(1), make_turn(2, action="handoff", entry_id="")
    conversations.append("c", first)
    conversations.append("c", second)
    assert conversations.read("c") == Conversation("c", (first, second))


def test_all_that_a_turn_holds_is_kept(conversations):
    turn = make_turn(
        action="clarify",
        answer="Which of these do you mean?",
        language="en",
        standalone="Where is my order?",
        choices=("returns", "refunds"),
        flow={"flow": "order_status", "slots": {"order_number": "AB-1"}},
    )
    conversations.append("c", turn)
    assert conversations.read("c").last == turn


def test_a_conversation_belongs_to_who_began_it(conversations):
    conversations.append("c", make_turn(1), "customer:anna")
    conversations.append("c", make_turn(2), "customer:bert")
    assert conversations.read("c").owner == "customer:anna"


def test_an_erased_conversation_is_unknown(conversations):
    conversations.append("c", make_turn())
    for _ in range(2):
        conversations.erase("c")
    with pytest.raises(UnknownConversation):
        conversations.read("c")


def test_a_conversation_that_never_was_is_unknown(conversations):
    with pytest.raises(UnknownConversation, match="begin a new one"):
        conversations.read("c")


def test_a_conversation_does_not_grow_for_ever(conversations):
    for number in range(MOST_TURNS):
        conversations.append("c", make_turn(number))
    with pytest.raises(InvalidRecord, match="begin a new conversation"):
        conversations.append("c", make_turn(99))


def test_a_conversation_expires_after_its_last_turn(aws):
    client = aws("dynamodb")
    table = create_table(client, "ConversationsTable")
    conversations = DynamoConversations(client, table, clock=lambda: 1_700_000_000.0)
    conversations.append("c", make_turn())
    item = client.get_item(TableName=table, Key={"pk": {"S": "c"}})["Item"]
    assert int(item["expires_at"]["N"]) == 1_700_000_000 + CONVERSATION_LIFE.total_seconds()


def test_an_expired_conversation_is_unknown_before_dynamodb_deletes_it(aws):
    client = aws("dynamodb")
    table = create_table(client, "ConversationsTable")
    DynamoConversations(client, table).append("c", make_turn())
    later = 1_700_000_000.0 + CONVERSATION_LIFE.total_seconds() + 1
    with pytest.raises(UnknownConversation):
        DynamoConversations(client, table, clock=lambda: later).read("c")
