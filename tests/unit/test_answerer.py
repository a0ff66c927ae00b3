"""Answers: the stored one with its citation, or a handoff; and a conversation that is kept."""

import pytest

from concierge.answering.answerer import Answerer
from concierge.answering.asking import Question
from concierge.answering.notices import notice_of
from concierge.answering.open_questions import OpenQuestion
from concierge.errors import Unavailable, UnknownConversation
from concierge.shop.knowledge import Entry
from concierge.shop.passages import cut_markdown
from tests.builders import NOW, make_entry
from tests.fakes.conversations import InMemoryConversations, InMemoryQuestions
from tests.fakes.desk import desk_of
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.snapshots import InForce, knowledge_of

POLICY = """# Returns

Unused goods can be returned within thirty days of delivery.

## Refunds

The refund reaches the original payment method within five working days.
"""
ENTRIES = [
    make_entry(),
    make_entry(
        entry_id="gift",
        question="Do you sell gift cards?",
        variants=(),
        answer="Yes, from 10 euro.",
    ),
    make_entry(
        entry_id="fa-huo",
        question="多久发货？",
        variants=("什么时候发货",),
        answer="下单后24小时内发货。",
        language="zh",
    ),
    make_entry(
        entry_id="sale",
        question="When does the summer sale end?",
        variants=(),
        answer="In July.",
        valid_to="2026-08-01T00:00:00+00:00",
    ),
    *cut_markdown("returns.md", POLICY, "en"),
]


class Desk:
    def __init__(self, knowledge, encoder):
        self.conversations = InMemoryConversations()
        self.questions = InMemoryQuestions()
        self.answerer = Answerer(
            InForce(knowledge),
            EncodersOf(encoder),
            self.conversations,
            self.questions,
            desk_of(),
            NOW.timestamp,
        )

    def ask(self, text, **more):
        return self.answerer.answer(Question(text, **more))


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    return knowledge_of(tmp_path_factory.mktemp("knowledge"), ENTRIES, WordEncoder())


@pytest.fixture
def desk(knowledge):
    return Desk(knowledge, WordEncoder())


def test_a_known_question_gets_its_stored_answer_and_citation(desk):
    answer = desk.ask("How long does delivery take?")
    assert (answer.reply.action, answer.reply.text) == ("answer", "Two to four working days.")
    assert answer.reply.citations[0].entry.entry_id == "delivery-time"
    assert answer.reply.citations[0].source == "test.jsonl"
    assert answer.reply.confidence > 0.9


def test_a_variant_is_as_good_as_the_question(desk):
    assert (
        desk.ask("when will my parcel arrive").reply.citations[0].entry.entry_id == "delivery-time"
    )


def test_a_question_off_every_topic_is_handed_over(desk):
    answer = desk.ask("Who won the football match yesterday evening?")
    assert (answer.reply.action, answer.reply.text, answer.reply.citations) == (
        "handoff",
        answer.reply.text,
        (),
    )
    assert answer.reply.confidence < 0.5


def test_a_passage_is_cited_with_its_offsets(desk):
    citation = desk.ask(
        "refund reaches the original payment method within working days"
    ).reply.citations[0]
    assert POLICY[citation.entry.start : citation.entry.end] == citation.entry.answer
    assert citation.entry.answer.startswith("The refund reaches")


def test_chinese_is_answered_by_its_words_and_says_that_meaning_was_missing(desk):
    answer = desk.ask("什么时候发货？")
    assert (answer.reply.action, answer.reply.text, answer.language) == (
        "answer",
        "下单后24小时内发货。",
        "zh",
    )
    assert answer.degraded == ("semantic",)


# The words of the question about gift cards, as the Chinese for it is cut into tokens.
BOTH = {"礼": "gift", "品": "sell", "卡": "card", "礼品": "you", "品卡": "do"}


def bilingual(knowledge_of_both, languages=("en", "zh")):
    return Desk(knowledge_of_both, WordEncoder(BOTH, languages))


@pytest.fixture(scope="module")
def knowledge_in_both(tmp_path_factory):
    return knowledge_of(tmp_path_factory.mktemp("both"), ENTRIES, WordEncoder(BOTH, ("en", "zh")))


def test_an_entry_in_another_language_answers_where_none_in_the_own_does(knowledge_in_both):
    answer = bilingual(knowledge_in_both).ask("礼品卡")
    assert answer.reply.action == "answer"
    assert answer.reply.citations[0].entry.entry_id == "gift"
    assert (answer.language, answer.reply.answer_language) == ("zh", "en")


def test_an_entry_in_the_own_language_comes_first(knowledge_in_both):
    answer = bilingual(knowledge_in_both).ask("什么时候发货")
    assert answer.reply.citations[0].entry.entry_id == "fa-huo"
    assert answer.reply.answer_language == "zh"


def test_a_far_surer_entry_in_another_language_comes_before_a_related_one(tmp_path):
    related = make_entry(
        entry_id="wrap", question="礼品包装", variants=(), answer="有", language="zh"
    )
    encoder = WordEncoder(BOTH, ("en", "zh"))
    desk = Desk(knowledge_of(tmp_path, [*ENTRIES, related], encoder), encoder)
    answer = desk.ask("礼品卡")
    assert answer.reply.citations[0].entry.entry_id == "gift"
    assert desk.ask("礼品包装").reply.citations[0].entry.entry_id == "wrap"


def test_another_language_is_not_asked_where_the_encoder_does_not_know_it(knowledge_in_both):
    answer = bilingual(knowledge_in_both, languages=("zh",)).ask("礼品卡")
    assert (answer.reply.action, answer.reply.answer_language) == ("handoff", "")


def test_a_language_read_less_faithfully_needs_less_to_be_sure(knowledge_in_both):
    desk = bilingual(knowledge_in_both)
    before = desk.ask("礼品卡").reply.confidence
    desk.answerer._encoders.encoder.languages["zh"] = 0.7
    assert desk.ask("礼品卡").reply.confidence > before


def test_a_handoff_has_no_language_of_an_answer(knowledge_in_both):
    assert bilingual(knowledge_in_both).ask("昨晚的足球比赛谁赢了？").reply.answer_language == ""


@pytest.mark.parametrize(
    ("asked", "answered", "notice"),
    [
        ("zh", "en", "这个回答目前只有英文版。"),
        ("en", "zh", "This answer is only available in Chinese."),
        ("fr", "en", "This answer is only available in English."),
        ("en", "pl", "This answer is only available in pl."),
        ("zh", "zh", ""),
        ("zh", "", ""),
    ],
)
def test_a_customer_is_told_of_an_answer_in_another_language(asked, answered, notice):
    assert notice_of(asked, answered) == notice


def test_an_entry_out_of_force_is_not_used(desk):
    assert desk.ask("When does the summer sale end?").reply.action == "handoff"


def test_without_an_encoder_words_answer_and_it_is_said(knowledge):
    answer = Desk(knowledge, None).ask("How long does delivery take?")
    assert (answer.reply.action, answer.degraded) == ("answer", ("semantic",))


@pytest.mark.parametrize("text", ["?", "🎧", "x", "a" * 2000])
def test_what_cannot_be_understood_is_handed_over(desk, text):
    assert desk.ask(text).reply.action == "handoff"


def test_a_conversation_goes_on(desk):
    first = desk.ask("How long does delivery take?")
    second = desk.ask("Do you sell gift cards?", conversation_id=first.conversation_id)
    turns = desk.conversations.read(first.conversation_id).turns
    assert [turn.answer_id for turn in turns] == [first.answer_id, second.answer_id]
    assert [turn.entry_id for turn in turns] == ["delivery-time", "gift"]


def test_a_conversation_that_expired_is_said_to_be_unknown(desk):
    with pytest.raises(UnknownConversation):
        desk.ask("Do you sell gift cards?", conversation_id="expired")


def test_an_answer_is_given_while_the_database_is_away(desk):
    desk.conversations.failure = Unavailable("DynamoDB is away")
    answer = desk.ask("How long does delivery take?", conversation_id="c")
    assert answer.reply.action == "answer"
    assert answer.degraded == ("conversation",)


def test_a_question_that_found_no_answer_stays_open(desk):
    desk.ask("How long does delivery take?")
    answer = desk.ask("Who won the football match yesterday evening?")
    (question,) = desk.questions.kept.values()
    assert question == OpenQuestion(
        answer.answer_id,
        NOW.timestamp(),
        "Who won the football match yesterday evening?",
        "en",
        "unanswered",
    )


def test_a_handoff_is_told_while_open_questions_cannot_be_kept(desk):
    desk.questions.failure = Unavailable("DynamoDB is away")
    assert desk.ask("Who won the football match yesterday evening?").reply.action == "handoff"


def test_markdown_is_cut_at_headings_with_exact_offsets():
    text = "Intro.\n\n# A\n\none\n\n```\n# no heading\n```\n\n## B ##\r\ntwo\n\n# C\n"
    passages = list(cut_markdown("doc.md", text))
    assert [(passage.question, passage.answer) for passage in passages] == [
        ("doc.md", "Intro."),
        ("A", "one\n\n```\n# no heading\n```"),
        ("A > B", "two"),
    ]
    assert all(text[p.start : p.end] == p.answer for p in passages)


def test_a_long_paragraph_is_cut_after_its_sentences():
    passages = list(cut_markdown("doc.md", "This sentence stands here. " * 200))
    assert all(
        len(passage.answer) <= 900 and passage.answer.endswith("here.") for passage in passages
    )
    assert sum(passage.answer.count("sentence") for passage in passages) == 200


def test_an_entry_survives_its_own_record():
    entry = make_entry(tags=("delivery",), url="https://shop.example/delivery")
    assert Entry.from_record(entry.to_record()) == entry
