"""Filter expressions, as much of them as one conjunction of comparisons."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.errors import InvalidExpression
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.filters import Filter

Value = str | float | bool
Mask = NDArray[np.bool_]

_TERM = re.compile(
    r"\s*(?P<field>price|in_stock|brand|category)\s*(?P<sign><=|>=|!=|=|<|>)\s*"
    r"""(?P<value>"[^"]*"|'[^']*'|[\d.]+|true|false)\s*(?P<end>and\b|$)"""
)
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition on products, equal to another of the same text."""

    text: str
    terms: tuple[tuple[str, str, Value], ...]

    def mask(self, catalogue: CatalogueSnapshot) -> Mask:
        """Return which rows of the catalogue match."""
        found = np.ones(len(catalogue), np.bool_)
        for field, sign, value in self.terms:
            found &= _matches(catalogue, field, sign, value)
        return found


def parse_expression(text: str, parameters: Mapping[str, Value] | None = None) -> Expression:
    """Read an expression, or raise InvalidExpression pointing at the character."""
    del parameters
    terms: list[tuple[str, str, Value]] = []
    position = 0
    while True:
        term = _TERM.match(text, position)
        if not term:
            raise InvalidExpression("expected a comparison such as price > 1", position + 1)
        terms.append((term["field"], term["sign"], _value(term["value"])))
        position = term.end()
        if not term["end"]:
            return Expression(text, tuple(terms))


def _value(text: str) -> Value:
    if text[0] in "\"'":
        return text[1:-1]
    return text == "true" if text in {"true", "false"} else float(text)


def _matches(catalogue: CatalogueSnapshot, field: str, sign: str, value: Value) -> Mask:
    found: Mask
    if field == "brand":
        found = Filter(brands=(str(value),)).mask(catalogue)
    elif field == "category":
        found = Filter(categories=(str(value),)).mask(catalogue)
    else:
        column = catalogue.prices if field == "price" else catalogue.in_stock
        found = _SIGNS[sign](column, value)
        return found
    return found if sign == "=" else ~found
