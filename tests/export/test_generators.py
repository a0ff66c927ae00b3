"""GPT-2 and T5 go through the export and write what the original writes, token for token."""

import json
import shutil

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from concierge.artifacts.manifest import verify_folder
from concierge.errors import BrokenArtifact, PromptTooLong
from concierge.generating.generator import open_generator
from concierge.generating.sampling import GenerationOptions
from model_export.__main__ import main
from model_export.errors import DiffersFromOriginal, TooFarFromOriginal
from model_export.generators import original
from model_export.generators.checking import Limits, Nearness, check_same, expected
from model_export.generators.pipeline import beginning_of
from model_export.generators.plan import read_plan
from tests.export.tiny_generators import CONTEXT, END, LAYERS, write_generator
from tests.export.tiny_model import edit_json

FAMILIES = pytest.mark.parametrize("family", ["gpt2", "t5"])
# Random weights leave tokens nearly even, so that seven bits turn some over.
LOOSE = ("--min-agreement", "80", "--max-perplexity-ratio", "1.2")
# A decoder's layer: attention's three in one, its output, two of the feed-forward part, and the
# vocabulary; T5 has its projections apart, and looks up in the prompt as well.
INT8 = {
    "gpt2": {"decoder": 4 * LAYERS + 1},
    "t5": {"encoder": 6 * LAYERS, "cross": 2 * LAYERS, "decoder": 8 * LAYERS + 1},
}
FUSED = {"gpt2": ("LayerNormalization", 2 * LAYERS + 1), "t5": ("SimplifiedLayerNormalization", 7)}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("generators")
    return {family: write_generator(place / family, family) for family in INT8}


@pytest.fixture(scope="module")
def exported(folders, tmp_path_factory):
    place = tmp_path_factory.mktemp("exported")
    for family, folder in folders.items():
        assert (
            main(["generator", "--model", str(folder), "--out", str(place / family), *LOOSE]) == 0
        )
    return place


@pytest.fixture(params=list(INT8))
def float_parts(request, folders, tmp_path):
    """Return the original, its plan, and a beginning of texts by its float graphs."""
    plan = read_plan(folders[request.param])
    # One to be exported, which changes it, and one to ask.
    exported, model = (original.load_generator(folders[request.param], plan) for _ in range(2))
    return model, plan, beginning_of(original.export_parts(exported, plan, tmp_path), plan)


@pytest.mark.parametrize("length", [1, 2, 9, 31])
def test_float_graphs_write_what_the_original_writes(float_parts, length):
    model, plan, begin = float_parts
    prompt = [2 + number % 250 for number in range(0, 7 * length, 7)]
    text = original.true_continuation(model, plan, prompt, 32)
    assert text
    check_same(begin, [prompt], [text])


def test_kept_keys_and_values_change_nothing(float_parts):
    model, plan, begin = float_parts
    prompt, text = [40, 41, 42, 43], [50, 60, 70, 80, 90]
    stepwise = expected(begin, prompt, text)
    with torch.inference_mode():
        if plan.kind == "decoder":
            whole = model(input_ids=torch.tensor([prompt + text[:-1]])).logits[0, len(prompt) - 1 :]
        else:
            begun = torch.tensor([[plan.start_token, *text[:-1]]])
            whole = model(input_ids=torch.tensor([prompt]), decoder_input_ids=begun).logits[0]
    np.testing.assert_allclose(stepwise, whole.numpy(), atol=2e-4)


def test_another_text_than_the_originals_is_refused(float_parts):
    model, plan, begin = float_parts
    text = original.true_continuation(model, plan, [40, 41], 8)
    wrong = [*text[:-1], text[-1] + 1]
    with pytest.raises(DiffersFromOriginal, match=f"token {len(text)} of the ONNX graph"):
        check_same(begin, [[40, 41]], [wrong])


@FAMILIES
def test_manifest_states_what_was_made(exported, family):
    manifest = verify_folder(exported / family)
    details = manifest.details
    assert manifest.kind == "generator"
    assert set(details["graphs"]) == set(INT8[family])
    assert details["end_tokens"] == [END]
    assert details["nearness"]["agreement"] >= 0.8
    assert details["source"]["weights_sha256"]


@FAMILIES
def test_products_are_int8_and_norms_fused(exported, family):
    graphs = verify_folder(exported / family).details["graphs"]
    assert {name: made["int8_products"] for name, made in graphs.items()} == INT8[family]
    kind, count = FUSED[family]
    assert graphs["decoder"]["fused"][kind] == count


@FAMILIES
def test_exported_generator_writes_text(exported, family):
    generator = open_generator(exported / family)
    options = GenerationOptions(max_new_tokens=8)
    written = generator.generate("Thank you for your order!", options)
    assert 1 <= written.tokens <= 8
    assert written.finish_reason in {"length", "end"}
    assert "".join(generator.stream("Thank you for your order!", options)) == written.text


@FAMILIES
def test_a_seed_repeats_a_text_and_another_changes_it(exported, family):
    generator = open_generator(exported / family)
    texts = [
        generator.generate("A", GenerationOptions(16, temperature=1.5, seed=seed)).text
        for seed in (1, 1, 2)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_context_is_never_exceeded(exported):
    generator = open_generator(exported / "gpt2")
    written = generator.generate(
        "x" * (CONTEXT - 3), GenerationOptions(50, temperature=2.0, seed=3)
    )
    assert written.tokens <= 3
    with pytest.raises(PromptTooLong, match=f"has {CONTEXT} tokens"):
        generator.generate("x" * CONTEXT)
    with pytest.raises(PromptTooLong, match="has no tokens"):
        generator.generate("")


def test_second_run_does_nothing(exported, folders, capsys):
    arguments = ["--model", str(folders["gpt2"]), "--out", str(exported / "gpt2"), *LOOSE]
    assert main(["generator", *arguments]) == 0
    assert "is up to date" in capsys.readouterr().out


def test_damaged_generator_is_refused(exported, tmp_path):
    folder = shutil.copytree(exported / "t5", tmp_path / "t5")
    (folder / "cross.onnx").write_bytes(b"damaged")
    with pytest.raises(BrokenArtifact, match=r"cross\.onnx"):
        open_generator(folder)


def test_stricter_gate_refuses_and_leaves_nothing(folders, tmp_path, capsys):
    arguments = ["--model", str(folders["gpt2"]), "--out", str(tmp_path / "out")]
    assert main(["generator", *arguments, "--max-perplexity-ratio", "0.5"]) == 1
    assert "perplexity is" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("near", "number"),
    [
        (Nearness(0.5, 1.0, 10), "50.0%"),
        (Nearness(1.0, 1.5, 10), "1.500"),
        (Nearness(float("nan"), 1.0, 10), "nan%"),
    ],
)
def test_number_that_fails_is_named(near, number):
    with pytest.raises(TooFarFromOriginal, match=number):
        Limits().check(near)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_type": "llama"}, "model_type 'llama' is not one of gpt2, t5, mt5"),
        ({"n_head": 5}, "a width of 32 cannot be divided among 5"),
        ({"auto_map": {}}, "the model's own Python code"),
        ({"vocab_size": 10}, "but the model has vectors for 10"),
        ({"n_layer": 3}, "the weights lack transformer.h.2"),
    ],
)
def test_configuration_that_cannot_be_is_refused(folders, tmp_path, changes, message, capsys):
    folder = shutil.copytree(folders["gpt2"], tmp_path / "model")
    edit_json(folder / "config.json", **changes)
    assert main(["generator", "--model", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
def test_missing_file_is_named(folders, tmp_path, name, capsys):
    folder = shutil.copytree(folders["gpt2"], tmp_path / "model")
    (folder / name).unlink()
    assert main(["generator", "--model", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert name in capsys.readouterr().err


def test_encoder_decoder_without_a_first_token_is_refused(folders, tmp_path, capsys):
    folder = shutil.copytree(folders["t5"], tmp_path / "model")
    for name in ("config.json", "generation_config.json"):
        stated = json.loads((folder / name).read_text())
        stated.pop("decoder_start_token_id", None)
        (folder / name).write_text(json.dumps(stated))
    assert main(["generator", "--model", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert "decoder_start_token_id is missing" in capsys.readouterr().err


def test_tokenizer_that_ships_neither_pads_nor_cuts(exported):
    tokenizer = Tokenizer.from_file(str(exported / "gpt2" / "tokenizer.json"))
    assert tokenizer.padding is None
    assert tokenizer.truncation is None
