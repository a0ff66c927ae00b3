"""The command line of the export."""

import argparse
from pathlib import Path

from model_export.encoders.recipes import TARGETS, this_machine
from model_export.reading.sources import DEFAULT_MODEL

MIN_COSINE = 0.99


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Parse the arguments, or exit with 2 and a line that says what is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m model_export",
        description="Export a sentence encoder: ONNX, fused, int8, pooled and normalised inside "
        "the graph, checked against the original, with a manifest.",
    )
    parser.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="%(default)s (the default, from a pinned package), a folder in Hugging Face's "
        "layout, or a Hub id with its revision: owner/name@commit",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write; replaced whole"
    )
    parser.add_argument(
        "--target",
        choices=TARGETS,
        default=this_machine(),
        help="the CPU that will run it (default: this machine's, %(default)s)",
    )
    parser.add_argument(
        "--min-cosine",
        type=_cosine,
        default=MIN_COSINE,
        metavar="X",
        help="refuse a model whose mean cosine to the original is below this (default %(default)s)",
    )
    parser.add_argument(
        "--languages",
        type=lambda text: text.split(","),
        default=["en"],
        metavar="EN,ZH",
        help="languages the model knows, for the manifest (default: en)",
    )
    parser.add_argument(
        "--force", action="store_true", help="export again even if DIR is up to date"
    )
    parser.add_argument(
        "--publish", metavar="s3://BUCKET", help="upload the model and flip the pointer to it"
    )
    parser.add_argument("--endpoint-url", metavar="URL", help="another S3, such as a local stack's")
    return parser.parse_args(argv)


def _cosine(text: str) -> float:
    value = float(text)
    if not -1 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between -1 and 1")
    return value
