"""Builds a layer beside its place and moves it there only once it is known to work."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .checks import check_budget, check_imports, in_mb, print_sizes, size_of
from .contents import Contents, LayerError
from .descriptions import slim
from .docstrings import silence
from .platforms import Platform
from .pruning import prune

STAMP = "layer.stamp"


def build(out: Path, target: Platform, contents: Contents | None = None) -> None:
    """Build a layer at `out` unless it stands there already; a failure leaves `out` as it was."""
    contents = contents or Contents()
    stamp = stamp_for(target, contents)
    if (out / STAMP).is_file() and (out / STAMP).read_text() == stamp:
        print(f"{out} is up to date: {in_mb(size_of(out)):.1f} MB")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        folder = Path(scratch) / "python"
        print(
            f"installing wheels for Python {target.python} on {target.architecture} …", flush=True
        )
        install(folder, target, contents.wanted())
        before = size_of(folder)
        prune(folder)
        slim(folder / "botocore" / "data")
        silence(folder / "botocore" / "docs")
        print(f"pruned {in_mb(before - size_of(folder)):.1f} MB", flush=True)
        compile_sources(folder, target)
        check_imports(folder, target, contents.imports)
        print_sizes(folder)
        check_budget(folder, contents.budget_mb)
        (folder / STAMP).write_text(stamp)
        replace(out, folder)


def stamp_for(target: Platform, contents: Contents) -> str:
    """Return what tells one build from another: contents, platform and, if it compiles, interpreter."""
    tried = sys.version.split()[0] if target == Platform.here() else "untried"
    compiled_by = interpreter_of(target.python) or "nobody"
    return f"{contents.sha256()} {target.python} {target.architecture} {tried} {compiled_by}\n"


def install(folder: Path, target: Platform, pins: list[str]) -> None:
    """Unpack wheels, and none that they ask for, into a folder."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-compile", "--target", str(folder)]
    finished = subprocess.run([*command, *target.pip_options(), *pins], check=False)
    if finished.returncode:
        raise LayerError(f"pip could not install the wheels (exit status {finished.returncode})")


def compile_sources(folder: Path, target: Platform) -> None:
    """Compile to bytecode that Python does not compare with its source at each start.

    Lambda cannot write bytecode: without it, each cold start would take half a second longer.
    """
    python = interpreter_of(target.python)
    if not python:
        print(
            f"warning: not compiled, cold starts will take half a second longer; install "
            f"python{target.python}, or build with `sam build --use-container`",
            file=sys.stderr,
        )
        return
    command = [python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*command, str(folder)], check=True)


def interpreter_of(version: str) -> str | None:
    """Return a Python of this version, or None where none is installed."""
    if version == Platform.here().python:
        return sys.executable
    found = shutil.which(f"python{version}")
    # The shims of version managers are found and then refuse.
    runs = (
        found and not subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode
    )
    return found if runs else None


def replace(out: Path, finished: Path) -> None:
    """Put a finished folder in the place of an old one."""
    if out.exists():
        out.rename(finished.with_name("previous"))
    finished.rename(out)
