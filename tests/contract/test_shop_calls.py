"""Calls to a shop: over HTTP to a real server, and to functions through a client's interface."""

import io
import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from concierge.adapters.shop_calls import CallsByKind, LambdaCalls
from concierge.adapters.shop_calls_http import HttpCalls, is_public
from concierge.answering.flows.flow import Call, ResponseField
from concierge.errors import CallFailed, NotFound, Throttled, Unavailable
from samples.orders import server as orders

STATUS = {"status": ResponseField("text", required=True)}


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answering(status, headers, body):
    """Return a server that answers everything alike and keeps what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            length = int(self.headers.get("Content-Length", 0))
            self.server.asked.append((self.path, dict(self.headers), self.rfile.read(length)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    return server


JSON = {"Content-Type": "application/json; charset=utf-8"}


def ask(url, values=None, calls=None, timeout_s=5.0, **fields):
    call = Call("http", url, fields.pop("request", {}), STATUS, **fields)
    calls = calls or HttpCalls(allow_loopback=True)
    return calls.call(call, values or {}, timeout_s)


def test_the_sample_order_system_answers():
    with serving(orders(0)) as url:
        found = ask(url + "/orders/{order_number}", {"order_number": "AB-12345"})
        assert found["carrier"] == "Postbote"
        stock = ask(
            url + "/stock", {"s": "XL", "c": "DE"}, request={"size": "{s}", "country": "{c}"}
        )
        assert stock == {"available": True, "ships": True, "days": 3}
        with pytest.raises(NotFound):
            ask(url + "/orders/{order_number}", {"order_number": "ZZ-00000"})


def test_values_cannot_leave_their_place_in_an_address():
    server = answering(200, JSON, b"{}")
    with serving(server) as url:
        ask(url + "/o/{n}?a={n}", {"n": "../x?y=1&z#é"}, request={"q": "a&b={n}"})
    assert server.asked[0][0] == (
        "/o/..%2Fx%3Fy%3D1%26z%23%C3%A9?a=..%2Fx%3Fy%3D1%26z%23%C3%A9"
        "&q=a%26b%3D..%2Fx%3Fy%3D1%26z%23%C3%A9"
    )


def test_a_post_has_its_parameters_in_the_body_and_numbers_stay_numbers():
    server = answering(200, JSON, b"{}")
    request = {"n": "{n}", "who": "shop", "absent": "{gone}"}
    with serving(server) as url:
        ask(url, {"n": 3.0}, method="POST", request=request, headers={"X-Key": "k"})
    _, headers, body = server.asked[0]
    assert json.loads(body) == {"n": 3.0, "who": "shop"}
    assert (headers["X-Key"], headers["Content-Type"]) == ("k", "application/json")


@pytest.mark.parametrize(
    ("status", "headers", "body", "reason"),
    [
        (200, {"Content-Type": "text/html"}, b"<html>", "answered text/html, not JSON"),
        (200, {}, b"{}", "not JSON"),
        (200, JSON, b"{", "is not JSON"),
        (200, JSON, b"[1]", "no JSON object"),
        (200, JSON, b"\xff", "is not JSON"),
        (200, JSON, b"[" * 60_000, "is not JSON"),
        (200, JSON, b'{"a": "' + b"x" * 70_000 + b'"}', "larger than"),
        (200, JSON | {"Content-Length": "100"}, b'{"a":', "is not JSON"),
        (302, {"Location": "http://169.254.169.254/"}, b"", "redirects (302)"),
        (500, JSON, b"{}", "answered 500"),
    ],
)
def test_an_answer_that_cannot_be_used_is_a_failure(status, headers, body, reason):
    with serving(answering(status, headers, body)) as url, pytest.raises(CallFailed) as caught:
        ask(url)
    assert reason in str(caught.value)


def test_nobody_there_is_a_failure():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CallFailed, match="cannot be reached"):
            ask(f"http://127.0.0.1:{taken.getsockname()[1]}/")


def test_a_server_that_drips_is_given_up_at_the_deadline():
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip():
            connection, _ = listening.accept()
            with connection:
                while not stop.wait(0.02):
                    try:
                        connection.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(CallFailed, match=r"within 0\.2 s|cannot be reached"):
            ask(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout_s=0.2)
        waited = time.monotonic() - begun
        stop.set()
        thread.join()
    assert waited >= 0.1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "::1", "fd00:ec2::254", "fe80::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::",
        "224.0.0.1",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_whatever_the_name(address):
    assert not is_public(ip_address(address))
    for addresses in ([address], ["93.184.216.34", address]):
        calls = HttpCalls(resolve=lambda host, port, found=addresses: found)
        with pytest.raises(CallFailed, match="not a public https address"):
            ask("https://shop.example/", calls=calls)


def test_public_addresses_are_public():
    assert is_public(ip_address("93.184.216.34"))
    assert is_public(ip_address("2606:2800:220:1:248:1893:25c8:1946"))


def test_without_https_only_loopback_is_called_and_only_where_allowed():
    for calls in (HttpCalls(), HttpCalls(resolve=lambda host, port: ["93.184.216.34"])):
        with pytest.raises(CallFailed, match="not a public https address"):
            ask("http://localhost/", calls=calls)


def test_a_host_without_an_address_is_a_failure():
    def unknown(host, port):
        raise socket.gaierror(8, "unknown")

    with pytest.raises(CallFailed, match="no address"):
        ask("https://shop.example/", calls=HttpCalls(resolve=unknown))


class Functions:
    """A Lambda client: answers what it is told to, or raises it."""

    def __init__(self, outcome, **more):
        self.outcome, self.more, self.invoked, self.timeouts = outcome, more, [], []

    def waiting(self, timeout_s):
        self.timeouts.append(timeout_s)
        return self

    def invoke(self, **request):
        self.invoked.append(request)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return {"StatusCode": 200, "Payload": io.BytesIO(self.outcome), **self.more}


def invoke(functions):
    call = Call("lambda", "orders", {"number": "{n}"}, STATUS)
    calls = CallsByKind({"lambda": LambdaCalls(functions.waiting)})
    return [calls.call(call, {"n": "AB-1"}, 2.0) for _ in range(2)]


def test_a_function_gets_the_parameters_as_its_event():
    functions = Functions(b'{"status": "shipped"}')
    assert invoke(functions) == [{"status": "shipped"}] * 2
    assert functions.invoked[0]["FunctionName"] == "orders"
    assert json.loads(functions.invoked[0]["Payload"]) == {"number": "AB-1"}
    assert functions.timeouts == [2.0]


def test_a_function_that_raises_is_a_failure_and_not_quoted():
    functions = Functions(b'{"errorMessage": "AB-1 broke"}', FunctionError="Unhandled")
    with pytest.raises(CallFailed, match="Unhandled") as caught:
        invoke(functions)
    assert "AB-1" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke"), Unavailable),
        (ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"), Throttled),
        (ReadTimeoutError(endpoint_url="x"), Unavailable),
    ],
)
def test_errors_of_lambda_are_ours(error, ours):
    with pytest.raises(ours):
        invoke(Functions(error))


@pytest.mark.parametrize("body", [b"null", b'"text"', b"", b"<html>"])
def test_a_function_that_returns_no_object_is_a_failure(body):
    with pytest.raises(CallFailed):
        invoke(Functions(body))
