"""Calls to a shop's own Lambda functions, and the way of each call to whom makes it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.answering.flows.calling import ShopCalls
from concierge.answering.flows.flow import Call, Value
from concierge.answering.flows.requests import parameters_of
from concierge.errors import CallFailed

LARGEST_REPLY = 64 * 1024


class CallsByKind:
    """Implements ShopCalls by those of each kind."""

    def __init__(self, kinds: Mapping[str, ShopCalls]) -> None:
        self._kinds = kinds

    def call(self, call: Call, values: Mapping[str, Value], timeout_s: float) -> Mapping[str, Any]:
        """Hand the call to those of its kind."""
        return self._kinds[call.kind].call(call, values, timeout_s)


class LambdaCalls:
    """Implements ShopCalls with functions; `client_of` makes a client that waits so many seconds.

    A client's timeouts are fixed, so there is one for each; it must not try again.
    """

    def __init__(self, client_of: Callable[[float], Any]) -> None:
        self._client_of = client_of
        self._clients: dict[float, Any] = {}

    def call(self, call: Call, values: Mapping[str, Value], timeout_s: float) -> Mapping[str, Any]:
        """Invoke the function with the parameters as its event."""
        if timeout_s not in self._clients:
            self._clients[timeout_s] = self._client_of(timeout_s)
        payload = json.dumps(parameters_of(call, values), ensure_ascii=False).encode()
        try:
            reply = self._clients[timeout_s].invoke(
                FunctionName=call.target, InvocationType="RequestResponse", Payload=payload
            )
            body = reply["Payload"].read(LARGEST_REPLY + 1)
        except (ClientError, BotoCoreError) as error:
            raise translated(error, "invoking the shop's function") from error
        if "FunctionError" in reply:
            # What the function raised may hold what the customer said: it is not repeated.
            raise CallFailed(f"the function failed ({reply['FunctionError']})")
        return parsed(body)


def parsed(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a reply, or raise CallFailed."""
    if len(body) > LARGEST_REPLY:
        raise CallFailed(f"the reply is larger than {LARGEST_REPLY:,} bytes")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CallFailed("the reply is not JSON") from error
    if not isinstance(value, dict):
        raise CallFailed("the reply is no JSON object")
    return value
