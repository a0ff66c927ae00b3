"""What is sent to a shop: the address with its parameters, or the body."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from concierge.answering.flows.flow import Call, Value
from concierge.answering.flows.placeholders import filled, names_in


def url_of(call: Call, values: Mapping[str, Value]) -> str:
    """Return the address of an HTTP call; a GET has its parameters in the query."""
    written = {name: plain(value) for name, value in values.items()}
    absent = dict.fromkeys(names_in(call.target), "")
    url = filled(call.target, absent | written, lambda value: quote(value, safe=""))
    parameters = parameters_of(call, values) if call.method == "GET" else {}
    if not parameters:
        return url
    joint = "&" if "?" in url else "?"
    query = urlencode({name: plain(value) for name, value in parameters.items()})
    return f"{url}{joint}{query}"


def parameters_of(call: Call, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the parameters of a call; one whose optional slot is empty is left out."""
    parameters: dict[str, Value] = {}
    for name, template in call.request.items():
        if not isinstance(template, str):
            parameters[name] = template
            continue
        named = names_in(template)
        if any(each not in values for each in named):
            continue
        # A slot alone keeps its type: a number stays one.
        if len(named) == 1 and template == f"{{{named[0]}}}":
            parameters[name] = values[named[0]]
        else:
            parameters[name] = filled(template, {each: plain(values[each]) for each in named})
    return parameters


def plain(value: Value) -> str:
    """Return a value as it stands in a text or an address."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
