"""Generators against a server process that speaks the protocol, and one that misbehaves."""

import io
import socket
import subprocess
import sys
import time
from pathlib import Path

import botocore.session
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from concierge.adapters.chat_completions import MOST_BYTES
from concierge.adapters.generator_onnx import OnnxTextGenerator
from concierge.adapters.generator_openai import OpenAiGenerator
from concierge.adapters.generator_sagemaker import SageMakerGenerator
from concierge.adapters.keys_ssm import SsmKey
from concierge.answering.phrasing import Passage, Phrasing
from concierge.answering.prompt import new_prompt
from concierge.errors import (
    Asleep,
    Throttled,
    TimedOut,
    Unavailable,
    UnreadableReply,
    UnusableKey,
)
from tests.fakes.chat_server import GOOD, completion
from tests.fakes.encoder import WordEncoder

PROMPT = new_prompt("Are returns free?", "en", ["Returns are free within 30 days."])
STORED = "Returns are free within 30 days."
SHORT_S = 0.3


@pytest.fixture(scope="module")
def address():
    command = [sys.executable, "-m", "tests.fakes.chat_server"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with process:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.stdin.close()


@pytest.fixture
def dead_address():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}/v1"


def phrased(generator, timeout_s=30.0, in_s=30.0):
    phrasing = Phrasing(generator, timeout_s)
    passages = [Passage("returns", STORED)]
    deadline = time.monotonic() + in_s
    return phrasing.phrase("Are returns free?", "en", passages, STORED, WordEncoder(), deadline)


def test_a_good_answer_comes_as_it_was_written(address):
    assert OpenAiGenerator(address, "good").generate(PROMPT, 30, 100) == GOOD


def test_a_good_answer_is_used_with_its_source(address):
    answer = phrased(OpenAiGenerator(address, "good"))
    assert (answer.text, answer.is_generated, answer.cited) == (STORED, True, ("returns",))
    assert answer.degraded == ()


def test_the_key_is_sent_and_a_refused_one_is_named(address):
    assert OpenAiGenerator(address, "keyed", lambda: "secret").generate(PROMPT, 30, 9) == GOOD
    with pytest.raises(UnusableKey, match="401"):
        OpenAiGenerator(address, "keyed", lambda: "other").generate(PROMPT, 30, 9)


@pytest.mark.parametrize(
    ("model", "error", "reason"),
    [
        ("cut_off", UnreadableReply, "broke off"),
        ("truncated", UnreadableReply, "no chat completion"),
        ("html", UnreadableReply, "text/html"),
        ("nonsense", UnreadableReply, "no chat completion"),
        ("deep", UnreadableReply, "no chat completion"),
        ("cut_text", UnreadableReply, "cut off"),
        ("enormous", UnreadableReply, f"{MOST_BYTES:,} bytes"),
        ("moved", UnreadableReply, "redirects"),
        ("broken", Unavailable, "500"),
        ("busy", Throttled, "slow down"),
        ("silent_close", Unavailable, "generator"),
    ],
)
def test_what_a_server_does_wrong_has_a_name(address, model, error, reason):
    with pytest.raises(error, match=reason):
        OpenAiGenerator(address, model).generate(PROMPT, 30, 100)


@pytest.mark.parametrize("model", ["slow", "trickling", "trickling_headers"])
def test_a_server_that_takes_its_time_is_left_at_the_deadline(address, model):
    with pytest.raises(TimedOut):
        OpenAiGenerator(address, model).generate(PROMPT, SHORT_S, 100)


@pytest.mark.parametrize(
    "model",
    [
        "slow",
        "trickling",
        "trickling_headers",
        "cut_off",
        "truncated",
        "html",
        "nonsense",
        "broken",
        "busy",
        "moved",
        "enormous",
        "lying",
        "injected",
    ],
)
def test_the_stored_answer_is_given_whatever_the_server_does(address, model):
    answer = phrased(OpenAiGenerator(address, model), SHORT_S)
    assert (answer.text, answer.is_generated) == (STORED, False)
    assert answer.degraded == ("generation",)
    assert answer.refusals


def test_a_dead_port_is_told_from_a_slow_one(dead_address):
    with pytest.raises(Unavailable, match="cannot be reached"):
        OpenAiGenerator(dead_address).generate(PROMPT, 30, 100)
    assert phrased(OpenAiGenerator(dead_address)).text == STORED


@pytest.mark.parametrize("wrong", ["ftp://models.example", "models.example/v1", "https://"])
def test_an_address_that_is_none_is_refused_at_once(wrong):
    with pytest.raises(ValueError, match="no address"):
        OpenAiGenerator(wrong)


# --- SageMaker ------------------------------------------------------------------------------------


@pytest.fixture
def runtime():
    session = botocore.session.get_session()
    session.set_credentials("testing", "testing")
    return session.create_client("sagemaker-runtime", region_name="eu-west-1")


def replying(stub, body, kind="application/json"):
    stream = StreamingBody(io.BytesIO(body), len(body))
    stub.add_response("invoke_endpoint", {"Body": stream, "ContentType": kind})


def test_an_endpoint_answers_as_a_server_does(runtime):
    with Stubber(runtime) as stub:
        replying(stub, completion(GOOD))
        assert SageMakerGenerator(runtime, "words", "small").generate(PROMPT, 30, 100) == GOOD


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"<html>", "text/html"), (b"{", "application/json"), (b" " * 300_000, "application/json")],
)
def test_an_endpoint_that_sends_something_else_is_named(runtime, body, kind):
    with Stubber(runtime) as stub:
        replying(stub, body, kind)
        with pytest.raises(UnreadableReply):
            SageMakerGenerator(runtime, "words").generate(PROMPT, 30, 100)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ValidationError", Asleep),
        ("ModelNotReadyException", Asleep),
        ("ModelError", Unavailable),
        ("ThrottlingException", Throttled),
        ("ServiceUnavailable", Unavailable),
    ],
)
def test_what_an_endpoint_refuses_has_a_name(runtime, code, error):
    with Stubber(runtime) as stub:
        stub.add_client_error("invoke_endpoint", code)
        with pytest.raises(error):
            SageMakerGenerator(runtime, "words").generate(PROMPT, 30, 100)


def test_a_silent_endpoint_timed_out():
    class Silent:
        def invoke_endpoint(self, **call):
            raise ReadTimeoutError(endpoint_url="https://runtime.example")

    with pytest.raises(TimedOut):
        SageMakerGenerator(Silent(), "words").generate(PROMPT, 30, 100)


# --- A model of our own, and the key --------------------------------------------------------------


class Reciting:
    def stream(self, prompt, options):
        assert "Returns are free within 30 days." in prompt
        yield from ("Returns are free ", "within 30 days ", "[1].")


def test_an_exported_model_writes_piece_by_piece():
    assert OnnxTextGenerator(Reciting()).generate(PROMPT, 30, 100) == GOOD


def test_an_exported_model_stops_at_the_deadline():
    clock = iter([0.0, 0.5, 1.5])
    with pytest.raises(TimedOut):
        OnnxTextGenerator(Reciting(), lambda: next(clock)).generate(PROMPT, 1, 100)


def test_a_key_is_read_once_and_a_missing_one_is_named(aws):
    client = aws("ssm")
    client.put_parameter(Name="/shop/key", Value="secret\n", Type="SecureString")
    key = SsmKey(client, "/shop/key")
    assert key() == "secret"
    client.delete_parameter(Name="/shop/key")
    assert key() == "secret"
    with pytest.raises(UnusableKey, match="/shop/key: ParameterNotFound"):
        SsmKey(client, "/shop/key")()
