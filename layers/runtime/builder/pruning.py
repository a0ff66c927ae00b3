"""Removes what no function reads. Sources stay beside the bytecode: tracebacks show their lines."""

import shutil
from pathlib import Path

PRUNED = (
    "bin",
    "**/tests",
    "**/*.pyi",
    "**/*.pxd",
    "**/*.h",
    "**/*.a",
    "**/__pycache__",
    "*.dist-info/RECORD",
    "*.dist-info/entry_points.txt",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "botocore/data/*/*/examples-*",
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


def prune(folder: Path) -> None:
    """Remove every file and folder that a pattern names."""
    for pattern in PRUNED:
        for path in list(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
