"""Read filter expressions by recursive descent.

any         = all { "or" all }
all         = one { "and" one }
one         = "not" one | "(" any ")" | "exists" field | comparison
comparison  = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
            | field [ "not" ] "in" ( "(" value { "," value } ")" | parameter )
            | field [ "not" ] "between" value "and" value
"""

from collections.abc import Callable, Mapping

from concierge.errors import InvalidExpression
from concierge.retrieval.expression_tokens import Token, tokens
from concierge.retrieval.expression_tree import (
    Age,
    AnyOf,
    Bound,
    Exists,
    Field,
    Interval,
    Kind,
    OneOf,
    Span,
    Tree,
    all_of,
    any_of,
    negated,
)
from concierge.retrieval.expression_values import (
    FIELDS,
    Operand,
    Value,
    bound,
    compared,
    finite,
    moment,
    ordered,
)

DEEPEST = 50
_ORDERS = ("<", "<=", ">", ">=")


class Parser:
    """Reads one expression; `used` gathers the names of the parameters in it."""

    def __init__(self, text: str, parameters: Mapping[str, Value]) -> None:
        self._tokens = tokens(text)
        self._next = next(self._tokens)
        self._parameters = parameters
        self._depth = 0
        self.used: set[str] = set()

    def tree(self) -> Tree:
        """Return what the whole text says, or raise InvalidExpression."""
        found = self._any()
        if self._next.kind != "end":
            raise self._unexpected("`and`, `or` or the end")
        return found

    def _any(self) -> Tree:
        found = [self._all()]
        while self._takes("or"):
            found.append(self._all())
        return any_of(found)

    def _all(self) -> Tree:
        found = [self._one()]
        while self._takes("and"):
            found.append(self._one())
        return all_of(found)

    def _one(self) -> Tree:
        token = self._next
        if self._takes("not"):
            return self._deeper(token, lambda: negated(self._one()))
        if self._takes("("):
            found = self._deeper(token, self._any)
            if not self._takes(")"):
                raise self._unexpected(f"`)` for the `(` at character {token.position:,}")
            return found
        if self._takes("exists"):
            return Exists(self._field("a field"))
        return self._comparison(self._field("a field, `not`, `exists` or `(`"))

    def _deeper(self, token: Token, read: Callable[[], Tree]) -> Tree:
        if self._depth == DEEPEST:
            raise InvalidExpression(f"is nested more than {DEEPEST} deep", token.position)
        self._depth += 1
        found = read()
        self._depth -= 1
        return found

    def _field(self, expected: str) -> Field:
        token = self._next
        if token.kind == "attribute":
            self._take()
            return Field(token.text, Kind.ANYTHING)
        if token.kind != "word" or token.symbol:
            raise self._unexpected(expected)
        if token.text not in FIELDS:
            known = ", ".join(FIELDS)
            reason = f"there is no field {token}; known are {known} and attributes.<name>"
            raise InvalidExpression(reason, token.position)
        self._take()
        return FIELDS[token.text]

    def _comparison(self, field: Field) -> Tree:
        token = self._next
        if self._takes("not"):
            if self._next.symbol not in ("in", "between"):
                raise self._unexpected("`in` or `between`")
            return negated(self._comparison(field))
        if self._takes("in"):
            return _one_of(field, self._values())
        if self._takes("between"):
            return self._between(field)
        if self._takes("=", "!="):
            found = _one_of(field, [self._value()])
            return negated(found) if token.text == "!=" else found
        if token.symbol in _ORDERS:
            return self._order(field, self._take())
        raise self._unexpected("=, !=, <, <=, >, >=, `in`, `not in` or `between`")

    def _order(self, field: Field, sign: Token) -> Interval:
        _require_order(field, sign)
        span = ordered(field, self._value())
        if sign.text == "<":
            return Interval(field, high=span.first, high_open=True)
        if sign.text == "<=":
            return Interval(field, high=span.end, high_open=span.is_open)
        if sign.text == ">":
            return Interval(field, low=span.end, low_open=not span.is_open)
        return Interval(field, low=span.first)

    def _between(self, field: Field) -> Interval:
        _require_order(field, self._next)
        low = ordered(field, self._value())
        if not self._takes("and"):
            raise self._unexpected("`and` and the upper end")
        upper = self._value()
        high = ordered(field, upper)
        found = Interval(field, low.first, high.end, high_open=high.is_open)
        if _is_empty(found):
            raise upper.refused("the upper end is below the lower one, so nothing can match")
        return found

    def _values(self) -> list[Operand]:
        if self._next.kind == "parameter":
            return self._operands()
        if not self._takes("("):
            raise self._unexpected("`(` or a $parameter")
        found = self._operands()
        while self._takes(","):
            found += self._operands()
        if not self._takes(")"):
            raise self._unexpected("`,` or `)`")
        return found

    def _value(self) -> Operand:
        token = self._next
        found = self._operands()
        if token.kind == "parameter" and isinstance(self._parameters[token.text], list | tuple):
            reason = f"${token.text} is a list; write `in ${token.text}`"
            raise InvalidExpression(reason, token.position, token.text)
        return found[0]

    def _operands(self) -> list[Operand]:
        """Read one value; a parameter may stand for several."""
        token = self._next
        if token.kind == "parameter":
            return self._bound(self._take())
        operand = Operand(token.text, token.position)
        if token.kind == "number":
            operand = Operand(finite(operand, float(token.text)), token.position)
        elif token.kind == "moment":
            operand = Operand(moment(operand), token.position)
        elif token.symbol in ("true", "false"):
            operand = Operand(token.symbol == "true", token.position)
        elif token.kind != "text":
            raise self._unexpected("a value: 'text', a number, true, false, a date or a $parameter")
        self._take()
        return [operand]

    def _bound(self, token: Token) -> list[Operand]:
        if token.text not in self._parameters:
            reason = f"${token.text} is not among the parameters"
            raise InvalidExpression(reason, token.position, token.text)
        self.used.add(token.text)
        return bound(token.text, self._parameters[token.text], token.position)

    def _take(self) -> Token:
        token = self._next
        self._next = next(self._tokens, token)
        return token

    def _takes(self, *symbols: str) -> bool:
        """Go on to the next token if this is one of some keywords or signs."""
        return self._next.symbol in symbols and bool(self._take())

    def _unexpected(self, expected: str) -> InvalidExpression:
        reason = f"expected {expected}, found {self._next}"
        return InvalidExpression(reason, self._next.position)


def _require_order(field: Field, token: Token) -> None:
    if field.kind in (Kind.TEXT, Kind.FLAG):
        reason = f"{field} has no order; compare with =, != or in"
        raise InvalidExpression(reason, token.position)


def _one_of(field: Field, operands: list[Operand]) -> Tree:
    values = [compared(field, operand) for operand in operands]
    spans = [each for each in values if isinstance(each, Span)]
    if not spans:
        return OneOf(field, tuple(each for each in values if not isinstance(each, Span)))
    return AnyOf(
        tuple(Interval(field, each.first, each.end, high_open=each.is_open) for each in spans)
    )


def _is_empty(found: Interval) -> bool:
    low, high = _place(found.low), _place(found.high)
    # Nobody knows yet whether an age is before a date.
    if isinstance(found.low, Age) != isinstance(found.high, Age):
        return False
    return low > high or (low == high and found.high_open)


def _place(bound: Bound | None) -> float:
    return -bound.seconds if isinstance(bound, Age) else bound or 0.0
