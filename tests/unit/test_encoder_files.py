"""Which files of a model a CPU loads, and how texts share batches."""

import platform

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.artifacts.manifest import FileEntry, Manifest
from concierge.errors import BrokenArtifact
from concierge.language.encoder import MOST_TOKENS, batches, files_to_load, graph_name

BOTH = ["arm64.onnx", "arm64.onnx.data", "tokenizer.json", "x86_64.onnx", "x86_64.onnx.data"]


def manifest_of(*names):
    return Manifest("model", "m-1", "", {name: FileEntry("", 0) for name in names})


def test_only_the_graph_for_this_cpu_is_loaded():
    names = files_to_load(manifest_of(*BOTH, "heads.safetensors"))
    own = graph_name()
    assert sorted(names) == sorted([own, f"{own}.data", "tokenizer.json", "heads.safetensors"])


def test_arm_is_known_by_both_of_its_names():
    expected = "arm64.onnx" if platform.machine() in {"aarch64", "arm64"} else "x86_64.onnx"
    assert graph_name() == expected
    assert graph_name("aarch64") == graph_name("arm64") == "arm64.onnx"


def test_model_without_a_graph_for_this_cpu_says_how_to_make_one():
    names = [name for name in BOTH if not name.startswith(graph_name())]
    with pytest.raises(BrokenArtifact, match="export it with --target"):
        files_to_load(manifest_of(*names))


@given(st.lists(st.integers(1, 600)).map(sorted))
def test_batches_hold_every_text_once_and_few_tokens(lengths):
    slices = list(batches(lengths))
    assert [n for one in slices for n in lengths[one]] == lengths
    for one in slices:
        rows = lengths[one]
        assert len(rows) == 1 or len(rows) * max(rows) <= MOST_TOKENS


def test_batches_are_as_large_as_they_may_be():
    assert list(batches([8] * 40)) == [slice(0, 32), slice(32, 40)]
