"""Open questions become drafts, which keep their identity from run to run."""

from dataclasses import replace

import pytest

from concierge.improving.improver import Improver
from concierge.improving.outcomes import Outcomes
from tests.builders import NOW, make_entry, make_open_question
from tests.fakes.conversations import InMemoryQuestions
from tests.fakes.drafts import InMemoryDrafts
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.snapshots import InForce, knowledge_of

ENTRIES = [
    make_entry(),
    make_entry(entry_id="gift", question="Do you sell gift cards?", variants=(), answer="Yes."),
    make_entry(entry_id="zh", question="多久发货？", variants=(), answer="一天。", language="zh"),
]
WRAP = (
    "Is wrapping paper free?",
    "Is paper wrapping free?",
    "Is wrapping paper always free?",
)


class NoAnswers:
    def count(self):
        return Outcomes(assumed=2)


class Job:
    def __init__(self, knowledge, encoder):
        self.questions = InMemoryQuestions()
        self.drafts = InMemoryDrafts()
        self.now = NOW.timestamp()
        parts = (InForce(knowledge), EncodersOf(encoder), NoAnswers(), lambda: self.now)
        self.improver = Improver(self.questions, self.drafts, *parts)

    def ask(self, *texts, conversation="", **more):
        for text in texts:
            number = len(self.questions.kept)
            answer_id = f"{conversation or f'c{number}'}.{number}"
            values = {"answer_id": answer_id, "at": self.now, "question": text} | more
            self.questions.put(make_open_question(**values))

    def run(self):
        self.done = self.improver.improve()
        return list(self.drafts.all())

    def decide(self, **changes):
        (draft,) = self.drafts.all()
        self.now += 60
        self.drafts.put(replace(draft, updated_at=self.now, **changes))


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    encoder = WordEncoder(languages=("en", "zh"))
    return knowledge_of(tmp_path_factory.mktemp("knowledge"), ENTRIES, encoder)


@pytest.fixture
def job(knowledge):
    return Job(knowledge, WordEncoder(languages=("en", "zh")))


def test_questions_that_ask_the_same_make_a_draft(job):
    job.ask(*WRAP, reason="unanswered")
    job.ask("Where is Mongolia?")
    (draft,) = job.run()
    assert (draft.status, draft.size, draft.language) == ("open", 3, "en")
    assert set(draft.examples) == set(WRAP)
    assert draft.question in WRAP
    assert draft.reasons == {"unanswered": 3}
    assert (draft.suggestion.kind, draft.suggestion.answer) == ("entry", "")
    assert (job.done.new, job.done.waiting, job.done.outcomes.assumed) == (1, 1, 2)


def test_two_customers_are_no_reason_for_a_draft(job):
    job.ask(*WRAP[:2])
    assert job.run() == []


def test_a_customer_who_asks_again_and_again_counts_once(job):
    job.ask(*WRAP, *WRAP, conversation="same")
    assert job.run() == []


def test_a_second_run_changes_nothing(job):
    job.ask(*WRAP)
    before = job.run()
    assert job.run() == before
    assert (job.done.new, job.done.grown) == (0, 0)


def test_a_draft_grows_and_keeps_its_name(job):
    job.ask(*WRAP)
    (before,) = job.run()
    job.ask("Is wrapping paper really free?")
    (after,) = job.run()
    assert (after.draft_id, after.size) == (before.draft_id, 4)
    assert "Is wrapping paper really free?" in after.examples


def test_a_draft_outlives_its_questions(job):
    job.ask(*WRAP)
    job.run()
    job.questions.kept.clear()
    job.now += 1
    job.ask("Is wrapping paper free, please?", conversation="late")
    (draft,) = job.run()
    assert draft.size == 4
    assert set(WRAP) < set(draft.examples)


def test_what_was_rejected_stays_away(job):
    job.ask(*WRAP)
    job.run()
    job.decide(status="rejected")
    job.ask(*WRAP)
    (draft,) = job.run()
    assert draft.status == "rejected"
    assert (job.done.new, job.done.grown) == (0, 0)


def test_what_is_still_asked_after_its_answer_came_out_is_a_new_draft(job):
    job.ask(*WRAP)
    job.run()
    job.decide(status="published")
    job.now += 60
    job.ask(*WRAP)
    assert sorted(draft.status for draft in job.run()) == ["open", "published"]


def test_questions_near_an_entry_are_suggested_as_its_wordings(job):
    job.ask("Do you sell gift vouchers?", "You sell gift vouchers?", "Do you sell gift vouchers")
    (draft,) = job.run()
    assert (draft.suggestion.kind, draft.suggestion.entry_id) == ("variant", "gift")


def test_the_entry_whose_answer_was_disliked_is_not_suggested(job):
    asked = ("Do you sell gift vouchers?", "You sell gift vouchers?", "Do you sell gift vouchers")
    job.ask(*asked, entry_id="gift", reason="disliked")
    (draft,) = job.run()
    assert draft.suggestion.kind == "entry"


def test_a_correction_is_the_suggested_answer(job):
    job.ask(*WRAP[:2])
    job.ask(WRAP[2], reason="corrected", correction="Wrapping costs two euro.")
    (draft,) = job.run()
    assert draft.suggestion.answer == "Wrapping costs two euro."


def test_a_correction_that_comes_after_the_draft_reaches_it(job):
    job.ask(*WRAP)
    job.run()
    asked = next(iter(job.questions.kept.values()))
    job.questions.put(replace(asked, reason="corrected", correction="It costs two euro."))
    (draft,) = job.run()
    assert (draft.size, draft.suggestion.answer) == (3, "It costs two euro.")
    assert draft.reasons == {"disliked": 2, "corrected": 1}


def test_a_correction_that_an_entry_says_already_points_at_it(job):
    job.ask(*WRAP, reason="corrected", correction="How long does delivery take?")
    (draft,) = job.run()
    assert (draft.suggestion.kind, draft.suggestion.entry_id) == ("variant", "delivery-time")


def test_languages_join_where_the_encoder_reads_both(knowledge):
    words = {"包": "wrapping", "装": "paper", "包装": "free"}
    job = Job(knowledge, WordEncoder(words, ("en", "zh")))
    job.ask(*WRAP[:2])
    job.ask("包装", language="zh")
    (draft,) = job.run()
    assert draft.languages == {"en": 2, "zh": 1}
    assert "包装" in draft.examples


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_an_encoder_words_decide(knowledge, language):
    job = Job(knowledge, None)
    job.ask("how long delivery take", "how long delivery takes", "delivery take how long")
    job.ask("能包装礼物吗", "能包装礼物吗", "能不能包装礼物吗", language="zh")
    by_language = {draft.language: draft for draft in job.run()}
    assert by_language[language].size == 3
    assert by_language["en"].suggestion.entry_id == "delivery-time"


def test_without_knowledge_a_new_entry_is_suggested():
    job = Job(None, WordEncoder())
    job.ask(*WRAP)
    (draft,) = job.run()
    assert draft.suggestion.kind == "entry"


def test_a_draft_that_is_decided_on_at_this_moment_is_left_as_it_is(job):
    job.ask(*WRAP)
    job.run()
    job.ask("Is wrapping paper really free?")
    stale = list(job.drafts.all())
    job.drafts.put(replace(stale[0], status="accepted"))
    job.drafts.all = lambda: iter(stale)
    job.improver.improve()
    assert job.drafts.kept[stale[0].draft_id].status == "accepted"


def test_a_draft_is_known_again_without_encoding_its_examples(knowledge):
    encoder = WordEncoder(languages=("en", "zh"))
    job = Job(knowledge, encoder)
    job.ask(*WRAP)
    job.run()
    encoder.encoded.clear()
    job.ask("Where is Mongolia?")
    job.run()
    assert encoder.encoded == ["Where is Mongolia?"]


def test_a_draft_of_another_model_is_known_by_its_examples(job):
    job.ask(*WRAP)
    job.run()
    job.decide(model="another", middle=(1.0,))
    job.ask("Is wrapping paper really free?")
    (draft,) = job.run()
    assert draft.size == 4


def test_what_is_asked_after_a_publication_joins_the_draft_made_since(job):
    job.ask(*WRAP)
    job.run()
    job.decide(status="published")
    job.now += 60
    job.ask(*WRAP)
    job.run()
    job.ask(*WRAP)
    drafts = {draft.status: draft for draft in job.run()}
    assert (len(job.drafts.kept), drafts["open"].size) == (2, 6)


def test_no_question_is_logged(job, capsys, caplog):
    job.ask(*WRAP, reason="corrected", correction="Wrapping costs two euro.")
    job.run()
    logged = capsys.readouterr()
    assert "drafts made" in caplog.text
    for text in (caplog.text, *map(str, (record.__dict__ for record in caplog.records)), *logged):
        assert "wrapping" not in text.lower()
