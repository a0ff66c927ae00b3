import pytest

from answer.app import make_handler
from concierge.answering.answerer import Answerer
from concierge.answering.feedback import FeedbackTaker
from tests.builders import NOW, make_entry
from tests.fakes.conversations import InMemoryConversations, InMemoryFeedback, InMemoryQuestions
from tests.fakes.desk import desk_of
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.snapshots import InForce, knowledge_of
from tests.handlers.calls import call


@pytest.fixture
def handler(tmp_path):
    encoder = WordEncoder()
    knowledge = InForce(knowledge_of(tmp_path, [make_entry()], encoder))
    conversations = InMemoryConversations()
    questions = InMemoryQuestions()
    answerer = Answerer(
        knowledge, EncodersOf(encoder), conversations, questions, desk_of(), NOW.timestamp
    )
    return make_handler(
        answerer, FeedbackTaker(conversations, InMemoryFeedback(), questions), conversations
    )


def test_an_answer_has_citation_confidence_and_conversation(handler):
    reply = call(handler, "answer", {"question": "How long does delivery take?"})
    assert reply.status == 200
    assert reply.body["action"] == "answer"
    assert reply.body["answer"] == "Two to four working days."
    assert reply.body["citations"][0]["source_id"] == "delivery-time"
    assert 0.9 < reply.body["confidence"] <= 1
    assert reply.body["conversation_id"]


def test_a_handoff_tells_staff_what_was_asked_and_the_customer_what_comes(handler):
    reply = call(handler, "answer", {"question": "Who painted the Mona Lisa?"})
    assert reply.body["action"] == "handoff"
    assert reply.body["citations"] == []
    assert "a person" in reply.body["answer"]
    handoff = reply.body["handoff"]
    assert (handoff["reason"], handoff["queue"], handoff["is_open"]) == (
        "not_sure",
        "default",
        True,
    )
    assert "Mona Lisa" in handoff["summary"]
    assert handoff["transcript_url"] == f"/v1/conversations/{reply.body['conversation_id']}"


def test_a_conversation_can_be_read_and_erased(handler):
    answer = call(handler, "answer", {"question": "How long does delivery take?"})
    path = f"/v1/conversations/{answer.body['conversation_id']}"
    transcript = call(handler, "transcript", path=path)
    assert transcript.status == 200
    (turn,) = transcript.body["turns"]
    assert turn["question"] == "How long does delivery take?"
    assert turn["source_id"] == "delivery-time"
    assert call(handler, "forget", path=path).status == 204
    assert call(handler, "transcript", path=path).status == 404


def test_what_guardrails_find_in_a_question_is_said(handler):
    reply = call(
        handler,
        "answer",
        {"question": "My e-mail is anna@shop.example, how long does delivery take?"},
    )
    (finding,) = reply.body["guardrails"]
    assert (finding["family"], finding["rule"], finding["start"]) == ("personal", "email", 13)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/question"),
        ({"question": ""}, "/question"),
        ({"question": "  \n "}, "/question"),
        ({"question": "why " * 25_000}, "/question"),
        ({"question": "Why?", "language": "english please"}, "/language"),
        ({"question": "Why?", "conversation_id": "x" * 300}, "/conversation_id"),
    ],
)
def test_a_bad_question_is_pointed_at(handler, body, pointer):
    reply = call(handler, "answer", body)
    assert reply.status == 422
    assert reply.body["errors"][0]["pointer"] == pointer


def test_an_expired_conversation_is_said(handler):
    reply = call(handler, "answer", {"question": "Why?", "conversation_id": "gone"})
    assert (reply.status, reply.body["code"]) == (404, "unknown_conversation")


def test_feedback_is_kept_for_an_answer_that_was_given(handler):
    answer = call(handler, "answer", {"question": "How long does delivery take?"})
    body = {"answer_id": answer.body["answer_id"], "helpful": True}
    assert call(handler, "feedback", body).status == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [({"answer_id": "never.1", "helpful": True}, 404), ({"answer_id": "never.1"}, 422), ({}, 422)],
)
def test_feedback_that_says_nothing_or_names_no_answer_is_refused(handler, body, status):
    assert call(handler, "feedback", body).status == status
