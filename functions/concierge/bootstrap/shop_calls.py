"""What calls a shop's own endpoints and functions."""

from typing import Any

from concierge.adapters.shop_calls import CallsByKind, LambdaCalls
from concierge.adapters.shop_calls_http import HttpCalls
from concierge.answering.flows.calling import ShopCalls
from concierge.bootstrap.clients import client


def shop_calls(*, allow_loopback: bool = False) -> ShopCalls:
    """Return what makes the calls of flows; `allow_loopback` is for trials on one machine."""
    return CallsByKind(
        {
            "http": HttpCalls(allow_loopback=allow_loopback),
            "lambda": LambdaCalls(_lambda),
        }
    )


def _lambda(timeout_s: float) -> Any:
    # Once: the shop's function may do more than look something up.
    return client("lambda", read_timeout_s=timeout_s, attempts=1)
