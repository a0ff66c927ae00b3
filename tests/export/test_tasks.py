"""Tasks are read with their mistakes named, and scored by measures whose values are known."""

import json

import numpy as np
import pytest

from model_export.errors import UnusableTaskFile
from model_export.judging.judgement import TaskScore
from model_export.judging.metrics import ndcg, nearest_label_accuracy, spearman
from model_export.judging.probes import built_in_tasks
from model_export.judging.task_files import Task, read_task
from model_export.judging.tasks import quality_drop, score, score_all


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def pairs(count=12):
    return [{"query": f"question {n}", "passage": f"answer {n}"} for n in range(count)]


def by_number(texts, kind):
    """Encode a text as the direction that its number stands for."""
    vectors = np.zeros((len(texts), 20), np.float32)
    for row, text in enumerate(texts):
        vectors[row, int(text.split()[-1])] = 1
    return vectors


@pytest.mark.parametrize(
    ("place", "value"), [(0, 1.0), (1, 1 / np.log2(3)), (9, 1 / np.log2(11)), (10, 0.0)]
)
def test_ndcg_of_one_right_passage_is_its_discount(place, value):
    scores = -np.arange(12, dtype=np.float32)[None]
    assert ndcg(scores, np.arange(12)[None] == place) == pytest.approx(value)


def test_ndcg_of_two_right_passages_at_the_top_is_one():
    scores = -np.arange(12, dtype=np.float32)[None]
    assert ndcg(scores, np.arange(12)[None] < 2) == pytest.approx(1)


@pytest.mark.parametrize(
    ("other", "value"), [([1, 2, 3, 4], 1), ([9, 7, 5, 0], -1), ([1, 1, 2, 2], 0.894427)]
)
def test_spearman_of_orders_whose_value_is_known(other, value):
    assert spearman([10, 20, 30, 40], other) == pytest.approx(value, abs=1e-6)


def test_nearest_label_leaves_the_text_itself_out():
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    assert nearest_label_accuracy(vectors, ["a", "a", "b", "b"]) == 1
    assert nearest_label_accuracy(vectors, ["a", "b", "a", "b"]) == 0


def test_encoder_that_knows_every_answer_scores_one(tmp_path):
    assert score(read_task(write(tmp_path / "t.jsonl", pairs())), by_number) == pytest.approx(1)


def test_query_may_have_several_right_passages(tmp_path):
    rows = [*pairs(), {"query": "question 0", "passage": "answer 1"}]
    task = read_task(write(tmp_path / "t.jsonl", rows))
    # The second right passage is as far away as all the others, and comes before them.
    assert score(task, by_number) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "rows", "language"),
    [
        ("shop.zh.jsonl", pairs(), "zh"),
        ("shop.jsonl", pairs(), "en"),
        (
            "shop.jsonl",
            [{"text": f"退货{n}", "label": "a" if n % 2 else "b"} for n in range(12)],
            "zh",
        ),
    ],
)
def test_language_is_in_the_name_or_the_texts(tmp_path, name, rows, language):
    assert read_task(write(tmp_path / name, rows)).language == language


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (pairs(9), "t.jsonl has 9 rows; give at least 10"),
        ([{"question": "x"}] * 12, "line 1: rows need the fields query, passage or"),
        ([*pairs(), {"query": "x"}], "line 13: passage: must be a text"),
        ([*pairs(), {"query": " ", "passage": "x"}], "line 13: query: must be a text"),
        ([{"query": f"{n}", "passage": "one"} for n in range(12)], "all rows have one passage"),
        ([{"first": "a", "second": "b", "score": 1}] * 12, "all rows have one score"),
        ([{"first": "a", "second": "b", "score": "5"}] * 12, "score: must be a number, not '5'"),
        ([{"text": f"{n}", "label": str(n)} for n in range(12)], "label '0' has one row only"),
        ([{"text": f"{n}", "label": "a"} for n in range(12)], "all rows have one label"),
    ],
)
def test_mistake_in_a_task_file_is_named(tmp_path, rows, message):
    with pytest.raises(UnusableTaskFile, match=message):
        read_task(write(tmp_path / "t.jsonl", rows))


def test_line_that_is_not_json_is_named(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"query": "x", "passage": "y"}\n{"query"\n')
    with pytest.raises(UnusableTaskFile, match=r"t\.jsonl, line 2 is not JSON"):
        read_task(tmp_path / "t.jsonl")


def test_file_that_is_not_utf8_or_not_there_is_named(tmp_path):
    (tmp_path / "t.jsonl").write_bytes("退货".encode("gbk"))
    with pytest.raises(UnusableTaskFile, match=r"t\.jsonl is not UTF-8"):
        read_task(tmp_path / "t.jsonl")
    with pytest.raises(UnusableTaskFile, match="cannot be read"):
        read_task(tmp_path / "none.jsonl")


def test_built_in_tasks_are_of_every_kind_in_both_languages():
    tasks = built_in_tasks()
    for language in ("en", "zh"):
        kinds = {task.kind for task in tasks if task.language == language}
        assert kinds == {"retrieval", "similarity", "classification"}
    assert len({task.name for task in tasks}) == len(tasks)


def test_only_languages_that_the_model_knows_count():
    rows = tuple(pairs())
    tasks = [Task(f"t.{language}", "retrieval", language, rows) for language in ("en", "zh")]
    scores = score_all(tasks, by_number, {"t.en": 0.5}, {"en"})
    assert [(one.gated, one.original) for one in scores] == [(True, 0.5), (False, 1.0)]


def test_quality_drop_is_that_of_the_mean():
    def scored(value, original, *, gated=True):
        return TaskScore("t", "en", "accuracy", value, original, gated)

    assert quality_drop([scored(0.9, 1.0), scored(0.5, 0.6)]) == pytest.approx(0.125)
    assert quality_drop([scored(0.9, 0.8)]) == pytest.approx(-0.125)
    assert quality_drop([scored(0.1, 0.9, gated=False)]) is None
    assert quality_drop([scored(0.1, 0.0)]) is None
