"""The evidence that is published with a model: the table, the picture, the figures as data."""

import json
import math
import re
from dataclasses import replace

import pytest

from model_export.evidence.labels import APART, CLEAR, places
from model_export.evidence.picture import draw
from model_export.evidence.records import candidate_from_json, candidate_to_json
from model_export.evidence.report import ReportFacts, write_report
from model_export.judging.closeness import Closeness
from model_export.judging.gate import Gate
from model_export.judging.judgement import Candidate, Footprint, Judgement, TaskScore, Timing

GATE = Gate(0.99, 0.005)
FACTS = ReportFacts(
    model="tiny",
    made_of={"source": "folder tiny", "weights": "sha256 ab"},
    machine={"cpu": "Abacus", "cores": 2},
    gate=GATE,
    date="2026-11-24",
)


def make_candidate(recipe, ms=1.0, cosine=0.995, score=0.8, **more):
    tasks = (TaskScore("questions.en", "en", "nDCG@10", score, 0.8, gated=True),)
    timings = tuple(
        Timing(tokens, batch, threads, ms * tokens * batch / threads)
        for tokens in (8, 32, 128)
        for batch in (1, 32)
        for threads in (1, 2)
    )
    judgement = Judgement(
        Closeness(cosine, cosine - 0.01, 40), tasks, timings, Footprint(9, 30, 23)
    )
    return Candidate(recipe, f"the summary of {recipe}", judgement, **more)


@pytest.fixture
def candidates():
    return (
        make_candidate("float32", 4.0, 1.0, objection="only for comparison"),
        make_candidate("int8", 1.0, chosen=True),
        make_candidate("int4", 0.5, 0.9, 0.7, objection="mean cosine 0.9000 is below 0.99"),
        Candidate("int2", "cannot be made", None, "no such kernel"),
    )


def rows_of(text):
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    header = next(row for row in rows if row[0] == "recipe")
    return {row[0]: dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)}


def test_table_holds_the_figures_of_every_candidate(tmp_path, candidates):
    write_report(tmp_path, FACTS, {"x86_64": candidates})
    rows = rows_of((tmp_path / "report.md").read_text())
    assert rows["int8"]["1×32"] == "32.00"
    assert rows["int8"]["faster"] == "4.0×"
    assert rows["int8"]["tasks"] == "+0.00%"
    assert rows["int8"]["verdict"] == "**chosen**"
    assert rows["int4"]["tasks"] == "-12.50%"
    assert rows["int4"]["verdict"] == "mean cosine 0.9000 is below 0.99"
    assert rows["int2"]["faster"] == "–"
    assert rows["int2"]["verdict"] == "no such kernel"


def test_report_says_what_was_chosen_by_which_limits_and_where_it_was_measured(
    tmp_path, candidates
):
    write_report(tmp_path, FACTS, {"x86_64": candidates})
    text = (tmp_path / "report.md").read_text()
    assert "**int8** was chosen" in text
    assert "4.0 times as fast" in text
    assert "mean cosine at least 0.99, task quality down by at most 0.50%" in text
    assert "cpu Abacus, cores 2" in text
    assert "| questions.en | en | nDCG@10 | 0.8000 | 0.8000 | yes |" in text


def test_report_of_a_refusal_says_that_none_was_chosen(tmp_path, candidates):
    refused = [replace(c, chosen=False, objection="too far") for c in candidates]
    write_report(tmp_path, FACTS, {"x86_64": refused})
    assert "**None was chosen**" in (tmp_path / "report.md").read_text()


def test_every_file_that_is_written_is_named(tmp_path, candidates):
    names = write_report(tmp_path, FACTS, {"x86_64": candidates, "arm64": candidates})
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())
    assert {"latency.x86_64.svg", "latency.arm64.svg"} < set(names)


def test_candidates_come_back_from_the_data_as_they_were(tmp_path, candidates):
    write_report(tmp_path, FACTS, {"x86_64": candidates})
    stated = json.loads((tmp_path / "candidates.json").read_text())["x86_64"]
    assert tuple(candidate_from_json(one) for one in stated) == candidates
    assert [candidate_to_json(one) for one in candidates] == [
        candidate_to_json(candidate_from_json(one)) for one in stated
    ]


def test_picture_is_the_same_for_the_same_figures_and_names_all(tmp_path, candidates):
    for name in ("one.svg", "two.svg"):
        draw(tmp_path / name, candidates, GATE)
    text = (tmp_path / "one.svg").read_text()
    assert text == (tmp_path / "two.svg").read_text()
    assert re.findall(r">\d  ([^<]+)<", text) == ["int4", "int8 (chosen)", "float32"]
    assert "dc:date" not in text


@pytest.mark.parametrize("least", [-1.0, 0.0, 0.99, 1.0])
def test_picture_is_drawn_for_any_gate(tmp_path, candidates, least):
    for some in (candidates, candidates[:1], candidates[-1:]):
        draw(tmp_path / "picture.svg", some, Gate(least, 0.005))


def test_picture_without_figures_is_drawn_all_the_same(tmp_path, candidates):
    draw(tmp_path / "none.svg", [candidates[-1]], GATE)
    assert (tmp_path / "none.svg").stat().st_size > 0


@pytest.mark.parametrize("spread", [2.0, 6.0, 40.0])
def test_numbers_of_crowded_dots_lie_on_nothing(spread):
    dots = [(spread * math.sin(7 * n), spread * math.cos(3 * n)) for n in range(15)]
    numbers = places(dots)
    for place, number in enumerate(numbers):
        assert all(math.dist(number, other) >= APART for other in numbers[:place])
        assert all(math.dist(number, dot) >= CLEAR for dot in dots)


def test_number_of_a_dot_in_a_place_of_its_own_is_beside_it():
    ((x, y),) = places([(100.0, 100.0)])
    assert math.dist((x, y), (100.0, 100.0)) < APART
