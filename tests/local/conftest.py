"""One local AWS for all tests of this folder: deployed, with the model in force and a small shop imported."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from concierge.adapters.artifacts_s3 import S3Artifacts
from infra.local.client import ShopClient
from infra.local.deploy import deploy
from infra.local.stack import ROOT, LocalStack
from model_export.publishing import publish

MODEL = ROOT / ".build" / "model"
IMPORT_TIMEOUT_S = 120
WAIT_S = 30

PRODUCTS = [
    {
        "item_id": f"{kind}-{number}",
        "title": f"{colour} {noun}",
        "description": f"{colour} {noun} {purpose}",
        "category": category,
        "brand": "Alder" if number % 2 else "Birch",
        "price": 10.0 + number,
        "currency": "EUR",
        "in_stock": True,
        "language": "en",
    }
    for kind, noun, purpose, category in (
        ("tent", "tent", "for two people who camp in the mountains", "outdoor > camping"),
        ("kettle", "kettle", "that boils water for tea in two minutes", "kitchen > appliances"),
        ("novel", "crime novel", "about a detective in a small harbour town", "books > fiction"),
    )
    for number, colour in enumerate(("Green", "Blue", "Red", "Grey", "White", "Black"), 1)
]
KNOWLEDGE = [
    {
        "entry_id": "returns-en",
        "question": "How can I return an item?",
        "variants": ["Can I send something back?"],
        "answer": "Send it back within 30 days with the label from your order page.",
        "language": "en",
    },
    {
        "entry_id": "delivery-en",
        "question": "How long does delivery take?",
        "variants": ["When will my parcel arrive?"],
        "answer": "Delivery takes two to four working days.",
        "language": "en",
    },
]


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


@pytest.fixture(scope="session")
def shop(stack: LocalStack) -> ShopClient:
    """The way into a deployed shop that has products and answers."""
    deployment = deploy(stack)
    store = S3Artifacts(stack.client("s3"), deployment.outputs["ArtifactsBucketName"])
    publish(store, MODEL)
    client = ShopClient(stack, deployment)
    for kind, rows in (("catalogue", PRODUCTS), ("knowledge", KNOWLEDGE)):
        client.upload(kind, "small.jsonl", json_lines(rows))
    for kind in ("catalogue", "knowledge"):
        report = client.wait_for_report(kind, "small.jsonl", IMPORT_TIMEOUT_S)
        assert report["status"] == "completed", report
    return client


@pytest.fixture
def eventually(stack: LocalStack) -> Callable[[Callable[[], Any]], Any]:
    """Poll until something is true and return it, or fail with the end of the functions' log."""

    def wait(condition: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.1)
        pytest.fail(f"still not true after {WAIT_S} s; the end of {stack.log}:\n{stack.log_tail()}")

    return wait


def json_lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs here, so that `-m "not local"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.local)
