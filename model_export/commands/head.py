"""`head`: teach an exported model to tell labels, or make it forget them."""

import argparse
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from concierge.artifacts.manifest import Manifest, sha256_of, verify_folder
from concierge.language.encoder import files_to_load, open_encoder
from model_export.errors import UnusableHead
from model_export.heads.labelled import Labelled, read_labelled
from model_export.heads.measures import Quality
from model_export.progress import Progress

# The name is part of the names of arrays, and of what a caller asks for.
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
WEAKEST = 5


@dataclass(frozen=True, slots=True)
class _Order:
    name: str
    labelled: Path
    model: Path
    out: Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `head` takes."""
    parser.add_argument("name", metavar="NAME", help="name of the head, such as intent")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--labelled",
        type=Path,
        metavar="FILE",
        help="JSON Lines or CSV with the fields text and label; a head of this name is replaced",
    )
    what.add_argument("--remove", action="store_true", help="remove the head")
    parser.add_argument(
        "--model", type=Path, required=True, metavar="DIR", help="folder of an exported model"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder to write (default: the model's own)"
    )


def run(options: argparse.Namespace, stream: TextIO) -> int:
    """Add or remove a head, print its figures and return the exit status."""
    if not NAME.fullmatch(options.name):
        raise UnusableHead(
            f"{options.name!r} cannot name a head; take small letters, digits, - and _, "
            "a letter first"
        )
    out = options.out or options.model
    if options.remove:
        from model_export.heads.keeping import remove_head

        _show_folder(out, remove_head(options.model, out, options.name))
    else:
        _train(_Order(options.name, options.labelled, options.model, out), stream)
    return 0


def _train(order: _Order, stream: TextIO) -> None:
    # Files are checked first: scikit-learn takes seconds to load.
    labelled = read_labelled(order.labelled)
    manifest = verify_folder(order.model)
    files_to_load(manifest)
    from model_export.heads import keeping, training

    progress = Progress(stream, steps=3)
    for warning in labelled.warnings:
        progress.warn(warning)
    with progress.step("encode the texts") as remarks:
        encoder = open_encoder(order.model, os.cpu_count() or 1, manifest)
        vectors = encoder.encode(labelled.texts, "query")
        remarks.append(f"{len(labelled.texts):,} texts")
    with progress.step("train, judged on held-out texts") as remarks:
        trained = training.train(order.name, vectors, labelled.labels)
        remarks.append(f"strength {trained.strength:g}, temperature {trained.temperature:.2f}")
    figures = trained.quality.to_record() | {
        "strength": trained.strength,
        "temperature": trained.temperature,
        "labelled_sha256": sha256_of(order.labelled),
    }
    with progress.step("write"):
        kept = keeping.add_head(order.model, order.out, trained.head, figures)
    progress.close()
    _show_quality(order.name, labelled, trained.quality)
    _show_folder(order.out, kept)


def _show_quality(name: str, labelled: Labelled, quality: Quality) -> None:
    left_out = f" ({labelled.repeated} repeated left out)" if labelled.repeated else ""
    weakest = sorted(quality.f1.items(), key=lambda pair: pair[1])[:WEAKEST]
    print(
        f"{name}: {quality.examples:,} texts{left_out}, {len(quality.f1)} labels, each text judged "
        "by a head that had not seen it"
    )
    print(
        f"  accuracy {quality.accuracy:.3f}, macro F1 {quality.macro_f1:.3f}, "
        f"log loss {quality.log_loss:.3f}, calibration error {quality.calibration_error:.3f}"
    )
    print(f"  weakest by F1: {', '.join(f'{label} {f1:.2f}' for label, f1 in weakest)}")


def _show_folder(out: Path, manifest: Manifest) -> None:
    names = ", ".join(sorted(manifest.details.get("heads", {}))) or "no heads"
    print(f"{out} holds {manifest.id} with {names}")
