"""What the encoder's benchmark says follows from its figures."""

import pytest
from tokenizers import Tokenizer

from benchmarks.bench_encoder import FLOAT, LENGTHS, TORCH, Sentences, operations, table, verdicts
from model_export.reading.sources import DEFAULT_PACKAGE, package_folder


def medians(ours=1.0, torch=7.0, plain=3.0, other=1.5):
    row = {"ours": ours, FLOAT: plain, TORCH: torch, "another": other}
    return {(tokens, batch): dict(row) for tokens in LENGTHS for batch in (1, 32)}


def test_goals_that_are_reached_are_told():
    short, plain, never = verdicts(medians())
    assert short == "short queries: 7.0 times torch (at least 6: yes)"
    assert plain == "short queries: 3.0 times fp32 ONNX (at least 2: yes)"
    assert never.startswith("never slower than the fastest other: yes")


def test_goal_that_is_missed_names_where_and_by_whom():
    found = medians()
    found[64, 32]["another"] = 0.8
    found[8, 1][TORCH] = 5.0
    short, _, never = verdicts(found)
    assert "5.0 times torch (at least 6: NO)" in short
    assert never == (
        "never slower than the fastest other: NO; nearest at 32×64 tokens, "
        "where another takes 0.80 times as long"
    )


def test_table_has_a_line_a_cell():
    assert len(table(medians())) == 1 + 2 * len(LENGTHS)


def test_operations_are_those_of_the_layers():
    # Six layers of 4 x 384 x 384 and 2 x 384 x 1536 weights: 10.6 million, two operations each.
    assert operations(1, 1) == pytest.approx(2 * 10_616_832, rel=1e-3)
    assert operations(8, 32) == pytest.approx(32 * operations(8, 1))


def test_sentences_have_the_length_that_is_asked_for_and_differ():
    folder = package_folder(DEFAULT_PACKAGE)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    texts = Sentences(tokenizer).make(16, 4)
    assert {len(tokenizer.encode(text).ids) for text in texts} == {16}
    assert len(set(texts)) == 4
