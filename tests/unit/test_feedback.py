"""Feedback: kept once for each answer, and an open question where one was bad."""

import pytest

from concierge.answering.conversation import Turn
from concierge.answering.feedback import FeedbackTaker
from concierge.answering.open_questions import MaskedQuestions
from concierge.errors import UnknownAnswer
from tests.builders import NOW
from tests.fakes.conversations import InMemoryConversations, InMemoryFeedback, InMemoryQuestions

ANSWERED = Turn("c.1", 10.0, "Can I pay with my mother's card?", "answer", 0.9, "pay")
HANDED_OVER = Turn("c.2", 20.0, "能用花呗吗？", "handoff", 0.1)


class Desk:
    def __init__(self, mask=str):
        self.conversations = InMemoryConversations()
        self.feedback = InMemoryFeedback()
        self.questions = InMemoryQuestions()
        kept = MaskedQuestions(self.questions, mask)
        self.taker = FeedbackTaker(self.conversations, self.feedback, kept, NOW.timestamp)
        for turn in (ANSWERED, HANDED_OVER):
            self.conversations.append("c", turn)

    def say(self, answer_id="c.1", helpful=None, resolved=None, correction=""):
        return self.taker.take(answer_id, helpful=helpful, resolved=resolved, correction=correction)

    def open(self):
        return {each.answer_id: each.reason for each in self.questions.kept.values()}


@pytest.fixture
def desk():
    return Desk()


def test_feedback_on_an_answer_is_kept(desk):
    desk.say(helpful=True)
    assert desk.feedback.kept["c.1"].helpful is True
    assert desk.open() == {}


@pytest.mark.parametrize("answer_id", ["never.1", "nonsense", "", "c.99"])
def test_feedback_on_an_answer_never_given_is_refused(desk, answer_id):
    with pytest.raises(UnknownAnswer):
        desk.say(answer_id, helpful=True)


@pytest.mark.parametrize("said", [{"helpful": False}, {"resolved": False}])
def test_a_disliked_answer_leaves_its_question_open(desk, said):
    desk.say(**said)
    (question,) = desk.questions.kept.values()
    assert (question.question, question.language) == (ANSWERED.question, "en")
    assert (question.reason, question.entry_id, question.at) == ("disliked", "pay", 10.0)


def test_saying_it_again_does_not_count_twice(desk):
    for _ in range(3):
        desk.say(helpful=False)
    assert desk.open() == {"c.1": "disliked"}


def test_a_correction_outlives_the_thumb_that_follows(desk):
    desk.say(correction="  Any card in your name.  ")
    desk.say(helpful=False)
    assert desk.open() == {"c.1": "corrected"}
    assert desk.questions.kept["c.1"].correction == "Any card in your name."


def test_a_customer_who_comes_to_like_an_answer_closes_its_question(desk):
    desk.say(helpful=False)
    desk.say(helpful=True)
    assert desk.open() == {}


def test_a_handoff_that_is_liked_is_still_unanswered(desk):
    desk.say("c.2", helpful=True)
    assert desk.open() == {"c.2": "unanswered"}
    assert desk.questions.kept["c.2"].language == "zh"


def test_question_and_correction_are_masked_before_they_are_kept():
    desk = Desk(mask=lambda text: text.replace("mother", "***").replace("Ada", "***"))
    desk.say(correction="Ask Ada.")
    (question,) = desk.questions.kept.values()
    assert (question.question, question.correction) == ("Can I pay with my ***'s card?", "Ask ***.")
