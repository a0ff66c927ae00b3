"""A head goes from a labelled file into an exported model, and the model's vectors stay as they were."""

import argparse
import io
import json
import shutil

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from concierge.artifacts.manifest import describe_folder, read_manifest, verify_folder
from concierge.errors import BrokenArtifact
from concierge.language import heads
from concierge.language.encoder import graph_name, open_encoder
from concierge.language.heads import Head
from model_export.commands import head
from model_export.errors import UnusableFolder, UnusableHead
from model_export.heads import keeping, measures
from model_export.heads.labelled import read_labelled
from model_export.heads.training import train
from tests.export.tiny_model import VOCABULARY, write_tokenizer

WIDTH = 16
LANGUAGES = {
    "en": ["where is my order", "what is the price", "thank you", "this is the wrong size", "why"],
    "de": ["wo bleibt es", "zu klein", "danke schön", "kaputt, zurück", "größer bitte"],
    "zh": ["我的订单在哪里", "多少钱", "谢谢", "尺码不对", "为什么"],
}
ANSWERS = {
    "yes": ["yes", "sure", "okay", "yes please", "right"],
    "no": ["no", "never", "nope", "no thanks", "wrong"],
}
LETTERS_TO_UNIT_VECTORS = f"""<ir_version: 8, opset_import: ["" : 18]>
    embed (int64[batch, length] input_ids, int64[batch, length] attention_mask)
        => (float[batch, {WIDTH}] embedding)
    {{
        found = Gather(letters, input_ids)
        mask = Cast<to = 1>(attention_mask)
        last = Constant<value = int64[1] {{-1}}>()
        middle = Constant<value = int64[1] {{1}}>()
        column = Unsqueeze(mask, last)
        kept = Mul(found, column)
        sum = ReduceSum<keepdims = 0>(kept, middle)
        length_of = ReduceL2<keepdims = 1>(sum, last)
        embedding = Div(sum, length_of)
    }}"""


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """Return an exported model that adds up a direction for each letter."""
    folder = tmp_path_factory.mktemp("letters") / "model"
    folder.mkdir()
    graph = onnx.parser.parse_model(LETTERS_TO_UNIT_VECTORS)
    table = np.random.default_rng(3).standard_normal((len(VOCABULARY), WIDTH))
    graph.graph.initializer.append(numpy_helper.from_array(table.astype(np.float32), "letters"))
    onnx.save(graph, folder / graph_name())
    write_tokenizer(folder)
    (folder / "report.md").write_text("# How it was chosen\n")
    describe_folder(folder, "model", details={"dimensions": WIDTH, "max_tokens": 32})
    return folder


@pytest.fixture
def model(untouched, tmp_path):
    return shutil.copytree(untouched, tmp_path / "model")


def write_labelled(path, examples):
    rows = [{"text": t, "label": label} for label, texts in examples.items() for t in texts]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


@pytest.fixture
def languages(tmp_path):
    return write_labelled(tmp_path / "languages.jsonl", LANGUAGES)


@pytest.fixture
def answers(tmp_path):
    return write_labelled(tmp_path / "answers.jsonl", ANSWERS)


def run(*arguments, stream=None):
    parser = argparse.ArgumentParser()
    head.add_arguments(parser)
    return head.run(parser.parse_args([str(word) for word in arguments]), stream or io.StringIO())


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_labels_come_with_the_vector_from_one_pass(model, languages):
    assert run("language", "--labelled", languages, "--model", model) == 0
    reading = open_encoder(model).read(["where is my order", "谢谢"])
    assert [guess.label for guess in reading.best("language")] == ["en", "zh"]
    np.testing.assert_allclose(reading.probabilities["language"].sum(axis=1), 1, rtol=1e-6)


def test_manifest_states_what_the_head_was_made_of_and_how_good_it_is(model, languages):
    run("language", "--labelled", languages, "--model", model)
    described = verify_folder(model).details["heads"]["language"]
    assert described["labels"] == ["de", "en", "zh"]
    assert described["examples"] == 15
    assert len(described["labelled_sha256"]) == 64
    assert 0 <= described["calibration_error"] <= 1
    assert {"accuracy", "macro_f1", "log_loss", "f1"} <= described.keys()


def test_figures_are_printed(model, languages, capsys):
    run("language", "--labelled", languages, "--model", model)
    printed = capsys.readouterr().out
    assert "language: 15 texts, 3 labels" in printed
    assert "calibration error" in printed
    assert "weakest by F1: " in printed
    assert f"holds {read_manifest(model).id} with language" in printed


def test_the_model_is_another_and_its_vectors_are_the_same(model, untouched, languages):
    run("language", "--labelled", languages, "--model", model)
    before, after = open_encoder(untouched), open_encoder(model)
    assert after.model.id != before.model.id
    assert after.model == before.model
    texts = LANGUAGES["en"]
    np.testing.assert_array_equal(after.encode(texts), before.encode(texts))


def test_every_other_file_is_kept(model, untouched, languages):
    run("language", "--labelled", languages, "--model", model)
    before, after = contents(untouched), contents(model)
    assert after.keys() - before.keys() == {heads.FILE_NAME}
    assert {name for name in before if before[name] != after[name]} == {"manifest.json"}


def test_a_second_head_stands_beside_the_first(model, languages, answers):
    run("language", "--labelled", languages, "--model", model)
    first = open_encoder(model).heads["language"]
    run("answer", "--labelled", answers, "--model", model)
    both = open_encoder(model).heads
    assert set(both) == {"language", "answer"}
    np.testing.assert_array_equal(both["language"].weights, first.weights)


def test_a_head_of_the_same_name_is_replaced(model, languages, answers):
    run("mood", "--labelled", languages, "--model", model)
    run("mood", "--labelled", answers, "--model", model)
    assert open_encoder(model).heads["mood"].labels == ("no", "yes")


def test_removing_the_last_head_leaves_the_model_as_it_was(model, untouched, languages, answers):
    run("language", "--labelled", languages, "--model", model)
    run("answer", "--labelled", answers, "--model", model)
    run("language", "--remove", "--model", model)
    assert set(open_encoder(model).heads) == {"answer"}
    run("answer", "--remove", "--model", model)
    after, before = read_manifest(model), read_manifest(untouched)
    assert (after.files, after.details) == (before.files, before.details)
    assert contents(model).keys() == contents(untouched).keys()


def test_a_head_that_is_not_there_cannot_be_removed(model, untouched):
    with pytest.raises(UnusableHead, match="no head 'mood'; it has none"):
        run("mood", "--remove", "--model", model)
    assert contents(model) == contents(untouched)


def test_the_same_file_again_changes_nothing(model, languages):
    run("language", "--labelled", languages, "--model", model)
    before = contents(model)
    run("language", "--labelled", languages, "--model", model)
    assert contents(model) == before


def test_another_folder_can_be_written(model, untouched, languages, tmp_path):
    run("language", "--labelled", languages, "--model", model, "--out", tmp_path / "out")
    assert contents(model) == contents(untouched)
    assert set(open_encoder(tmp_path / "out").heads) == {"language"}


def test_a_folder_with_something_else_is_not_replaced(model, languages, tmp_path):
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(UnusableFolder):
        run("language", "--labelled", languages, "--model", model, "--out", tmp_path)


def test_a_damaged_model_is_given_no_head(model, languages):
    (model / "tokenizer.json").write_text("{}")
    before = contents(model)
    with pytest.raises(BrokenArtifact, match=r"tokenizer\.json"):
        run("language", "--labelled", languages, "--model", model)
    assert contents(model) == before


@pytest.mark.parametrize("name", ["", "Intent", "in tent", "-x", "../x", "a.b", "a" * 41])
def test_a_name_that_arrays_cannot_have_is_refused(model, languages, name):
    with pytest.raises((UnusableHead, SystemExit)):
        run(name, "--labelled", languages, "--model", model)


@pytest.mark.parametrize("step", ["[1/3]", "[2/3]"])
def test_interrupted_run_leaves_the_model_as_it_was(model, untouched, languages, tmp_path, step):
    class StoppingTerminal(io.StringIO):
        def write(self, text):
            if text.startswith(step):
                raise KeyboardInterrupt
            return super().write(text)

    with pytest.raises(KeyboardInterrupt):
        run("language", "--labelled", languages, "--model", model, stream=StoppingTerminal())
    assert contents(model) == contents(untouched)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["languages.jsonl", "model"]


def test_interruption_in_the_midst_of_writing_leaves_the_model_as_it_was(
    model, untouched, tmp_path
):
    class StoppingArray:
        @property
        def dtype(self):
            raise KeyboardInterrupt

    half_written = Head("mood", ("a", "b"), StoppingArray(), StoppingArray())
    with pytest.raises(KeyboardInterrupt):
        keeping.add_head(model, model, half_written, {})
    assert contents(model) == contents(untouched)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def lines(*rows):
    return "".join(f"{row}\n" for row in rows)


GOOD = [
    json.dumps({"text": f"{label} {number}", "label": label})
    for label in ("a", "b")
    for number in range(5)
]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("x.jsonl", lines(*GOOD, "{"), "line 11: is not JSON", id="not JSON"),
        pytest.param("x.jsonl", lines(*GOOD, "[]"), "line 11: is not a JSON object", id="list"),
        pytest.param("x.jsonl", lines(*GOOD, '{"text": "t"}'), "line 11: label: is mis", id="none"),
        pytest.param(
            "x.jsonl",
            lines('{"text": "t", "labels": "a"}', *GOOD),
            "line 1: label: is missing.*did you mean 'label'",
            id="mistyped",
        ),
        pytest.param(
            "x.jsonl",
            lines(*GOOD, '{"text": " ", "label": "a"}'),
            "line 11: text: is empty",
            id="e",
        ),
        pytest.param(
            "x.jsonl", lines(*GOOD, '{"text": "t", "label": 1}'), "line 11: label: is no t", id="1"
        ),
        pytest.param("x.jsonl", lines(*GOOD[:9]), "label 'b' has 4 different texts", id="few"),
        pytest.param("x.jsonl", lines(*GOOD[:5]), "all examples have the label 'a'", id="one"),
        pytest.param("x.jsonl", "", "the file has no examples", id="empty"),
        pytest.param("x.csv", "", "the file is empty", id="empty CSV"),
        pytest.param(
            "x.jsonl",
            lines(*GOOD, '{"text": "A  0", "label": "b"}'),
            "line 11: text: is labelled 'b', but 'a' in line 1",
            id="conflict",
        ),
        pytest.param("x.csv", "text,kind\nt,a\n", "required columns are missing: label", id="CSV"),
        pytest.param("x.csv", "text;label\nt;a\n", "not separated by commas", id="semicolons"),
        pytest.param("x.csv", "text,label\nt\n", "line 2: has too few columns", id="short row"),
        pytest.param("x.txt", "", r"ends in \.jsonl or \.csv", id="kind of file"),
    ],
)
def test_a_file_that_cannot_be_learnt_from_says_where(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(UnusableHead, match=message):
        read_labelled(tmp_path / name)


def test_text_that_is_not_utf8_is_named_by_its_line(tmp_path):
    (tmp_path / "x.csv").write_bytes("text,label\ngrößer,a\n".encode("latin-1"))
    with pytest.raises(UnusableHead, match=r"x\.csv: line 2.*not UTF-8"):
        read_labelled(tmp_path / "x.csv")


def test_missing_file_is_named(tmp_path):
    with pytest.raises(UnusableHead, match=r"absent\.csv cannot be read: No such file"):
        read_labelled(tmp_path / "absent.csv")


def test_many_mistakes_are_counted(tmp_path):
    (tmp_path / "x.jsonl").write_text(lines(*["{"] * 9))
    with pytest.raises(UnusableHead, match=r"line 5: .*; and 4 more"):
        read_labelled(tmp_path / "x.jsonl")


def test_repeated_texts_count_once_and_other_columns_are_ignored_aloud(tmp_path):
    rows = [f"{label} {number},{label},me\n" for label in "ab" for number in range(5)]
    (tmp_path / "x.csv").write_text("text,label,author\n" + "".join([*rows, "A 0,a,you\n"]))
    labelled = read_labelled(tmp_path / "x.csv")
    assert (len(labelled.texts), labelled.repeated) == (10, 1)
    assert labelled.warnings == ("unknown column 'author' was ignored",)


def around(directions, counts, spread, seed=0):
    """Return unit vectors scattered around directions, and the number of each one's direction."""
    random = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(counts)), counts)
    vectors = directions[truth] + spread * random.standard_normal((len(truth), len(directions[0])))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32), truth


def test_training_again_gives_the_same_head():
    vectors, truth = around(np.eye(8)[:3], [30, 30, 30], 0.4)
    one, other = (train("x", vectors, [str(label) for label in truth]) for _ in range(2))
    np.testing.assert_array_equal(one.head.weights, other.head.weights)
    assert one.quality == other.quality


def test_two_labels_share_their_probability():
    vectors, truth = around(np.eye(8)[:2], [30, 30], 0.1)
    trained = train("x", vectors, ["no" if label else "yes" for label in truth])
    assert trained.head.labels == ("no", "yes")
    assert [guess.label for guess in trained.head.best(np.eye(8, dtype=np.float32)[:2])] == [
        "yes",
        "no",
    ]
    np.testing.assert_allclose(trained.head.weights[0], -trained.head.weights[1])


def test_a_rare_label_is_found_among_frequent_ones():
    vectors, truth = around(np.eye(16)[:3], [400, 400, 8], 0.15)
    trained = train("x", vectors, [str(label) for label in truth])
    assert trained.quality.f1["2"] >= 0.8


def test_confidence_is_as_high_as_accuracy_where_labels_are_noisy():
    vectors, truth = around(np.eye(8)[:2], [400, 400], 0.1)
    wrong = np.random.default_rng(1).random(len(truth)) < 0.2
    trained = train("x", vectors, [str(label) for label in np.where(wrong, 1 - truth, truth)])
    unseen, _ = around(np.eye(8)[:2], [50, 50], 0.1, seed=2)
    assert trained.quality.accuracy == pytest.approx(0.8, abs=0.03)
    assert trained.quality.calibration_error < 0.05
    assert trained.head.probabilities(unseen).max(axis=1).mean() == pytest.approx(0.8, abs=0.05)


def test_a_head_that_was_right_on_few_texts_is_not_certain():
    vectors, truth = around(np.eye(8)[:2], [5, 5], 0.01)
    trained = train("x", vectors, [str(label) for label in truth])
    assert trained.quality.accuracy == 1
    assert 0.8 < trained.head.probabilities(vectors).max() < 0.99


def test_measures_of_a_known_case():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    quality = measures.judge(probabilities, np.array([0, 1, 1, 0]), ("a", "b"))
    assert quality.accuracy == 0.75
    # Both of 0.9 share a bin: one of two is right. 0.8 and 0.6 are right and have their own bins.
    assert quality.calibration_error == pytest.approx((2 * 0.4 + 0.2 + 0.4) / 4)
    assert quality.log_loss == pytest.approx(-np.log([0.9, 0.1, 0.8, 0.6]).mean(), abs=1e-4)
    assert quality.f1 == {"a": 0.8, "b": 0.6667}
