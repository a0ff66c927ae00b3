"""Make template.yaml deployable here: what `sam package` does for AWS, in a second."""

import hashlib
import io
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.local.stack import ROOT, StackFailed
from infra.local.template import Template

FUNCTIONS = ROOT / "functions"
LAYER = ROOT / ".build" / "layer"
SITE_PACKAGES = f"python/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"


def zip_functions(folder: Path = FUNCTIONS) -> bytes:
    """Return the function code as the zip that all functions share."""
    sources = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "Makefile"
    )
    return _zip((path.relative_to(folder).as_posix(), path.read_bytes()) for path in sources)


def zip_layer(folder: Path = LAYER) -> bytes:
    """Return a layer that points at the built folder instead of holding it.

    The emulator unpacks a layer anew for each worker process: 150 MB and some 3,000 files each time. A .pth file puts
    the built folder first on the path instead, ahead of whatever the interpreter has installed. It also gives each
    worker a temporary folder of its own, as each has its own /tmp on AWS.
    """
    packages = folder / "python"
    if not packages.is_dir():
        raise StackFailed(f"there is no runtime layer in {packages}; build it with `make layer`")
    line = (
        f"import os, sys, tempfile; sys.path.insert(0, {str(packages)!r}); "
        "tempfile.tempdir = tempfile.mkdtemp(dir=os.path.dirname(os.environ['LAMBDA_TASK_ROOT']))\n"
    )
    return _zip([(f"{SITE_PACKAGES}/concierge_layer.pth", line.encode())])


def upload_code(
    s3: Any, bucket: str, template: Template, functions: bytes, layer: bytes
) -> Template:
    """Upload both zips and return the template with their addresses in place of the folders."""
    in_all = {**template["Globals"]["Function"], "CodeUri": _upload(s3, bucket, functions)}
    runtime_layer = template["Resources"]["RuntimeLayer"]
    properties = {**runtime_layer["Properties"], "ContentUri": _upload(s3, bucket, layer)}
    resources = {
        **template["Resources"],
        "RuntimeLayer": {**runtime_layer, "Properties": properties},
    }
    return {**template, "Globals": {"Function": in_all}, "Resources": resources}


def _zip(entries: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _upload(s3: Any, bucket: str, content: bytes) -> str:
    key = f"code/{hashlib.sha256(content).hexdigest()}.zip"
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    return f"s3://{bucket}/{key}"
