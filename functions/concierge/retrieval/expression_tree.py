"""What a filter expression says, as a tree; equalities of one field are joined while it grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a field holds, and so what it is compared with."""

    TEXT = auto()
    NUMBER = auto()
    FLAG = auto()
    MOMENT = auto()
    ANYTHING = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the catalogue, or an attribute of products: a field of any kind."""

    name: str
    kind: Kind

    def __str__(self) -> str:
        return f"attributes.{self.name}" if self.kind is Kind.ANYTHING else self.name


@dataclass(frozen=True, slots=True)
class Age:
    """A moment, as seconds before the one at which the expression is evaluated."""

    seconds: float


Bound = float | Age


@dataclass(frozen=True, slots=True)
class Span:
    """A number or a moment, or all moments of a day; the end is left out where it is open."""

    first: Bound
    end: Bound
    is_open: bool = False


Scalar = str | float | bool | Span


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field equals one of the values."""

    field: Field
    values: tuple[str | float | bool, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """The field lies between two bounds; a bound that is open is left out, None is no bound."""

    field: Field
    low: Bound | None = None
    high: Bound | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """The field has a value."""

    field: Field


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: "Tree"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition holds."""

    conditions: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some condition holds; none does where there is none."""

    conditions: tuple["Tree", ...]


Tree = OneOf | Interval | Exists | Not | AllOf | AnyOf


def any_of(conditions: Iterable[Tree]) -> Tree:
    """Return that some condition holds, with one set of values for each field."""
    values: dict[Field, list[str | float | bool]] = {}
    others: list[Tree] = []
    for condition in conditions:
        for each in condition.conditions if isinstance(condition, AnyOf) else (condition,):
            if isinstance(each, OneOf):
                values.setdefault(each.field, []).extend(each.values)
            else:
                others.append(each)
    joined = [*(OneOf(field, tuple(each)) for field, each in values.items()), *others]
    return joined[0] if len(joined) == 1 else AnyOf(tuple(joined))


def all_of(conditions: Iterable[Tree]) -> Tree:
    """Return that every condition holds; those that must not hold are joined as alternatives."""
    refused: list[Tree] = []
    joined: list[Tree] = []
    for condition in conditions:
        if isinstance(condition, Not):
            refused.append(condition.condition)
        else:
            joined.append(condition)
    if refused:
        joined.append(Not(any_of(refused)))
    return joined[0] if len(joined) == 1 else AllOf(tuple(joined))


def negated(condition: Tree) -> Tree:
    """Return that the condition does not hold."""
    return condition.condition if isinstance(condition, Not) else Not(condition)
