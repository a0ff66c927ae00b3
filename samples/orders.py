"""The order and stock system of the sample shop: `python -m samples.orders` serves it on localhost."""

import json
import re
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PORT = 8931
ORDERS: Mapping[str, Mapping[str, Any]] = {
    "AB-12345": {"status": "shipped", "carrier": "Postbote", "expected": "2026-12-03"},
    "AB-22222": {"status": "packing"},
    "AB-33333": {"status": "delivered", "delivered": "2026-11-20"},
}
SIZES = {"S", "M", "L", "XL", "38", "42"}
DELIVERY_DAYS = {"AT": 2, "DE": 3, "CH": 4, "FR": 4, "GB": 6, "CA": 9, "JP": 10, "CN": 8}


def answer_to(address: str) -> Mapping[str, Any] | None:
    """Return what the system answers to a path with its query; None where it knows nothing."""
    parts = urlsplit(address)
    if found := re.fullmatch(r"/orders/([A-Z]{2})-?(\d+)", parts.path):
        return ORDERS.get(f"{found[1]}-{found[2]}")
    if parts.path == "/stock":
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        days = DELIVERY_DAYS.get(asked.get("country", ""))
        shown = {} if days is None else {"days": days}
        return {"available": asked.get("size") in SIZES, "ships": days is not None, **shown}
    return None


class Orders(BaseHTTPRequestHandler):
    """Answers GET requests in JSON."""

    def do_GET(self) -> None:
        """Answer one request."""
        answer = answer_to(self.path)
        body = json.dumps(answer or {"error": "not found"}).encode()
        self.send_response(404 if answer is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet: an address holds the number of an order."""


def server(port: int = PORT) -> ThreadingHTTPServer:
    """Return the system, ready to serve."""
    return ThreadingHTTPServer(("127.0.0.1", port), Orders)


if __name__ == "__main__":
    server(int(sys.argv[1]) if len(sys.argv) > 1 else PORT).serve_forever()
