"""The configuration file as shops write it, read and checked as a whole."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from concierge.errors import InvalidConfiguration, InvalidExpression
from concierge.retrieval.expressions import Expression, parse_expression
from concierge.retrieval.merchandising import (
    DEFAULT_PLACEMENT,
    NO_RULES,
    Boost,
    Configuration,
    Experiment,
    Pin,
    Promotion,
    Repetition,
    Rules,
)
from concierge.shop.catalogue import CATEGORY_DEPTH
from concierge.shop.fields import ID_LENGTH
from concierge.shop.json_nodes import Node

FORMAT = 1
MOST_PLACEMENTS = 50
MOST_BOOSTS = 50
MOST_PROMOTIONS = 20
MOST_EXCLUDED = 1_000
# No page shows more, and a place that nobody sees needs no pin.
LAST_POSITION = 100
# Beyond it an item wins whatever it is boosted over; a pin or a promotion says so more plainly.
MOST_FACTOR = 100.0
NAME_LENGTH = 100
EXPERIMENT_ARMS = ("traditional", "exploring")
EXPRESSION_LENGTH = 10_000

_PLACEMENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def read_configuration(document: str, configuration_id: str = "") -> Configuration:
    """Return what a document says; the default placement completes those that it names.

    Raise BrokenFile where it is no JSON, InvalidConfiguration with every mistake otherwise.
    """
    root = Node.of(document)
    found = root.fields(("format", "placements", "experiment"), required=("format", "placements"))
    if "format" in found and (found["format"].value != FORMAT or found["format"].value is True):
        found["format"].wrong(f"must be {FORMAT}, the only format that this version reads")
    placements = _placements(found["placements"]) if "placements" in found else {}
    experiment = _experiment(found["experiment"]) if "experiment" in found else None
    if root.mistakes:
        raise InvalidConfiguration(root.mistakes)
    return Configuration(configuration_id, placements, experiment)


def _placements(node: Node) -> dict[str, Rules]:
    members = node.members()
    if len(members) > MOST_PLACEMENTS:
        node.wrong(f"has {len(members)} placements; at most {MOST_PLACEMENTS}")
    given = {name: _rules(name, member) for name, member in members.items()}
    default = replace(NO_RULES, **given.get(DEFAULT_PLACEMENT, {}))
    return {name: replace(default, **fields) for name, fields in given.items()}


def _experiment(node: Node) -> Experiment | None:
    """Return the experiment; null is the same as none."""
    if node.value is None:
        return None
    found = node.fields(("name", *EXPERIMENT_ARMS), required=("name",))
    name = found["name"].text(NAME_LENGTH) if "name" in found else ""
    shares = {arm: _share(found[arm]) for arm in EXPERIMENT_ARMS if arm in found}
    # Shares such as 0.7, 0.2 and 0.1 add up to a little more than one in binary.
    if sum(shares.values()) > 1 + 1e-9:
        node.wrong(f"has shares that add up to {sum(shares.values()):g}; at most 1")
    return Experiment(name, **shares)


def _rules(name: str, node: Node) -> dict[str, Any]:
    """Return the fields that a placement gives; null gives what holds without any rule."""
    if not _PLACEMENT.fullmatch(name):
        node.wrong("is no name: use up to 64 of a-z, 0-9, - and _, a letter or digit first")
    return {
        field: getattr(NO_RULES, field) if value.value is None else _READERS[field](value)
        for field, value in node.fields(_READERS).items()
    }


def _expression(node: Node) -> Expression | None:
    text = node.text(EXPRESSION_LENGTH)
    if not text:
        return None
    try:
        # As it was written, so that positions are those of the file's text.
        return parse_expression(node.value)
    except InvalidExpression as error:
        node.wrong(str(error))
        return None


def _boosts(node: Node) -> tuple[Boost, ...]:
    read = [_named(item, "factor", _factor) for item in _unique(node, MOST_BOOSTS, "name")]
    return tuple(Boost(*each) for each in read if each)


def _promotions(node: Node) -> tuple[Promotion, ...]:
    read = [_named(item, "share", _share) for item in _unique(node, MOST_PROMOTIONS, "name")]
    return tuple(Promotion(*each) for each in read if each)


def _named(
    node: Node, number: str, read: Callable[[Node], float]
) -> tuple[str, Expression, float] | None:
    """Return a name, a filter and a number, all of which are required."""
    known = ("name", "filter", number)
    found = node.fields(known, required=known)
    name = found["name"].text(NAME_LENGTH) if "name" in found else ""
    condition = _expression(found["filter"]) if "filter" in found else None
    value = read(found[number]) if number in found else 0.0
    return None if condition is None else (name, condition, value)


def _factor(node: Node) -> float:
    return node.number(0.0, MOST_FACTOR, above=True)


def _share(node: Node) -> float:
    return node.number(0.0, 1.0)


def _pins(node: Node) -> tuple[Pin, ...]:
    read = []
    known = ("item_id", "position")
    for item in _unique(node, LAST_POSITION, *known):
        found = item.fields(known, required=known)
        if len(found) == len(known):
            item_id = found["item_id"].text(ID_LENGTH)
            read.append(Pin(item_id, found["position"].integer(1, LAST_POSITION)))
    return tuple(read)


def _item_ids(node: Node) -> tuple[str, ...]:
    return tuple(item.text(ID_LENGTH) for item in node.items(MOST_EXCLUDED))


def _most_per_category(node: Node) -> int:
    return node.integer(1, LAST_POSITION)


def _category_level(node: Node) -> int:
    return node.integer(1, CATEGORY_DEPTH)


def _repetition(node: Node) -> Repetition:
    found = node.fields(("after", "for_days"))
    usual = Repetition()
    return Repetition(
        after=found["after"].integer(1, 1_000) if "after" in found else usual.after,
        for_days=(
            found["for_days"].number(0.0, 365.0, above=True)
            if "for_days" in found
            else usual.for_days
        ),
    )


def _unique(node: Node, at_most: int, *names: str) -> list[Node]:
    """Return the items of a list, noting where one repeats a field of an earlier one."""
    items = list(node.items(at_most))
    seen: dict[tuple[str, str], str] = {}
    for item in items:
        for name in names:
            value = item.value.get(name) if isinstance(item.value, dict) else None
            if value is None:
                continue
            first = seen.setdefault((name, str(value)), item.pointer)
            if first != item.pointer:
                item.wrong(f"has the {name} of {first}; each may be given once")
    return items


_READERS: dict[str, Callable[[Node], Any]] = {
    "filter": _expression,
    "exclude": _expression,
    "exclude_item_ids": _item_ids,
    "boosts": _boosts,
    "promotions": _promotions,
    "pins": _pins,
    "most_per_category": _most_per_category,
    "category_level": _category_level,
    "diversity": _share,
    "repetition": _repetition,
}
