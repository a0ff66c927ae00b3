"""Dependencies point one way: a room may import only the rooms before it."""

import ast
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
BASE = {"errors"}
SHOP = BASE | {"shop", "artifacts"}
LANGUAGE = SHOP | {"language"}
GUARDING = LANGUAGE | {"guarding"}
RETRIEVAL = GUARDING | {"retrieval"}
FILES = BASE | {"files"}
USE_CASES = ("recommending", "answering", "searching", "ingesting", "training", "improving")
EDGE = (
    RETRIEVAL
    | FILES
    | {
        *USE_CASES,
        "generating",
        "adapters",
        "settings",
        "problems",
        "http",
        "messages",
        "bootstrap",
    }
)
ALLOWED = {
    "errors": set(),
    "settings": set(),
    "startup": set(),
    "shop": BASE | {"shop"},
    "artifacts": BASE | {"artifacts"},
    "language": LANGUAGE,
    "generating": LANGUAGE | {"generating"},
    "guarding": GUARDING,
    "retrieval": RETRIEVAL,
    "files": FILES,
    "recommending": RETRIEVAL | {"recommending"},
    "answering": RETRIEVAL | {"answering"},
    # What customers like is known there.
    "searching": RETRIEVAL | {"recommending", "searching"},
    "ingesting": RETRIEVAL | FILES | {"ingesting"},
    "improving": RETRIEVAL | {"answering", "improving"},
    # What is learnt and judged is what serves.
    "training": RETRIEVAL | FILES | {"recommending", "training"},
    "adapters": RETRIEVAL | {*USE_CASES, "adapters", "generating"},
    "problems": BASE,
    "http": BASE | {"problems"},
    "messages": RETRIEVAL | {"http"},
    "bootstrap": EDGE,
}
HEAVY = {"torch", "transformers", "optimum", "sentence_transformers", "huggingface_hub"}


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def modules():
    for path in sorted((FUNCTIONS / "concierge").rglob("*.py")):
        room = path.relative_to(FUNCTIONS / "concierge").parts[0].removesuffix(".py")
        if room != "__init__":
            yield pytest.param(room, path, id=str(path.relative_to(FUNCTIONS)))


@pytest.mark.parametrize(("room", "path"), list(modules()))
def test_a_module_imports_only_rooms_below_its_own(room, path):
    own = {name.split(".")[1] for name in imports_of(path) if name.startswith("concierge.")}
    assert own <= ALLOWED[room], f"{path.name} reaches up to {own - ALLOWED[room]}"


@pytest.mark.parametrize(("room", "path"), list(modules()))
def test_only_adapters_and_clients_know_aws(room, path):
    aws = {name for name in imports_of(path) if name.split(".")[0] in {"boto3", "botocore"}}
    assert not aws or room == "adapters" or path.name == "clients.py"


@pytest.mark.parametrize("path", sorted(FUNCTIONS.rglob("*.py")), ids=lambda path: path.name)
def test_functions_never_import_what_only_the_export_needs(path):
    assert not {name.split(".")[0] for name in imports_of(path)} & HEAVY


@pytest.mark.parametrize(
    "path", sorted(FUNCTIONS.glob("*/app.py")), ids=lambda path: path.parent.name
)
def test_handlers_are_made_without_environment_or_aws(path):
    names = set(imports_of(path))
    assert not {
        name for name in names if name.split(".")[0] in {"os", "boto3", "botocore", "numpy"}
    }
    assert not any(name.startswith(("concierge.bootstrap", "concierge.adapters")) for name in names)


@pytest.mark.parametrize(
    "path", sorted(FUNCTIONS.glob("*/main.py")), ids=lambda path: path.parent.name
)
def test_entry_points_hold_the_collector_back_before_anything_is_imported(path):
    statements = ast.parse(path.read_text(encoding="utf-8")).body
    imported = [node for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
    assert ast.unparse(imported[1]) == "import concierge.startup"
    assert ast.unparse(statements[-1]) == "concierge.startup.finish()"
