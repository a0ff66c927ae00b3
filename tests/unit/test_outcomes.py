"""What customers confirmed is counted apart from what is merely assumed."""

from concierge.answering.conversation import Turn
from concierge.answering.feedback import Feedback
from concierge.improving.outcomes import ENDED_S, OutcomeCounting, Outcomes
from tests.fakes.conversations import InMemoryConversations, InMemoryFeedback

NOW = 1_700_000_000.0
LONG_AGO = NOW - ENDED_S - 1


def turn(answer_id, action="answer", at=LONG_AGO):
    return Turn(answer_id, at, "Do you wrap gifts?", action, 0.9, "wrap")


def counted(turns, *feedback):
    conversations, said = InMemoryConversations(), InMemoryFeedback()
    for each in turns:
        conversations.append(each.answer_id.partition(".")[0], each)
    for each in feedback:
        said.put(each)
    return OutcomeCounting(conversations, said, lambda: NOW).count()


def test_an_answer_without_complaint_is_assumed_and_never_confirmed():
    assert counted([turn("a.1")]) == Outcomes(assumed=1)


def test_nothing_is_assumed_while_the_conversation_goes_on():
    assert counted([turn("a.1"), turn("a.2", at=NOW - 5)]) == Outcomes(going_on=2)


def test_what_a_customer_says_is_confirmed_or_disputed():
    found = counted(
        [turn("a.1"), turn("b.1"), turn("c.1", at=NOW), turn("d.1"), turn("e.1")],
        Feedback("a.1", NOW, resolved=True),
        Feedback("b.1", NOW, helpful=True),
        Feedback("c.1", NOW, helpful=False),
        Feedback("d.1", NOW, correction="No."),
        Feedback("e.1", NOW, helpful=True, resolved=False),
    )
    assert found == Outcomes(confirmed=2, disputed=3)


def test_a_handoff_is_handed_over_whatever_was_said_of_it():
    found = counted(
        [turn("a.1", "handoff"), turn("b.1", "clarify")], Feedback("a.1", NOW, helpful=True)
    )
    assert found == Outcomes(handed_over=2)


def test_what_is_no_answer_is_not_counted():
    assert counted([turn("a.1", "small_talk")]) == Outcomes()
