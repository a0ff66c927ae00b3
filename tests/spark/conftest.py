"""A Spark of this machine's cores, and an archive for it to read."""

import gzip
import json
import os
import random
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW

ROOT = Path(__file__).parents[2]


def pytest_configure(config):
    # Spark leaves the sockets to its JVM to the garbage collector.
    for category in ("ResourceWarning", "pytest.PytestUnraisableExceptionWarning"):
        config.addinivalue_line("filterwarnings", f"ignore:.*socket:{category}")


def pytest_collection_modifyitems(items):
    if shutil.which("java") is None:
        reason = "Spark needs Java 17: install it and put `java` on the PATH"
        for item in items:
            item.add_marker(pytest.mark.skip(reason))


@pytest.fixture(scope="session", autouse=True)
def workers():
    """Let the Python processes that Spark starts import what we do."""
    before = os.environ.copy()
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "functions"), str(ROOT)])
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYSPARK_SUBMIT_ARGS"] = (
        "--master local[2] --conf spark.ui.enabled=false --driver-memory 1g pyspark-shell"
    )
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def spark(workers):
    from pyspark import SparkContext

    context = SparkContext(appName="tests")
    context.setLogLevel("ERROR")
    yield context
    context.stop()


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """A small archive in several parts, with repeated events, broken lines and a broken part."""
    folder, draw = tmp_path_factory.mktemp("archive"), random.Random(0)
    lines = [json.dumps(event) for event in events(draw)]
    parts = [lines[start::5] for start in range(5)]
    parts[1] += lines[:200]
    parts[3] += ["{", '{"event_id": "x"}']
    for number, part in enumerate(parts):
        path = folder / ("events" if number % 2 else "history") / f"{number}.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress("\n".join(part).encode()))
    (folder / "events" / "plain.jsonl").write_text("\n".join(lines[:50]))
    (folder / "events" / "broken.gz").write_bytes(b"not packed")
    return folder


def events(draw, customers=150, items=60):
    for customer in range(customers):
        start = draw.randrange(items)
        for visit in range(draw.randint(1, 5)):
            at = NOW - timedelta(days=draw.uniform(1, 300))
            for line in range(draw.randint(1, 6)):
                yield {
                    "event_id": f"{customer}-{visit}-{line}",
                    "type": draw.choice(["purchase", "purchase", "view"]),
                    "customer_id": f"customer-{customer}",
                    "item_id": f"item-{(start + visit + draw.randrange(4)) % items}",
                    "occurred_at": (
                        at + timedelta(seconds=97 * line + draw.randrange(60))
                    ).isoformat(),
                }
