"""Two models side by side; a published model checked by hash and by its vectors."""

import json
import shutil

import pytest

from concierge.artifacts.manifest import FILE_NAME, describe_folder, read_manifest
from concierge.errors import BrokenArtifact
from model_export.__main__ import main
from model_export.commands.verify import verify_published
from model_export.errors import UnusableAddress
from model_export.publishing.publishing_s3 import publish, s3_store
from tests.export.tiny_model import QUICK
from tests.fakes.artifacts import InMemoryArtifacts


@pytest.fixture(scope="module")
def exported(untouched_model, tmp_path_factory):
    place = tmp_path_factory.mktemp("exported")
    for name, more in (("whole", ()), ("half", ("--dimensions", "16"))):
        arguments = ["--model", str(untouched_model), "--out", str(place / name), *more]
        assert main([*QUICK, *arguments]) == 0
    return place


@pytest.fixture
def whole(exported, tmp_path):
    return shutil.copytree(exported / "whole", tmp_path / "whole")


def test_two_models_stand_side_by_side(exported, tmp_path, capsys):
    one, other = str(exported / "whole"), str(exported / "half")
    written = tmp_path / "rows.json"
    assert main(["compare", one, other, "--effort", "quick", "--json", str(written)]) == 0
    rows = {row["figure"]: (row["one"], row["other"]) for row in json.loads(written.read_text())}
    assert rows["dimensions"] == ("32", "16")
    assert rows["cosine between them"][1] == "their dimensions differ"
    assert float(rows["1×8 tokens, 1 thread, ms"][0]) > 0
    assert "weights" not in rows  # they are the same
    assert "answers.en (nDCG@10)" in capsys.readouterr().out


def test_model_is_like_itself(exported, capsys):
    one = str(exported / "whole")
    assert main(["compare", one, one, "--effort", "quick"]) == 0
    assert "mean 1.0000" in capsys.readouterr().out


def test_folder_without_a_model_cannot_be_compared(exported, tmp_path, capsys):
    assert main(["compare", str(exported / "whole"), str(tmp_path / "none")]) == 2
    assert "is not a folder" in capsys.readouterr().err
    assert main(["compare", str(exported / "whole"), str(tmp_path)]) == 1
    assert "has no manifest.json" in capsys.readouterr().err


def test_folder_is_verified_by_its_vectors(whole, capsys):
    assert main(["verify", str(whole)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:4] for line in lines] == ["ok  "] * 3
    assert "vectors: of 32 dimensions, of length one, within 0.0000" in lines[-1]


def test_published_model_is_verified_with_its_evidence(whole):
    store, said = InMemoryArtifacts(), []
    publish(store, whole)
    verify_published(store, said.append)
    assert any("report.md" in line for line in said)


def test_published_file_that_was_changed_is_named(whole):
    store = InMemoryArtifacts()
    publish(store, whole)
    store.spoil("model", "report.md")
    with pytest.raises(BrokenArtifact, match=r"report\.md"):
        verify_published(store, lambda line: None)


def test_model_that_makes_other_vectors_is_refused_though_its_hashes_fit(whole, exported, capsys):
    manifest = read_manifest(whole)
    details = json.loads(json.dumps(dict(manifest.details)))
    first = next(iter(details["targets"]["x86_64"]["specimen"].values()))
    first[0] += 0.5
    (whole / FILE_NAME).unlink()
    describe_folder(whole, "model", details=details, evidence=list(manifest.evidence))
    assert main(["verify", str(whole)]) == 1
    assert "differ by 0.500" in capsys.readouterr().err


def test_nothing_published_is_said():
    with pytest.raises(BrokenArtifact, match="no model has been published"):
        verify_published(InMemoryArtifacts(), lambda line: None)


def test_place_that_is_none_is_refused(capsys):
    assert main(["verify", "nowhere"]) == 2
    assert "neither s3://BUCKET nor a folder" in capsys.readouterr().err


def test_model_that_is_no_longer_in_force_is_verified_by_its_id(whole, exported):
    store, said = InMemoryArtifacts(), []
    publish(store, whole)
    publish(store, exported / "half")
    manifest = verify_published(store, said.append, read_manifest(whole).id)
    assert manifest == read_manifest(whole)
    assert any("is in force, not this one" in line for line in said)


def test_manifest_that_states_too_little_is_told(whole, exported, capsys):
    (whole / FILE_NAME).unlink()
    describe_folder(whole, "model", details={"dimensions": 32, "max_tokens": 32})
    assert main(["verify", str(whole)]) == 1
    assert "states no vectors" in capsys.readouterr().err
    assert main(["compare", str(whole), str(exported / "half")]) == 2
    assert "lacks 'targets'; export the model again" in capsys.readouterr().err


def test_folder_has_no_key(whole, capsys):
    assert main(["verify", str(whole), "--key", "alias/ours"]) == 2
    assert "--key: a folder is not signed" in capsys.readouterr().err


def test_model_in_force_is_signed_once_there_is_a_key(whole):
    store = InMemoryArtifacts()
    publish(store, whole)
    assert store.signed == []
    store.key = True
    assert publish(store, whole)[1] is False
    assert store.signed == [("model", read_manifest(whole).id)]


def test_key_in_no_region_is_said(monkeypatch, tmp_path):
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(UnusableAddress, match="You must specify a region"):
        s3_store("s3://models", None, "alias/ours")
    s3_store("s3://models", None, "arn:aws:kms:eu-west-1:111122223333:key/1234abcd")
