"""Builds the runtime layer: third-party wheels for one Python and processor, pruned and compiled.

Run by the root Makefile for this machine and by `sam build` for the one that is deployed to.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

HERE = Path(__file__).resolve().parent
STAMP = "layer.stamp"

Architecture = Literal["x86_64", "arm64"]
# Lambda's Python 3.12 and later run on glibc 2.34; pip wants every tag that this can load.
GLIBC_MINORS = range(34, 16, -1)
WHEEL_MACHINE: dict[Architecture, str] = {"x86_64": "x86_64", "arm64": "aarch64"}

SERVICES = frozenset({"dynamodb", "events", "firehose", "kms", "s3", "sqs", "sts"})
# What no function reads. Sources stay beside the bytecode: tracebacks show their lines.
PRUNED = (
    "bin",
    "**/tests",
    "**/*.pyi",
    "**/*.pxd",
    "**/*.h",
    "**/*.a",
    "**/__pycache__",
    "*.dist-info/RECORD",
    "*.dist-info/entry_points.txt",  # pydantic reads every package's at import, for plugins
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "boto3/examples",
    "numpy/f2py",
    "numpy/_pyinstaller",
    "onnxruntime/backend",
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    # For programs in C; the Python extension holds the same 35 MB itself.
    "onnxruntime/capi/libonnxruntime.so*",
)
IMPORTS = """import boto3, numpy, onnxruntime, pydantic, simsimd, tokenizers
import aws_lambda_powertools.event_handler, aws_lambda_powertools.utilities.batch"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a layer is made of, what has to work in it, and how large it may be."""

    requirements: Path = HERE / "requirements.txt"
    left_out: Path = HERE / "left_out.txt"
    imports: str = IMPORTS
    budget_mb: float = 160

    def wanted(self) -> list[str]:
        """Return the locked requirements that the layer needs."""
        unwanted = set(_entries(self.left_out))
        locked = _entries(self.requirements)
        return [pin for pin in locked if pin.partition("==")[0].lower() not in unwanted]

    def sha256(self) -> str:
        """Return the hash of all that decides what is built."""
        files = (self.requirements, self.left_out, Path(__file__))
        return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


class LayerError(Exception):
    """The layer cannot be built; the message says why."""


@dataclass(frozen=True, slots=True)
class Platform:
    """The Python and the processor that a layer is for."""

    python: str
    architecture: Architecture

    @classmethod
    def here(cls) -> "Platform":
        """Return this interpreter's."""
        machine = platform.machine().lower()
        architecture: Architecture = "arm64" if machine in {"arm64", "aarch64"} else "x86_64"
        return cls(f"{sys.version_info.major}.{sys.version_info.minor}", architecture)

    def pip_options(self) -> list[str]:
        """Return what makes pip choose wheels for this platform instead of the one it runs on."""
        if self == Platform.here():
            return []
        machine = WHEEL_MACHINE[self.architecture]
        tags = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS]
        platforms = [f"--platform={tag}" for tag in [*tags, f"manylinux2014_{machine}"]]
        return ["--only-binary=:all:", f"--python-version={self.python}", *platforms]


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
        print(f"pruned {in_mb(prune(folder)):.1f} MB", flush=True)
        compile_sources(folder, target)
        check_imports(folder, target, contents.imports)
        print_sizes(folder)
        check_budget(folder, contents.budget_mb)
        (folder / STAMP).write_text(stamp)
        replace(out, folder)


def stamp_for(target: Platform, contents: Contents) -> str:
    """Return what tells one build from another: contents, platform and, if it compiles, interpreter."""
    interpreter = sys.version.split()[0] if target == Platform.here() else "another"
    return f"{contents.sha256()} {target.python} {target.architecture} {interpreter}\n"


def _entries(file: Path) -> list[str]:
    """Return the lines of a requirements file without comments."""
    lines = [line.partition("#")[0].strip() for line in file.read_text("utf-8").splitlines()]
    return [line for line in lines if line]


def install(folder: Path, target: Platform, pins: list[str]) -> None:
    """Unpack wheels, and none that they ask for, into a folder."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-compile", "--target", str(folder)]
    finished = subprocess.run([*command, *target.pip_options(), *pins], check=False)
    if finished.returncode:
        raise LayerError(f"pip could not install the wheels (exit status {finished.returncode})")


def prune(folder: Path) -> int:
    """Remove what no function reads; return the number of bytes saved."""
    before = size_of(folder)
    for pattern in PRUNED:
        for path in list(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for models in (folder / "botocore" / "data", folder / "boto3" / "data"):
        for service in models.glob("*/"):
            if service.name not in SERVICES:
                shutil.rmtree(service)
    return before - size_of(folder)


def compile_sources(folder: Path, target: Platform) -> None:
    """Compile to bytecode that Python does not compare with its source at each start."""
    if target.python != Platform.here().python:
        print(f"not compiled: this is Python {Platform.here().python}, not {target.python}")
        return
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*command, str(folder)], check=True)


def check_imports(folder: Path, target: Platform, imports: str) -> None:
    """Import every package from the layer alone, or raise LayerError."""
    if target != Platform.here():
        print("imports not tried: the layer is for another platform")
        return
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{imports}"
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    finished = subprocess.run(command, check=False, capture_output=True, text=True)
    if finished.returncode:
        raise LayerError(f"the pruned layer does not work:\n{finished.stderr}")


def print_sizes(folder: Path) -> None:
    """Print the size of each package and of all together."""
    sizes: Counter[str] = Counter()
    for entry in folder.iterdir():
        name = "(metadata)" if entry.suffix == ".dist-info" else entry.name.partition(".")[0]
        sizes[name] += size_of(entry)
    for name, size in sizes.most_common():
        if in_mb(size) >= 0.1:
            print(f"  {name:<24}{in_mb(size):7.1f} MB")
    print(f"  {'total':<24}{in_mb(size_of(folder)):7.1f} MB")


def check_budget(folder: Path, budget_mb: float) -> None:
    """Raise LayerError where the layer is too large."""
    size_mb = in_mb(size_of(folder))
    if size_mb > budget_mb:
        raise LayerError(f"the layer takes {size_mb:.1f} MB, more than its {budget_mb} MB")


def replace(out: Path, finished: Path) -> None:
    """Put a finished folder in the place of an old one."""
    if out.exists():
        out.rename(finished.with_name("previous"))
    finished.rename(out)


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())


def in_mb(size: int) -> float:
    """Return megabytes of a million bytes."""
    return size / 1e6


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    here = Platform.here()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write, named python")
    parser.add_argument(
        "--python", default=here.python, help="Python version (default: %(default)s)"
    )
    parser.add_argument(
        "--architecture",
        choices=get_args(Architecture),
        default=here.architecture,
        help="processor, as Lambda names it (default: this machine's, %(default)s)",
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Build the layer; return 1 where it cannot be built or is over its budget."""
    options = parse(argv)
    try:
        build(options.out, Platform(options.python, options.architecture))
    except LayerError as error:
        print(f"layer: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.exit(main())
