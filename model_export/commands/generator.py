"""`generator`: a language model that writes, from Hugging Face's layout to a folder."""

import argparse
from pathlib import Path
from typing import Any, TextIO

from concierge.artifacts.manifest import Manifest, verify_folder
from concierge.errors import BrokenArtifact
from model_export.encoders.recipes import TARGETS, this_machine
from model_export.evidence.provenance import origin_of
from model_export.generators.plan import read_plan
from model_export.progress import Progress
from model_export.publishing.placing import check_replaceable
from model_export.reading.sources import find_source
from model_export.reading.weights import check_weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--model",
        required=True,
        help="a folder in Hugging Face's layout, or a Hub id with its revision: owner/name@commit; "
        "GPT-2, T5 and mT5 are known",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write; replaced whole"
    )
    parser.add_argument("--target", choices=TARGETS, default=this_machine(), help="CPU to run it")
    parser.add_argument(
        "--min-agreement",
        type=float,
        default=90.0,
        metavar="PERCENT",
        help="least share of tokens at which int8 finds the original's likeliest (default 90)",
    )
    parser.add_argument(
        "--max-perplexity-ratio",
        type=float,
        default=1.05,
        metavar="X",
        help="most that int8 may be surprised, relative to the original (default 1.05)",
    )
    parser.add_argument(
        "--force", action="store_true", help="export again even if DIR is up to date"
    )


def run(options: argparse.Namespace, stream: TextIO) -> int:
    """Export a generator."""
    check_replaceable(options.out)
    source = find_source(options.model)
    plan = read_plan(source.folder)
    check_weights(source.folder)
    origin = origin_of(source, {})
    before = None if options.force else _finished_before(options, origin)
    if before:
        print(f"{options.out} is up to date: {before.id}")
        return 0
    # Imported here: torch takes seconds, which a run with nothing to do should not cost.
    from model_export.generators import pipeline
    from model_export.generators.checking import Limits

    limits = Limits(options.min_agreement / 100, options.max_perplexity_ratio)
    order = pipeline.Order(source.folder, plan, options.target, limits, origin)
    progress = Progress(stream, pipeline.STEPS)
    manifest = pipeline.export_generator(order, options.out, progress)
    progress.close()
    print(f"{options.out} holds {source.name} as {manifest.id}")
    return 0


def _finished_before(options: argparse.Namespace, origin: dict[str, Any]) -> Manifest | None:
    """Return the manifest of an intact earlier export of just this, or None."""
    try:
        manifest = verify_folder(options.out)
        details = manifest.details
        known = all(details[key] == value for key, value in origin.items())
        near = details["nearness"]
        good = (
            near["agreement"] >= options.min_agreement / 100
            and near["perplexity_ratio"] <= options.max_perplexity_ratio
            and details["target"] == options.target
        )
    except (BrokenArtifact, OSError, KeyError, TypeError):
        return None
    return manifest if known and good else None
