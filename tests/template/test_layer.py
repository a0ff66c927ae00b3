"""The runtime layer holds what the functions import, little else, and stays within its budget."""

import dataclasses
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from layers.runtime.builder import building
from layers.runtime.builder.building import build
from layers.runtime.builder.checks import check_budget, check_imports
from layers.runtime.builder.contents import Contents, LayerError
from layers.runtime.builder.platforms import Platform
from layers.runtime.builder.pruning import prune

BUILT = Path(".build/layer/python")
# One Identity node from "x" to "y", opset 13: the smallest model that a session can run.
TINY_MODEL = (
    "CAg6OQoQCgF4EgF5IghJZGVudGl0eRIBZ1oQCgF4EgsKCQgBEgUKAxIBbmIQCgF5EgsKCQgBEgUKAxIBbkIECgAQDQ=="
)
HERE = Platform.here()
REAL = Contents()


@pytest.fixture(scope="module")
def built():
    if not (BUILT / building.STAMP).is_file():
        pytest.fail(f"{BUILT} is not built: run `make layer`")
    return BUILT.resolve()


def write(path, content="x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def run_in_layer(folder, code):
    """Run code that sees the standard library and the layer, and nothing that is installed here."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def small_contents(folder, **changes):
    """Return contents of one small wheel, written here, that pip installs as any other."""
    wheel = folder / "shop-1.0-py3-none-any.whl"
    metadata = "Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n"
    tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("shop/__init__.py", "import json")
        archive.writestr("shop/tests/test_shop.py", "")
        archive.writestr("shop-1.0.dist-info/METADATA", metadata)
        archive.writestr("shop-1.0.dist-info/WHEEL", tag)
        archive.writestr("shop-1.0.dist-info/RECORD", "")
    write(folder / "requirements.txt", f"{wheel}  # the shop\n\nanyio==4.0\n")
    write(folder / "left_out.txt", "# reached by nobody\nanyio\n")
    contents = Contents(folder / "requirements.txt", folder / "left_out.txt", "import shop")
    return dataclasses.replace(contents, **changes)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "layer" / "python"


def test_left_out_packages_are_not_installed(tmp_path):
    (pin,) = small_contents(tmp_path).wanted()
    assert pin.endswith("shop-1.0-py3-none-any.whl")


def test_every_package_left_out_is_locked_and_nothing_else_is():
    nothing = dataclasses.replace(REAL, left_out=Path("/dev/null"))
    left_out = Contents(requirements=REAL.left_out, left_out=Path("/dev/null")).wanted()
    locked = {pin.partition("==")[0] for pin in nothing.wanted()}
    assert locked - {pin.partition("==")[0] for pin in REAL.wanted()} == set(left_out)


def test_every_requirement_is_pinned():
    assert all("==" in pin for pin in REAL.wanted())


@pytest.mark.parametrize(
    "path",
    [
        "numpy/tests/test_array.py",
        "numpy/_core/include/numpy/arrayobject.h",
        "numpy/__init__.pyi",
        "onnxruntime/transformers/optimizer.py",
        "onnxruntime/capi/libonnxruntime.so.1.32.0",
        "botocore/data/s3/2006-03-01/examples-1.json",
        "numpy-2.4.6.dist-info/RECORD",
        "bin/f2py",
    ],
)
def test_what_no_function_reads_is_pruned(tmp_path, path):
    write(tmp_path / path)
    prune(tmp_path)
    assert not (tmp_path / path).exists()


@pytest.mark.parametrize(
    "path",
    [
        "numpy/__init__.py",
        "numpy/testing/__init__.py",
        "botocore/data/s3/2006-03-01/service-2.json.gz",
        "botocore/data/endpoints.json",
        "numpy-2.4.6.dist-info/METADATA",
        "numpy-2.4.6.dist-info/licenses/LICENSE.txt",
        "onnxruntime/capi/libonnxruntime_providers_shared.so",
    ],
)
def test_the_rest_stays(tmp_path, path):
    write(tmp_path / path)
    prune(tmp_path)
    assert (tmp_path / path).exists()


def test_layer_is_compiled_and_keeps_its_sources(tmp_path, out):
    build(out, HERE, small_contents(tmp_path))
    assert (out / "shop" / "__init__.py").is_file()
    (bytecode,) = (out / "shop" / "__pycache__").iterdir()
    # PEP 552: a flag of 1 says that Python neither dates nor compares the source.
    assert bytecode.read_bytes()[4:8] == b"\x01\x00\x00\x00"


def test_second_build_does_nothing(tmp_path, out, capsys):
    contents = small_contents(tmp_path)
    build(out, HERE, contents)
    before = out.stat().st_ino
    build(out, HERE, contents)
    assert out.stat().st_ino == before
    assert "is up to date" in capsys.readouterr().out


def test_changed_requirements_build_again(tmp_path, out):
    contents = small_contents(tmp_path)
    build(out, HERE, contents)
    before = (out / building.STAMP).read_text()
    write(contents.left_out, "anyio\nclick\n")
    build(out, HERE, contents)
    assert (out / building.STAMP).read_text() != before


def test_layer_over_its_budget_is_refused_and_the_old_one_stays(tmp_path, out):
    write(out / "old.py")
    with pytest.raises(LayerError, match="more than its 0 MB"):
        build(out, HERE, small_contents(tmp_path, budget_mb=0))
    assert [path.name for path in out.parent.rglob("*")] == ["python", "old.py"]


def test_layer_whose_import_fails_is_refused(tmp_path, out):
    with pytest.raises(LayerError, match=r"shop\.missing"):
        build(out, HERE, small_contents(tmp_path, imports="import shop.missing"))
    assert not out.exists()


def test_layer_for_another_platform_is_neither_compiled_nor_tried(tmp_path, out, capsys):
    contents = small_contents(tmp_path, imports="import shop.missing")
    build(out, Platform("3.99", HERE.architecture), contents)
    assert not list(out.rglob("*.pyc"))
    assert "not compiled" in capsys.readouterr().err


def install_python(folder, line, monkeypatch):
    """Put a program named python3.99 on the path."""
    write(folder / "python3.99", f"#!/bin/sh\n{line}\n")
    (folder / "python3.99").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_layer_for_another_python_is_compiled_by_it_where_it_is_installed(
    tmp_path, out, monkeypatch
):
    install_python(tmp_path / "bin", f'exec {sys.executable} "$@"', monkeypatch)
    build(out, Platform("3.99", HERE.architecture), small_contents(tmp_path))
    assert list(out.rglob("*.pyc"))


def test_shim_without_its_python_counts_as_not_installed(tmp_path, monkeypatch):
    install_python(tmp_path / "bin", "exit 127", monkeypatch)
    assert building.interpreter_of("3.99") is None


def test_layer_is_built_again_once_its_python_is_installed(tmp_path, monkeypatch):
    target = Platform("3.99", HERE.architecture)
    before = building.stamp_for(target, small_contents(tmp_path))
    install_python(tmp_path / "bin", "exit 0", monkeypatch)
    assert building.stamp_for(target, small_contents(tmp_path)) != before


def test_pip_needs_no_options_for_this_machine():
    assert HERE.pip_options() == []


def test_pip_is_told_python_and_every_tag_lambda_can_load():
    options = Platform("3.99", "arm64").pip_options()
    assert "--python-version=3.99" in options
    assert "--only-binary=:all:" in options
    assert "--platform=manylinux_2_34_aarch64" in options
    assert "--platform=manylinux_2_17_aarch64" in options
    assert "--platform=manylinux_2_35_aarch64" not in options


def test_wheels_that_cannot_be_had_are_an_error(tmp_path, out):
    contents = small_contents(tmp_path)
    write(contents.requirements, str(tmp_path / "no-such-1.0-py3-none-any.whl"))
    with pytest.raises(LayerError, match="pip could not install the wheels"):
        build(out, HERE, contents)
    assert list(out.parent.iterdir()) == []


def test_built_layer_is_within_its_budget(built):
    check_budget(built, REAL.budget_mb)


def test_built_layer_is_of_the_locked_requirements(built):
    assert (built / building.STAMP).read_text() == building.stamp_for(HERE, REAL), (
        "run `make layer`"
    )


def test_built_layer_imports_by_itself(built):
    check_imports(built, HERE, REAL.imports)


def test_every_module_of_the_functions_imports_with_the_built_layer_alone(built):
    modules = sorted(
        ".".join(path.relative_to("functions").with_suffix("").parts)
        for path in Path("functions").rglob("*.py")
        if path.name not in {"main.py", "__init__.py"}  # main.py reads the environment
    )
    code = f"""
import importlib
sys.path.append({str(Path("functions").resolve())!r})
for name in {modules}:
    importlib.import_module(name)
print("all")
"""
    assert run_in_layer(built, code) == "all"


def test_built_layer_runs_a_session(built):
    code = f"""
import base64, numpy, onnxruntime
model = base64.b64decode({TINY_MODEL!r})
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
print(session.run(None, {{"x": numpy.ones(2, numpy.float32)}})[0].sum())
"""
    assert run_in_layer(built, code) == "2.0"


def test_built_layer_adds_up_int8_products(built):
    code = """
import numpy, simsimd
rows = numpy.eye(3, dtype=numpy.int8)
print(numpy.asarray(simsimd.cdist(rows[:1], rows, "dot")).ravel().tolist())
"""
    assert run_in_layer(built, code) == "[1.0, 0.0, 0.0]"
