"""Speak to a deployed shop: over HTTP, through its inbox and through its event bus."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.deploy import Deployment
from infra.local.stack import LocalStack

IMPORT_TIMEOUT_S = 1800
REQUEST_TIMEOUT_S = 60
POLL_S = 0.1
# PutEvents takes at most ten entries a call.
EVENTS_PER_CALL = 10


@dataclass(frozen=True, slots=True)
class Reply:
    """What the API answered."""

    status: int
    headers: Mapping[str, str]
    text: str
    body: Any
    took_ms: float


IMPORTER = "ImporterFunction"


class NoReport(Exception):
    """An import failed without a report, or took too long. The message quotes the function's log."""


class ShopClient:
    """One shop's access: its key, its inbox, its bus."""

    def __init__(self, stack: LocalStack, deployment: Deployment) -> None:
        self.deployment = deployment
        self._stack = stack
        self._inbox = deployment.outputs["InboxBucketName"]
        self._s3 = stack.client("s3")
        self._events = stack.client("events")
        # Where the functions' log stood when a file was dropped.
        self._log_positions: dict[str, int] = {}
        # Loopback never goes through a proxy.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def request(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request with the shop's key; bytes go as they are, everything else as JSON.

        `headers` replace the usual ones: `{"X-Api-Key": ""}` sends none.
        """
        sent = {"Content-Type": "application/json", "X-Api-Key": self.deployment.api_key}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own loopback address
            self.deployment.api_url + path,
            data=data,
            headers=sent | dict(headers or {}),
            method=method,
        )
        started = time.perf_counter()
        try:
            response = self._opener.open(request, timeout=REQUEST_TIMEOUT_S)
        except urllib.error.HTTPError as refusal:
            response = refusal
        with response:
            content = response.read()
        took_ms = (time.perf_counter() - started) * 1000
        lowered = {name.lower(): value for name, value in response.headers.items()}
        text = content.decode(errors="replace")
        return Reply(response.status, lowered, text, _decoded(text), took_ms)

    def upload(self, kind: str, name: str, content: bytes | Path) -> None:
        """Drop a file in the inbox, where its import starts by itself; an earlier report of that name goes."""
        self._s3.delete_object(Bucket=self._inbox, Key=report_key(kind, name))
        key = f"inbox/{kind}/{name}"
        self._log_positions[key] = self._stack.log_position()
        if isinstance(content, Path):
            self._s3.upload_file(str(content), self._inbox, key)
        else:
            self._s3.put_object(Bucket=self._inbox, Key=key, Body=content)

    def report(self, kind: str, name: str) -> dict[str, Any] | None:
        """Return the report of an import, or None while it is not finished."""
        try:
            reply = self._s3.get_object(Bucket=self._inbox, Key=report_key(kind, name))
        except self._s3.exceptions.NoSuchKey:
            return None
        report: dict[str, Any] = json.loads(reply["Body"].read())
        return None if report["status"] == "continuing" else report

    def wait_for_report(
        self,
        kind: str,
        name: str,
        timeout_s: float = IMPORT_TIMEOUT_S,
        on_wait: Callable[[float], None] | None = None,
    ) -> dict[str, Any]:
        """Poll for a report, telling `on_wait` the seconds so far, or raise NoReport.

        A message whose function failed is seen again after a quarter of an hour, so there is no waiting for that.
        """
        since = self._log_positions.get(f"inbox/{kind}/{name}", 0)
        started = time.monotonic()
        while (waited := time.monotonic() - started) < timeout_s:
            if (report := self.report(kind, name)) is not None:
                return report
            if failures := self._stack.failures(IMPORTER, since):
                raise NoReport("\n".join([f"inbox/{kind}/{name} was not imported:", *failures]))
            if on_wait:
                on_wait(waited)
            time.sleep(POLL_S)
        raise NoReport(
            f"inbox/{kind}/{name} had no report after {timeout_s:.0f} s; "
            f"the end of {self._stack.log}:\n{self._stack.log_tail()}"
        )

    def put_events(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Send live events over the shop's bus."""
        entries = [
            {
                "Source": "shop",
                "DetailType": "Shop Event",
                "Detail": json.dumps(event),
                "EventBusName": self.deployment.outputs["EventBusName"],
            }
            for event in events
        ]
        for first in range(0, len(entries), EVENTS_PER_CALL):
            reply = self._events.put_events(Entries=entries[first : first + EVENTS_PER_CALL])
            if reply["FailedEntryCount"]:
                raise RuntimeError(f"the bus refused events: {reply['Entries']}")


def report_key(kind: str, name: str) -> str:
    """Return where the importer writes the report of a file."""
    return f"reports/{kind}/{name}.json"


def _decoded(text: str) -> Any:
    """Return JSON as data, and anything else as text."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
