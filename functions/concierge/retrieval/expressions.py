"""Conditions that merchants write: `brand = 'Hearth' and price < 20` (docs/filters.md)."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from concierge.errors import InvalidExpression
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.expression_masks import mask_of
from concierge.retrieval.expression_parser import Parser
from concierge.retrieval.expression_tree import Tree
from concierge.retrieval.expression_values import HALF_A_PAIR, SURROGATE, Value
from concierge.retrieval.filters import LONGEST_EXPRESSION


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that can be evaluated; equal where text and parameters (as JSON) are."""

    text: str
    parameters: str
    _tree: Tree = field(repr=False, compare=False)

    def mask(self, catalogue: CatalogueSnapshot, now: datetime | None = None) -> NDArray[np.bool_]:
        """Return which rows of the catalogue pass, or raise OldSnapshot.

        Ages such as `-30d` count back from `now`, and from the clock without it, so that an
        expression which is kept for long moves on.
        """
        seconds = time.time() if now is None else now.timestamp()
        return mask_of(self._tree, catalogue, seconds)


def parse_expression(text: str, parameters: Mapping[str, Value] | None = None) -> Expression:
    """Read an expression, each `$name` in it being bound to a parameter.

    Raises InvalidExpression for the first character that breaks a rule, and for a parameter that
    is missing or not used.
    """
    given = parameters or {}
    if len(text) > LONGEST_EXPRESSION:
        reason = f"has {len(text):,} characters; at most {LONGEST_EXPRESSION:,}"
        raise InvalidExpression(reason, LONGEST_EXPRESSION + 1)
    if half := SURROGATE.search(text):
        raise InvalidExpression(HALF_A_PAIR, half.start() + 1)
    parser = Parser(text, given)
    tree = parser.tree()
    for name in given:
        if name not in parser.used:
            raise InvalidExpression(f"${name} is not used in the expression", None, name)
    return Expression(text, json.dumps(given, sort_keys=True), tree)
