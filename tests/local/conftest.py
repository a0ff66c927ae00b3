"""One local AWS for all tests of this folder: deployed, with the model in force and a small shop imported."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from concierge.adapters.artifacts_s3 import S3Artifacts
from infra.local.client import Reply, ShopClient
from infra.local.deploy import deploy
from infra.local.stack import ROOT, LocalStack
from model_export.publishing.publishing_s3 import publish
from tests.local.small_shop import CATALOGUE, HISTORY, KNOWLEDGE, PRODUCTS, WARRANTY, json_lines
from tests.local.visitors import profile_of

Eventually = Callable[[Callable[[], Any]], Any]

MODEL = ROOT / ".build" / "model"
IMPORT_TIMEOUT_S = 120
WAIT_S = 30

# How each kind shows that what was imported is what answers.
SEARCH = ("POST", "/v1/search", {"query": "tent"})
RECOMMEND = ("POST", "/v1/recommendations", {"limit": 1})
ANSWER = ("POST", "/v1/answers", {"question": "How can I return an item?"})
ALL = (SEARCH, RECOMMEND, ANSWER)
SERVED_BY = {"catalogue": (SEARCH, RECOMMEND), "knowledge": (ANSWER,), "behaviour": (RECOMMEND,)}


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


@pytest.fixture(scope="session")
def new_shop(stack: LocalStack) -> ShopClient:
    """The way into a deployed shop that nothing was published to yet."""
    return ShopClient(stack, deploy(stack))


@pytest.fixture(scope="session")
def store(stack: LocalStack, new_shop: ShopClient) -> S3Artifacts:
    return S3Artifacts(stack.client("s3"), new_shop.deployment.outputs["ArtifactsBucketName"])


@pytest.fixture(scope="session")
def empty_shop(new_shop: ShopClient) -> MappingProxyType[str, Reply]:
    """What the shop answered before anything was published, by path."""
    return MappingProxyType({call[1]: new_shop.request(*call) for call in ALL})


@pytest.fixture(scope="session")
def shop_without_model(
    new_shop: ShopClient,
    empty_shop: MappingProxyType[str, Reply],
    eventually: Eventually,
) -> MappingProxyType[str, Reply]:
    """What the shop answered when it had products and answers, and no model yet, by path."""
    fill(new_shop)
    served = {}
    for method, path, body in ALL:

        def answered() -> Reply | None:
            reply = new_shop.request(method, path, body)  # noqa: B023 - called at once
            return reply if reply.status == 200 else None

        served[path] = eventually(answered)
    return MappingProxyType(served)


@pytest.fixture(scope="session")
def shop(
    new_shop: ShopClient,
    shop_without_model: MappingProxyType[str, Reply],
    store: S3Artifacts,
    eventually: Eventually,
) -> ShopClient:
    """The way into a shop that has products, answers, history and a model."""
    assert shop_without_model
    publish(store, MODEL)
    fill(new_shop)
    upload_all(new_shop, [("events", "history.jsonl", json_lines(HISTORY))])
    eventually(lambda: store.current("behaviour"))
    for kind in ("catalogue", "knowledge", "behaviour"):
        wait_until_served(new_shop, store, eventually, kind)
    return new_shop


@pytest.fixture
def served(shop: ShopClient, store: S3Artifacts, eventually: Eventually) -> Callable[[str], None]:
    """Wait until the functions answer with the snapshot in force, so that no later test is overtaken."""
    return lambda kind: wait_until_served(shop, store, eventually, kind)


@pytest.fixture
def bring(
    shop: ShopClient, store: S3Artifacts, eventually: Eventually, served: Callable[[str], None]
) -> Callable[[str, str, bytes], dict[str, Any]]:
    """Import a file, wait until the functions answer with it, and return its report."""

    def bring_and_wait(kind: str, name: str, content: bytes) -> dict[str, Any]:
        trained = store.current("behaviour")
        shop.upload(kind, name, content)
        report = shop.wait_for_report(kind, name, IMPORT_TIMEOUT_S)
        if kind == "events":
            # History is not served itself, but trained on.
            eventually(lambda: store.current("behaviour") != trained)
        served("behaviour" if kind == "events" else kind)
        return report

    return bring_and_wait


@pytest.fixture
def act(shop: ShopClient, eventually: Eventually) -> Callable[..., dict[str, Any]]:
    """Send a customer's events over HTTP, wait until they are in the profile, and return it."""

    def send_and_wait(customer: str, *events: dict[str, Any]) -> dict[str, Any]:
        reply = shop.request("POST", "/v1/events", {"events": events})
        assert reply.status == 202, reply
        wanted = {(event["type"], event.get("item_id")) for event in events}

        def recorded() -> Any:
            profile = profile_of(shop, customer).body
            actions = profile.get("recent_actions", [])
            done = {(action["type"], action.get("item_id")) for action in actions}
            return profile if wanted <= done else None

        return eventually(recorded)

    return send_and_wait


@pytest.fixture(scope="session")
def eventually(stack: LocalStack) -> Eventually:
    """Poll until something is true and return it, or fail with the end of the functions' log."""

    def wait(condition: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.1)
        pytest.fail(f"still not true after {WAIT_S} s; the end of {stack.log}:\n{stack.log_tail()}")

    return wait


def fill(shop: ShopClient) -> None:
    """Import what the small shop sells and knows."""
    upload_all(
        shop,
        [
            ("catalogue", CATALOGUE, json_lines(PRODUCTS)),
            ("knowledge", "small.jsonl", json_lines(KNOWLEDGE)),
            ("knowledge", "warranty.md", WARRANTY.encode()),
        ],
    )


def upload_all(shop: ShopClient, files: list[tuple[str, str, bytes]]) -> None:
    """Import files at once."""
    for file in files:
        shop.upload(*file)
    for kind, name, _ in files:
        report = shop.wait_for_report(kind, name, IMPORT_TIMEOUT_S)
        assert report["status"] == "completed", report


def wait_until_served(
    shop: ShopClient,
    store: S3Artifacts,
    eventually: Eventually,
    kind: str,
) -> None:
    """Wait until every function that serves a kind of snapshot serves the one in force."""
    in_force = store.current(kind).id
    for call in SERVED_BY[kind]:

        def is_served() -> bool:
            return shop.request(*call).body.get("versions", {}).get(kind) == in_force  # noqa: B023 - called at once

        eventually(is_served)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs here, so that `-m "not local"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.local)
