"""What is started: our functions as Lambda lays them out, and the usual way beside them."""

import compileall
import importlib.metadata
import json
import os
import py_compile
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measured_shop import CUSTOMER

ROOT = Path(__file__).parent.parent
RUNTIME_CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")
QUERIES = ("warm jacket", "something to drink from", "light for my desk", "a gift for a reader")
QUESTIONS = ("How long does a refund take?", "Do I need a receipt?", "Is delivery free?")
ASKED: Mapping[str, tuple[str, Sequence[Mapping[str, Any]]]] = {
    "recommend": ("/v1/recommendations", [{"customer_id": CUSTOMER, "limit": 10}]),
    "search": ("/v1/search", [{"query": query, "limit": 10} for query in QUERIES]),
    "answer": ("/v1/answers", [{"question": question} for question in QUESTIONS]),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is started over and over, and what it is asked."""

    name: str
    handler: str
    path: str
    bodies: Sequence[Mapping[str, Any]]
    task_root: Path
    python: Sequence[str]
    environment: Mapping[str, str]
    packages: Path


def functions(
    names: Sequence[str], layer: Path, scratch: Path, found: Mapping[str, str]
) -> list[Case]:
    """Lay the functions out as functions/Makefile does for Lambda, on a path of layer and client."""
    task_root = scratch / "task"
    shutil.copytree(ROOT / "functions", task_root, ignore=shutil.ignore_patterns("__pycache__"))
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(task_root, quiet=1, invalidation_mode=mode)
    client = scratch / "runtime"
    _link_runtime_client(client)
    env = {
        **found,
        "PYTHONPATH": f"{layer}:{client}",
        "PYTHONDONTWRITEBYTECODE": "1",  # /var/task and /opt cannot be written to
        "ENCODER_THREADS": "1",
        "SNAPSHOT_CHECK_S": "5",
        "ALLOWED_ORIGIN": "*",
        "LOG_LEVEL": "INFO",
    }
    return [
        Case(
            name=name,
            handler=f"{name}.main.handler",
            path=path,
            bodies=bodies,
            task_root=task_root,
            python=[sys.executable, "-S"],  # nothing but the layer and the client can be imported
            environment={**env, "POWERTOOLS_SERVICE_NAME": name},
            packages=layer,
        )
        for name, (path, bodies) in ASKED.items()
        if name in names
    ]


def _link_runtime_client(folder: Path) -> None:
    """Put awslambdaric and what it requires in a folder of their own."""
    folder.mkdir()
    for name in RUNTIME_CLIENT:
        distribution = importlib.metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or () if ".." not in file.parts}:
            link = folder / top
            if top != "__pycache__":
                link.symlink_to(Path(str(distribution.locate_file(top))))


def usual_way(python: Path, vectors: Path) -> Case:
    """Return the handler to compare with; its environment has torch."""
    return Case(
        name="sentence-transformers",
        handler="usual_way.handler",
        path="/v1/search",
        bodies=[{"query": query} for query in QUERIES],
        task_root=ROOT / "benchmarks",
        python=[str(python)],
        environment={"VECTORS": str(vectors), "HF_HUB_OFFLINE": "1"},
        packages=python.parent.parent,
    )


def forget(folder: Path) -> None:
    """Let the kernel drop what it keeps of a folder's files, as a fresh sandbox has none of it.

    Pages that some process has mapped stay.
    """
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def api_event(path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what API Gateway's REST proxy sends."""
    return {
        "resource": path,
        "path": path,
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json", "Host": "shop.example"},
        "multiValueHeaders": {"Content-Type": ["application/json"], "Host": ["shop.example"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "measured",
            "stage": "shop",
            "path": f"/shop{path}",
            "resourcePath": path,
            "httpMethod": "POST",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }
