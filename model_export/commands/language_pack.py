"""`language-pack`: teach a frozen encoder the words of another language."""

import argparse
from pathlib import Path
from typing import TextIO

from concierge.artifacts.manifest import Manifest, read_manifest
from concierge.errors import BrokenArtifact
from model_export.errors import UnusableFolder
from model_export.languages.recipe import read_recipe
from model_export.progress import Progress
from model_export.publishing.placing import check_replaceable
from model_export.reading.blueprint import read_blueprint
from model_export.reading.sources import DEFAULT_MODEL, find_source
from model_export.reading.weights import check_weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `language-pack build` takes."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    build = verbs.add_parser(
        "build", help="build a pack from a dictionary and translated sentences"
    )
    build.add_argument("recipe", type=Path, metavar="RECIPE.toml", help="sources, licences, seed")
    build.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the files of the recipe are, if not beside it",
    )
    build.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="the encoder: %(default)s (the default), a folder, or owner/name@commit",
    )
    build.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write; replaced whole"
    )


def run(options: argparse.Namespace, stream: TextIO) -> int:
    """Build a pack, print its figures and return the exit status."""
    recipe = read_recipe(options.recipe, options.data)
    check_replaceable(options.out)
    _refuse_other_artifacts(options.out)
    source = find_source(options.model)
    blueprint = read_blueprint(source.folder)
    check_weights(source.folder)
    # Imported here: torch takes seconds, and what was checked above should be told at once.
    from model_export.languages import building

    progress = Progress(stream, building.STEPS)
    encoder = building.Encoder(source, blueprint)
    _show(options.out, building.build_pack(recipe, encoder, options.out, progress))
    return 0


def _refuse_other_artifacts(out: Path) -> None:
    try:
        manifest = read_manifest(out)
    except (BrokenArtifact, OSError):
        return
    if manifest.kind != "language-pack":
        raise UnusableFolder(f"{out} holds a {manifest.kind}; give another folder")


def _show(out: Path, manifest: Manifest) -> None:
    counts = manifest.counts
    size_mb = sum(entry.size for entry in manifest.files.values()) / 1e6
    print(
        f"{out} holds {manifest.details['name']}: {counts['words']:,} words, {counts['vectors']:,} "
        f"with vectors of their own, {size_mb:.1f} MB"
    )
    print(f"{counts['held_out']} sentences that it never saw, and their originals:")
    for when, figures in manifest.details["figures"].items():
        print(f"  {when:16}" + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
