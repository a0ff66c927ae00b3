"""Calls to a shop's HTTP endpoint: one public host, one answer, within one deadline."""

import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, urlsplit

from concierge.adapters.shop_calls import LARGEST_REPLY, parsed
from concierge.answering.flows.flow import Call, Value
from concierge.answering.flows.requests import parameters_of, url_of
from concierge.errors import CallFailed, NotFound

# Addresses that carry an IPv4 address inside, which could be a private one.
_CARRIERS = [ipaddress.ip_network(network) for network in ("64:ff9b::/96", "2002::/16")]
Resolver = Callable[[str, int], list[str]]


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class HttpCalls:
    """Implements ShopCalls over HTTPS; `allow_loopback` lets http://localhost through, for trials."""

    def __init__(self, *, allow_loopback: bool = False, resolve: Resolver = addresses_of) -> None:
        self._allow_loopback = allow_loopback
        self._resolve = resolve

    def call(self, call: Call, values: Mapping[str, Value], timeout_s: float) -> Mapping[str, Any]:
        """Send one request and return the JSON object of the answer."""
        exchange = _Exchange(self, call, values, time.monotonic() + timeout_s)
        # Looking up a name cannot be interrupted, and a server may drip its headers: waiting ends
        # all the same.
        thread = threading.Thread(target=exchange.run, daemon=True)
        thread.start()
        thread.join(timeout_s)
        if thread.is_alive():
            exchange.give_up()
            raise CallFailed(f"no whole answer within {timeout_s:g} s")
        return exchange.outcome()

    def address(self, parts: SplitResult) -> tuple[str, int]:
        """Return the address and port to connect to, or raise CallFailed.

        All addresses of the host are checked and the checked one is used, so that a name cannot
        lead elsewhere a moment later.
        """
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise CallFailed("the endpoint's host has no address") from error
        for address in addresses:
            ip = ipaddress.ip_address(address.partition("%")[0])
            allowed = ip.is_loopback if self._allow_loopback else False
            if not allowed and (parts.scheme != "https" or not is_public(ip)):
                raise CallFailed("the endpoint is not a public https address")
        if not addresses:
            raise CallFailed("the endpoint's host has no address")
        return addresses[0], port


class _Exchange:
    """One request and its answer, in a thread of its own."""

    def __init__(
        self, calls: HttpCalls, call: Call, values: Mapping[str, Value], deadline: float
    ) -> None:
        self._calls = calls
        self._call = call
        self._values = values
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self._reply: Mapping[str, Any] | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        """Keep the answer, or what went wrong."""
        try:
            self._reply = self._exchanged()
        except CallFailed as error:
            self._error = error
        except (OSError, HTTPException, ValueError) as error:
            self._error = CallFailed(f"the endpoint cannot be reached: {type(error).__name__}")

    def outcome(self) -> Mapping[str, Any]:
        """Return the answer, or raise what went wrong."""
        if self._error:
            raise self._error
        if self._reply is None:
            raise CallFailed("the endpoint gave no answer")
        return self._reply

    def give_up(self) -> None:
        """End the connection under the thread that waits for it."""
        if self._socket:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def _exchanged(self) -> Mapping[str, Any]:
        parts = urlsplit(url_of(self._call, self._values))
        connection = HTTPConnection(parts.hostname or "", parts.port)
        try:
            connection.sock = self._socket = self._connected(parts)
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request(self._call.method, path, self._body(), self._headers(parts))
            with connection.getresponse() as response:
                return self._read(response)
        finally:
            connection.close()

    def _connected(self, parts: SplitResult) -> socket.socket:
        address = self._calls.address(parts)
        plain = socket.create_connection(address, timeout=self._left())
        if parts.scheme != "https":
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
        except BaseException:
            plain.close()
            raise

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise CallFailed("no whole answer in time")
        return left

    def _body(self) -> bytes | None:
        if self._call.method == "GET":
            return None
        return json.dumps(parameters_of(self._call, self._values), ensure_ascii=False).encode()

    def _headers(self, parts: SplitResult) -> dict[str, str]:
        headers = {"Host": parts.netloc, "Accept": "application/json", "User-Agent": "concierge"}
        content = {} if self._call.method == "GET" else {"Content-Type": "application/json"}
        return {**self._call.headers, **headers, **content}

    def _read(self, response: HTTPResponse) -> Mapping[str, Any]:
        if response.status == 404:
            raise NotFound("the endpoint knows nothing of what was asked (404)")
        if 300 <= response.status < 400:
            raise CallFailed(f"the endpoint redirects ({response.status}); give its final address")
        if response.status != 200:
            raise CallFailed(f"the endpoint answered {response.status}")
        kind = response.headers.get_content_type()
        if kind != "application/json" and not kind.endswith("+json"):
            raise CallFailed(f"the endpoint answered {kind}, not JSON")
        body = bytearray()
        while len(body) <= LARGEST_REPLY and (part := response.read1(16_384)):
            self._left()
            body += part
        return parsed(bytes(body))


def is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Tell whether an address lies in the public internet: no private, link-local or metadata one."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(ip.ipv4_mapped)
        if any(ip in network for network in _CARRIERS):
            return False
    return ip.is_global and not ip.is_multicast
