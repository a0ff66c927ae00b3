"""Heads are kept with the model that they were trained on; the folder changes whole or not at all."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from concierge.artifacts import manifest as manifests
from concierge.artifacts.arrays import ArraysWriter
from concierge.artifacts.manifest import FileEntry, Manifest
from concierge.language import heads
from concierge.language.heads import Head
from model_export.errors import UnusableHead
from model_export.publishing.placing import check_replaceable, put_in_place, workplace


def add_head(model: Path, out: Path, head: Head, figures: Mapping[str, Any]) -> Manifest:
    """Write the model with this head, in place of one of its name, and return the new manifest."""
    manifest = manifests.verify_folder(model)
    kept = heads.open_heads(model, manifest) | {head.name: head}
    described = dict(manifest.details.get("heads", {}))
    described[head.name] = {"labels": list(head.labels), **figures}
    return _write(model, out, manifest, kept, described)


def remove_head(model: Path, out: Path, name: str) -> Manifest:
    """Write the model without this head, or raise UnusableHead where it has none of the name."""
    manifest = manifests.verify_folder(model)
    kept = heads.open_heads(model, manifest)
    if name not in kept:
        raise UnusableHead(str(heads.unknown_head(name, kept)))
    del kept[name]
    described = {other: manifest.details["heads"][other] for other in kept}
    return _write(model, out, manifest, kept, described)


def _write(
    model: Path,
    out: Path,
    manifest: Manifest,
    kept: Mapping[str, Head],
    described: Mapping[str, Any],
) -> Manifest:
    check_replaceable(out)
    with workplace(out) as scratch:
        finished = scratch / "model"
        shutil.copytree(model, finished)
        new = _described_anew(manifest, _replace_file(finished, kept), described)
        if out.resolve() == model.resolve() and _same_contents(new, manifest):
            return manifest
        (finished / manifests.FILE_NAME).write_text(new.to_json(), encoding="utf-8")
        put_in_place(finished, out)
    return new


def _replace_file(folder: Path, kept: Mapping[str, Head]) -> dict[str, FileEntry]:
    """Write the file of all heads, and return its entry; no heads have no file."""
    path = folder / heads.FILE_NAME
    path.unlink(missing_ok=True)
    if not kept:
        return {}
    writer = ArraysWriter(folder, heads.FILE_NAME)
    for name, head in sorted(kept.items()):
        weights = writer.column(f"{name}.weights", head.weights.dtype, head.weights.shape[1])
        weights.append(head.weights)
        writer.put(f"{name}.bias", head.bias)
    writer.finish()
    return {heads.FILE_NAME: FileEntry(manifests.sha256_of(path), path.stat().st_size)}


def _described_anew(
    manifest: Manifest, entry: Mapping[str, FileEntry], described: Mapping[str, Any]
) -> Manifest:
    files = {name: file for name, file in manifest.files.items() if name != heads.FILE_NAME}
    details = {key: value for key, value in manifest.details.items() if key != "heads"}
    now = datetime.now(UTC)
    return replace(
        manifest,
        id=manifests.new_id(now),
        created_at=now.isoformat(timespec="seconds"),
        files={**files, **entry},
        details={**details, "heads": dict(sorted(described.items()))} if described else details,
    )


def _same_contents(one: Manifest, other: Manifest) -> bool:
    return (one.files, one.details) == (other.files, other.details)
