"""Reads the public data that benchmarks judge by, and scores what they share."""

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Examples = list[tuple[str, str]]
Vectors = NDArray[np.float32]


def nearest(known: Vectors, asked: Vectors) -> tuple[NDArray[np.int64], Vectors]:
    """Return the row of the nearest known vector for each, and its cosine."""
    cosines = asked @ known.T
    return cosines.argmax(axis=1), cosines.max(axis=1)


def auroc(labelled: NDArray[np.floating], strange: NDArray[np.floating]) -> float:
    """Return how often a labelled text scores above a strange one; ties count half."""
    above = (labelled[:, None] > strange[None, :]).mean()
    return float(above + 0.5 * (labelled[:, None] == strange[None, :]).mean())


def read_text(path: Path) -> str:
    """Return the text of a file, unpacked where it is packed."""
    packed = path.suffix == ".gz"
    content = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    return content.decode("utf-8-sig")


def read_csv(path: Path, text: str = "text", label: str = "category") -> Examples:
    """Return texts and their labels from a CSV file."""
    return [(row[text], row[label]) for row in csv.DictReader(io.StringIO(read_text(path)))]


def pairs(examples: Sequence[Sequence[str]]) -> Examples:
    """Return texts and their labels from a JSON array of arrays."""
    return [(text, label) for text, label in examples]
