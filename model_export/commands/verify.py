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
from model_export.errors import UnusableAddress, UnusableOption
from model_export.evidence.specimen import check_specimen

Say = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "where",
        metavar="s3://BUCKET[/ID]|DIR",
        help="a bucket (its model in force, or the one of an id), or an exported folder",
    )
    parser.add_argument(
        "--key", metavar="KEY", help="the KMS key that must have signed it (id, alias or ARN)"
    )
    parser.add_argument(
        "--endpoint-url", metavar="URL", help="another AWS, such as a local stack's"
    )


def run(options: argparse.Namespace, stream: TextIO) -> int:
    """Print one line a check; a check that fails is an error."""
    del stream
    if options.where.startswith("s3://"):
        _verify_bucket(options)
        return 0
    folder = Path(options.where)
    if not folder.is_dir():
        raise UnusableAddress(f"{options.where} is neither s3://BUCKET nor a folder")
    if options.key:
        raise UnusableOption("--key: a folder is not signed; its copy in a bucket is")
    check_folder(folder, verify_folder(folder), print)
    return 0


def _verify_bucket(options: argparse.Namespace) -> None:
    # Imported here: boto3 takes a third of a second, which a folder should not cost.
    from model_export.publishing.publishing_s3 import s3_store

    bucket, _, artifact_id = options.where.removeprefix("s3://").partition("/")
    store = s3_store(f"s3://{bucket}", options.endpoint_url, options.key)
    manifest = verify_published(store, print, artifact_id)
    signature = store.signature("model", manifest.id)
    if options.key:  # nothing is fetched that it did not sign
        print(f"ok  signature: by {options.key}")
    elif signature:
        print(f"--  signature: names {signature.key}, not checked; give it as --key")
    else:
        print("--  signature: none")


def verify_published(store: ArtifactStore, say: Say, artifact_id: str = "") -> Manifest:
    """Check a model, by default the one in force, or raise BrokenArtifact naming what is wrong."""
    pointer = store.current("model")
    if pointer is None and not artifact_id:
        raise BrokenArtifact("no model has been published there")
    if pointer and artifact_id in {"", pointer.id}:
        artifact_id, manifest_sha256 = pointer.id, pointer.manifest_sha256
        say(f"ok  pointer: {pointer.id}, published {pointer.published_at}")
    else:
        manifest_sha256 = ""
        say(f"--  pointer: {pointer.id if pointer else 'nothing'} is in force, not this one")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        manifest = store.fetch(
            "model",
            artifact_id,
            folder,
            manifest_sha256,
            lambda stated: [*stated.files, *stated.evidence],
        )
        if manifest_sha256:
            say("ok  manifest: its hash is the pointer's")
        check_folder(folder, manifest, say)
    return manifest


def check_folder(folder: Path, manifest: Manifest, say: Say) -> None:
    """Check a folder whose hashes were compared, by the vectors that its model makes."""
    for names, what in ((manifest.files, "files"), (manifest.evidence, "evidence")):
        say(f"ok  {what}: {', '.join(sorted(names)) or 'none'}")
    if manifest.kind != "model":
        raise BrokenArtifact(f"{manifest.id} is a {manifest.kind}, whose vectors cannot be checked")
    encoder = open_encoder(folder, manifest=manifest)
    furthest = check_specimen(encoder, _specimen(manifest))
    say(
        f"ok  vectors: of {encoder.dimensions} dimensions, of length one, "
        f"within {furthest:.4f} of those that the manifest states"
    )


def _specimen(manifest: Manifest) -> dict[str, list[float]]:
    own = graph_name().removesuffix(".onnx")
    try:
        stated: dict[str, list[float]] = manifest.details["targets"][own]["specimen"]
    except (KeyError, TypeError) as error:
        raise BrokenArtifact("the manifest states no vectors to check the model by") from error
    return stated
