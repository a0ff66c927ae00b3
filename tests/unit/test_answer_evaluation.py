"""Figures of answers against values worked out by hand, and files that cannot be used."""

import json

import numpy as np
import pytest

from benchmarks.answer_quality import Asked, Quality, Told, ask, coverage, fpr95, table
from benchmarks.answer_rivals import Wording, bm25, logistic_probe, nearest_neighbour
from benchmarks.evaluate_answer import main, read_questions
from benchmarks.shop_files import WrongFile, read_knowledge
from tests.builders import make_entry
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import knowledge_of


def told(first, confidence, in_scope=None, shown=None, known=None):
    first = np.array(first, np.bool_)
    return Told(
        np.ones(len(first), np.bool_) if in_scope is None else np.array(in_scope, np.bool_),
        first,
        first if shown is None else np.array(shown, np.bool_),
        np.array(confidence, np.float64),
        np.array(confidence if known is None else known, np.float64),
    )


def test_coverage_is_the_most_that_can_be_answered_at_a_precision():
    answers = told([True, True, False, True, False], [0.9, 0.8, 0.7, 0.6, 0.5])
    assert coverage(answers, 1.0) == pytest.approx(2 / 5)
    assert coverage(answers, 0.75) == pytest.approx(4 / 5)
    assert coverage(answers, 0.6) == 1


def test_questions_of_one_confidence_are_answered_together_or_not_at_all():
    assert coverage(told([True, False], [0.5, 0.5]), 1.0) == 0
    assert coverage(told([True, False], [0.5, 0.5]), 0.5) == 1


def test_strange_questions_pass_where_nineteen_in_twenty_known_ones_do():
    known, strange = np.linspace(0, 1, 101), np.array([0.01, 0.04, 0.06, 0.5])
    assert fpr95(known, strange) == pytest.approx(0.5)


def test_figures_by_hand():
    answers = told(
        [True, False, False],
        [0.95, 0.55, 0.05],
        in_scope=[True, True, False],
        shown=[True, True, False],
        known=[0.9, 0.8, 0.1],
    )
    quality = Quality.of(answers)
    assert (quality.in_scope, quality.out_of_scope) == (2, 1)
    assert (quality.top1, quality.top3, quality.auroc, quality.fpr95) == (0.5, 1, 1, 0)
    assert quality.calibration_error == pytest.approx((0.05 + 0.55 + 0.05) / 3)
    assert "0.500" in table([("all", quality)])
    assert Quality.of(answers.of(np.array([True, True, False]))).auroc is None


QUESTIONS = [
    Asked("when will my parcel arrive", "delivery", "en"),
    Asked("a voucher please", "gift", "en"),
    Asked("xylophone zebra", None, "en"),
]


@pytest.fixture
def entries():
    return [
        make_entry(entry_id="delivery", question="parcel arrive", variants=(), answer="Soon."),
        make_entry(entry_id="gift", question="voucher", variants=(), answer="Yes."),
    ]


def test_every_way_finds_what_shares_all_its_words(tmp_path, entries):
    encoder = WordEncoder()
    wordings = [Wording(entry.question, entry.entry_id) for entry in entries]
    knowledge = knowledge_of(tmp_path / "k", entries, encoder)
    for answers in (
        ask(knowledge, encoder, QUESTIONS),
        bm25(knowledge, QUESTIONS),
        nearest_neighbour(wordings, encoder, QUESTIONS),
        logistic_probe(wordings, encoder, QUESTIONS),
    ):
        assert answers.first.tolist() == [True, True, False]
        assert answers.in_scope.tolist() == [True, True, False]
        assert answers.confidence[2] < answers.confidence[:2].min()


def written(folder, *lines):
    path = folder / "questions.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2"),
        ("[1]", "line 2: not an object"),
        ('{"question": "why"}', "line 2: entry_id is missing"),
        ('{"question": " ", "entry_id": null}', "line 2: question must be a text"),
        ('{"question": "why", "entry_id": "gone"}', "line 2: entry_id 'gone' is not in"),
        ('{"question": "why", "entry_id": null, "language": 3}', "line 2: language must be"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(tmp_path, line, complaint):
    path = written(tmp_path, '{"question": "parcel", "entry_id": "delivery"}', line)
    with pytest.raises(WrongFile, match=complaint):
        list(read_questions(path, {"delivery"}))


def test_languages_are_told_where_they_are_not_stated(tmp_path):
    lines = (
        json.dumps({"question": "什么时候送到？", "entry_id": None}),
        "",
        json.dumps({"question": "when", "entry_id": None, "language": "de-AT"}),
    )
    assert [asked.language for asked in read_questions(written(tmp_path, *lines), set())] == [
        "zh",
        "de",
    ]


def test_an_empty_or_missing_file_is_refused(tmp_path):
    with pytest.raises(WrongFile, match="no question"):
        list(read_questions(written(tmp_path, ""), set()))
    with pytest.raises(WrongFile, match="No such file"):
        list(read_questions(tmp_path / "missing.jsonl", set()))


def test_a_folder_of_knowledge_is_read_whole(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        '{"entry_id": "one", "question": "What?", "answer": "That."}\n{"entry_id": "broken"}\n',
        encoding="utf-8",
    )
    (tmp_path / "b.md").write_text("# Returns\n\nWithin thirty days.\n", encoding="utf-8")
    found = {entry.entry_id: entry for entry in read_knowledge(tmp_path)}
    assert found["one"].answer == "That."
    assert any(entry.is_passage for entry in found.values())


def test_knowledge_that_cannot_be_used_ends_the_command_with_two(tmp_path, capsys):
    (tmp_path / "a.jsonl").write_text("{}\n", encoding="utf-8")
    questions = written(tmp_path, '{"question": "why", "entry_id": null}')
    arguments = ["--knowledge", str(tmp_path / "a.jsonl"), "--questions", str(questions)]
    assert main(arguments) == 2
    assert "no valid entry" in capsys.readouterr().err
