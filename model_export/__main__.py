"""python -m model_export: export a model, and publish it where that is asked for."""

import argparse
import os
import sys
from pathlib import Path
from typing import TextIO

from concierge.artifacts.manifest import Manifest
from concierge.artifacts.store import ArtifactStore
from concierge.errors import ConciergeError
from model_export import arguments
from model_export.encoders.recipes import RECIPES
from model_export.errors import ExportError, TooFarFromOriginal
from model_export.evidence.provenance import finished_before, origin_of
from model_export.progress import Progress
from model_export.publishing.placing import check_replaceable
from model_export.reading.blueprint import read_blueprint
from model_export.reading.sources import find_source
from model_export.reading.weights import check_weights

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


def main(argv: list[str] | None = None, stream: TextIO | None = None) -> int:
    """Run the command and return its exit status: 2 if the user has to change something."""
    options = arguments.parse(argv)
    try:
        store = _store(options.publish, options.endpoint_url) if options.publish else None
        _export(options, stream or sys.stderr)
        if store:
            _publish(store, options.out)
    except TooFarFromOriginal as error:
        return _fail(str(error), FAILED)
    except ExportError as error:
        return _fail(str(error), MISUSED)
    except (ConciergeError, OSError) as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return _fail(f"interrupted; {options.out} is as it was", INTERRUPTED)
    return 0


def _export(options: argparse.Namespace, stream: TextIO) -> Manifest:
    check_replaceable(options.out)
    source = find_source(options.model)
    blueprint = read_blueprint(source.folder)
    check_weights(source.folder)
    recipe = RECIPES[options.target]
    origin = origin_of(source, options.languages)
    before = finished_before(options.out, origin, recipe, options.target, options.min_cosine)
    if before and not options.force:
        print(f"{options.out} is up to date: {before.id}")
        return before
    progress = Progress(stream, steps=5)
    if not blueprint.pooling_is_stated:
        progress.warn(f"{source.name} has no 1_Pooling/config.json; its tokens are averaged")
    # Imported here: torch takes seconds, which a run with nothing to do should not cost.
    from model_export.encoders import pipeline

    order = pipeline.Order(
        source.folder, blueprint, recipe, options.target, options.min_cosine, origin
    )
    manifest = pipeline.export_model(order, options.out, progress)
    print(f"{options.out} holds {source.name} as {manifest.id}")
    return manifest


def _store(address: str, endpoint_url: str | None) -> ArtifactStore:
    """Open the store before the export begins, so that a wrong address costs no time."""
    from model_export.publishing.publishing_s3 import s3_store

    return s3_store(address, endpoint_url)


def _publish(store: ArtifactStore, out: Path) -> None:
    from model_export.publishing.publishing_s3 import publish

    pointer, flipped = publish(store, out)
    print(f"{pointer.id} {'is now' if flipped else 'was already'} in force")


def _fail(message: str, status: int) -> int:
    print(f"model_export: {' '.join(message.split())}", file=sys.stderr)
    return status


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    sys.exit(main())
