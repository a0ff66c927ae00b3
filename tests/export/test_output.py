"""The output folder changes whole or not at all, and only where there is something to do."""

import io
import json
import os
import signal
import subprocess
import sys

import pytest

from concierge.artifacts.manifest import read_manifest, verify_folder
from concierge.errors import BrokenArtifact, PointerMoved
from model_export.__main__ import main
from model_export.encoders.workshop import open_workshop
from model_export.errors import UnusableAddress
from model_export.publishing.placing import workplace
from model_export.publishing.publishing_s3 import publish, s3_store
from tests.export.tiny_model import QUICK, edit_json
from tests.fakes.artifacts import InMemoryArtifacts


def run(model, out, *more):
    return main([*QUICK, "--model", str(model), "--out", str(out), *more])


def run_python(code, *arguments):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def exported(tiny_model, tmp_path):
    assert run(tiny_model, tmp_path / "out") == 0
    return tmp_path / "out"


def test_second_run_does_nothing(tiny_model, exported, capsys):
    before = read_manifest(exported).id
    capsys.readouterr()
    assert run(tiny_model, exported) == 0
    assert "is up to date" in capsys.readouterr().out
    assert read_manifest(exported).id == before


def test_second_run_does_not_load_torch(exported, tiny_model):
    code = "import sys; from model_export.__main__ import main; main(sys.argv[1:]); print('torch' in sys.modules)"
    arguments = [*QUICK, "--model", str(tiny_model), "--out", str(exported)]
    finished = run_python(code, *arguments)
    finished.check_returncode()
    assert finished.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize("more", [["--force"], ["--languages", "en,de"], ["--target", "arm64"]])
def test_another_order_exports_again(tiny_model, exported, more):
    before = read_manifest(exported).id
    assert run(tiny_model, exported, *more) == 0
    assert verify_folder(exported).id != before


def test_changed_model_is_exported_again(tiny_model, exported):
    before = read_manifest(exported).id
    edit_json(tiny_model / "1_Pooling" / "config.json", note="another file")
    assert run(tiny_model, exported) == 0
    assert read_manifest(exported).id != before


def test_damaged_output_is_exported_again(tiny_model, exported):
    (exported / "x86_64.onnx").write_bytes(b"damaged")
    assert run(tiny_model, exported) == 0
    verify_folder(exported)


def test_stricter_gate_exports_again_and_may_refuse(tiny_model, exported):
    before = read_manifest(exported).id
    assert run(tiny_model, exported, "--min-cosine", "1.0") == 1
    assert verify_folder(exported).id == before


class StoppingTerminal(io.StringIO):
    """A terminal at which somebody presses Ctrl-C once a step has ended."""

    def __init__(self, step):
        super().__init__()
        self.step = step

    def write(self, text):
        if text.startswith(f"[{self.step}/"):
            raise KeyboardInterrupt
        return super().write(text)


def test_interrupted_run_leaves_the_old_model(tiny_model, exported):
    before = read_manifest(exported).id
    arguments = [*QUICK, "--model", str(tiny_model), "--out", str(exported), "--force"]
    assert main(arguments, StoppingTerminal(step=4)) == 130
    assert verify_folder(exported).id == before


def test_interrupted_run_resumes_without_doing_anything_twice(tiny_model, tmp_path):
    arguments = [*QUICK, "--model", str(tiny_model), "--out", str(tmp_path / "out")]
    assert main(arguments, StoppingTerminal(step=4)) == 130
    assert list(tmp_path.glob(".out-candidates/*/float32/tried.json"))
    stream = io.StringIO()
    assert main(arguments, stream) == 0
    assert "loading the original" not in stream.getvalue()
    (line,) = [line for line in stream.getvalue().splitlines() if "float32 for" in line]
    assert "as before" in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "tiny"]


def test_another_order_does_not_take_up_what_was_begun(tiny_model, tmp_path):
    arguments = [*QUICK, "--model", str(tiny_model), "--out", str(tmp_path / "out")]
    assert main(arguments, StoppingTerminal(step=4)) == 130
    stream = io.StringIO()
    assert main([*arguments, "--query-prefix", "query: "], stream) == 0
    assert "as before" not in stream.getvalue()


def test_two_exports_cannot_write_one_folder(tiny_model, tmp_path, capsys):
    with open_workshop(tmp_path / "out", "the first"):
        assert run(tiny_model, tmp_path / "out") == 2
        assert "another export is writing" in capsys.readouterr().err


def test_full_disk_leaves_nothing_half_written(tiny_model, tmp_path):
    code = (
        "import resource, sys; from model_export.__main__ import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); sys.exit(main(sys.argv[1:]))"
    )
    finished = run_python(code, *QUICK, "--model", str(tiny_model), "--out", str(tmp_path / "out"))
    assert finished.returncode in {1, 2}
    assert finished.stderr.splitlines()[-1].startswith("model_export: ")
    assert not (tmp_path / "out").exists()


def test_refused_model_leaves_a_report_that_names_the_number(tiny_model, tmp_path, capsys):
    assert run(tiny_model, tmp_path / "out", "--min-cosine", "1.0") == 1
    assert "mean cosine" in capsys.readouterr().err
    report = (tmp_path / ".out-candidates" / "report.md").read_text()
    assert "None was chosen" in report
    assert "is below 1.0" in report
    assert not (tmp_path / "out").exists()


def test_two_tasks_of_one_name_are_refused(tiny_model, tmp_path, capsys):
    rows = [{"query": f"question {n}", "passage": f"answer {n}"} for n in range(12)]
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / folder / "mine.en.jsonl").write_text(text)
    tasks = [
        part for f in ("one", "two") for part in ("--task", str(tmp_path / f / "mine.en.jsonl"))
    ]
    assert run(tiny_model, tmp_path / "out", *tasks) == 2
    assert "two tasks are called mine.en" in capsys.readouterr().err
    assert run(tiny_model, tmp_path / "out", *tasks[:2]) == 0
    assert "| mine.en | en | nDCG@10 |" in (tmp_path / "out" / "report.md").read_text()


def test_task_file_that_is_not_there_is_named(tiny_model, tmp_path, capsys):
    assert run(tiny_model, tmp_path / "out", "--task", str(tmp_path / "none.jsonl")) == 2
    assert "none.jsonl cannot be read" in capsys.readouterr().err


def test_model_whose_language_no_task_is_in_is_judged_by_closeness_and_that_is_said(
    tiny_model, tmp_path, capsys
):
    assert run(tiny_model, tmp_path / "out", "--languages", "fr") == 0
    assert "closeness alone counts" in capsys.readouterr().err


def test_evidence_lies_beside_the_model_and_is_hashed(exported):
    manifest = verify_folder(exported)
    assert set(manifest.evidence) == {"report.md", "candidates.json", "latency.x86_64.svg"}
    assert not set(manifest.evidence) & set(manifest.files)
    (exported / "report.md").write_text("all is well")
    with pytest.raises(BrokenArtifact, match=r"report\.md"):
        verify_folder(exported)


def test_report_lists_every_candidate(exported):
    report = (exported / "report.md").read_text()
    tried = verify_folder(exported).details["targets"]["x86_64"]["tried"]
    assert len(tried) == 2
    assert all(f"| {name} |" in report for name in tried)
    assert "**chosen**" in report


def test_model_for_two_cpus_holds_a_graph_for_each(tiny_model, tmp_path):
    assert run(tiny_model, tmp_path / "out", "--target", "x86_64,arm64") == 0
    manifest = verify_folder(tmp_path / "out")
    assert {"x86_64.onnx", "arm64.onnx", "tokenizer.json"} <= set(manifest.files)
    recipes = {name: stated["recipe"] for name, stated in manifest.details["targets"].items()}
    assert "7-bit" in recipes["x86_64"]
    assert "7-bit" not in recipes["arm64"]


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path):
    code = (
        "import os, pathlib, signal, sys; from model_export.publishing.placing import workplace\n"
        "with workplace(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert run_python(code, str(tmp_path / "out")).returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    with workplace(tmp_path / "out") as scratch:
        assert not left.exists()
        assert scratch.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", [f".out-export-{os.getppid()}-abc", ".out-export-notes", ".out-old"]
)
def test_folder_of_a_running_process_or_of_another_kind_stays(tmp_path, name):
    (tmp_path / name).mkdir()
    with workplace(tmp_path / "out"):
        assert (tmp_path / name).exists()


def test_folder_with_something_else_is_not_replaced(tiny_model, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("ten years of work")
    assert run(tiny_model, tmp_path / "out") == 2
    assert (tmp_path / "out" / "thesis.txt").read_text() == "ten years of work"


def test_file_in_the_way_is_named(tiny_model, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert run(tiny_model, tmp_path / "file") == 2
    assert run(tiny_model, tmp_path / "file" / "out") == 2
    assert "cannot write beside" in capsys.readouterr().err


def test_published_model_is_in_force(exported, tmp_path):
    store = InMemoryArtifacts()
    pointer, flipped = publish(store, exported)
    assert flipped
    assert store.current("model") == pointer
    fetched = store.fetch("model", pointer.id, tmp_path / "fetched", pointer.manifest_sha256)
    assert fetched == verify_folder(exported)


def test_same_model_is_published_once(exported):
    store = InMemoryArtifacts()
    first, _ = publish(store, exported)
    again, flipped = publish(store, exported)
    assert (again, flipped) == (first, False)


def test_publishing_over_somebody_elses_model_fails(exported):
    class OvertakenArtifacts(InMemoryArtifacts):
        def publish(self, kind, folder, replacing):
            super().publish(kind, folder, replacing)
            return super().publish(kind, folder, replacing)

    with pytest.raises(PointerMoved):
        publish(OvertakenArtifacts(), exported)


@pytest.mark.parametrize("address", ["bucket", "s3://", "s3://bucket/folder", "https://bucket"])
def test_address_that_is_no_bucket_is_refused_before_the_export(
    tiny_model, tmp_path, address, capsys
):
    assert run(tiny_model, tmp_path / "out", "--publish", address) == 2
    assert "is not s3://bucket" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_endpoint_that_is_no_address_is_refused(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with pytest.raises(UnusableAddress, match="--endpoint-url"):
        s3_store("s3://bucket", "nowhere")
