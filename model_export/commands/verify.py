"""`verify`: check a published model, or one in a folder, by its hashes, signature and vectors."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from concierge.artifacts.manifest import Manifest, verify_folder
from concierge.artifacts.store import ArtifactStore
from concierge.errors import BrokenArtifact
from concierge.language.encoder import graph_name, open_encoder
from model_export.errors import UnusableAddress
from model_export.evidence.specimen import check_specimen

Say = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("where", metavar="s3://BUCKET|DIR", help="a bucket, or an exported folder")
    parser.add_argument(
        "--endpoint-url", metavar="URL", help="another AWS, such as a local stack's"
    )


def run(options: argparse.Namespace, stream: TextIO) -> int:
    """Print one line a check; a check that fails is an error."""
    del stream
    if not options.where.startswith("s3://"):
        folder = Path(options.where)
        if not folder.is_dir():
            raise UnusableAddress(f"{options.where} is neither s3://BUCKET nor a folder")
        check_folder(folder, verify_folder(folder), print)
        return 0
    from model_export.publishing.publishing_s3 import s3_store

    verify_published(s3_store(options.where, options.endpoint_url, options.key), print)
    print(f"ok  signature: by {options.key}" if options.key else "--  signature: no --key given")
    return 0


def verify_published(store: ArtifactStore, say: Say) -> None:
    """Check the model in force, or raise BrokenArtifact naming what is wrong."""
    pointer = store.current("model")
    if pointer is None:
        raise BrokenArtifact("no model has been published there")
    say(f"ok  pointer: {pointer.id}, published {pointer.published_at}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        manifest = store.fetch(
            "model",
            pointer.id,
            folder,
            pointer.manifest_sha256,
            lambda stated: [*stated.files, *stated.evidence],
        )
        say("ok  manifest: its hash is the pointer's")
        check_folder(folder, manifest, say)


def check_folder(folder: Path, manifest: Manifest, say: Say) -> None:
    """Check a folder whose hashes were compared, by the vectors that its model makes."""
    for names, what in ((manifest.files, "files"), (manifest.evidence, "evidence")):
        say(f"ok  {what}: {', '.join(sorted(names)) or 'none'}")
    encoder = open_encoder(folder, manifest=manifest)
    own = graph_name().removesuffix(".onnx")
    stated = manifest.details["targets"][own].get("specimen")
    if not stated:
        raise BrokenArtifact("the manifest states no vectors to check the model by")
    furthest = check_specimen(encoder, stated)
    say(f"ok  vectors: within {furthest:.4f} of those that the manifest states")
