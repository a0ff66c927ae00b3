"""The parts of requests and responses that several routes share."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from msgspec import Meta

from concierge.errors import InvalidExpression, InvalidRecord
from concierge.http import Body, Message
from concierge.retrieval.filters import LONGEST_EXPRESSION, Condition, Filter
from concierge.retrieval.ranking import Part
from concierge.shop.catalogue import Product

# Something to read and no control characters: ids travel through logs, keys and tokens.
READABLE = r"^(?=[\s\S]*\S)(?![\s\S]*[\x00-\x1f\x7f])"
Id = Annotated[str, Meta(min_length=1, max_length=256, pattern=READABLE)]
Limit = Annotated[int, Meta(ge=1, le=100)]
PageToken = Annotated[str, Meta(max_length=500)]
Locale = Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z0-9-]+$")]
Price = Annotated[float, Meta(ge=0)]
Explain = Annotated[bool, Meta(description="Add the parts that sum to each score.")]


class PriceRange(Message, frozen=True, kw_only=True):
    """Prices from `min` to `max`, both included."""

    min: Price | None = None
    max: Price | None = None

    def __post_init__(self) -> None:
        """Refuse a range that no price can be in."""
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max, so no price can match")


Categories = Annotated[
    list[Annotated[str, Meta(max_length=500)]],
    Meta(max_length=50, description="Any of these categories or what is below them."),
]
Brands = Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=50)]
Languages = Annotated[
    list[Locale],
    Meta(max_length=20, description="Products in these languages, or that name none."),
]


class FilterBody(Message, frozen=True, kw_only=True):
    """Which products may be in the answer; all conditions hold."""

    category: Categories = []
    brand: Brands = []
    language: Languages = []
    price: PriceRange = PriceRange()
    in_stock: bool | None = None

    def to_filter(self) -> Filter:
        """Return the filter of the domain."""
        return Filter(
            categories=tuple(self.category),
            brands=tuple(self.brand),
            languages=tuple(self.language),
            price_min=self.price.min,
            price_max=self.price.max,
            in_stock=self.in_stock,
        )


ExpressionText = Annotated[
    str,
    Meta(
        max_length=LONGEST_EXPRESSION,
        description="An expression, such as `brand = $brand and price < 20`.",
    ),
]
_SCALAR = {"type": ["string", "number", "boolean"]}
FilterParameters = Annotated[
    dict[str, Any],
    Meta(
        description="What each `$name` in an expression stands for.",
        extra_json_schema={
            "additionalProperties": {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}
        },
    ),
]


def condition_of(wanted: FilterBody | str, parameters: Mapping[str, Any]) -> Condition:
    """Return the condition of the domain, or raise InvalidRecord that points at what is wrong."""
    if isinstance(wanted, FilterBody):
        for name in parameters:
            raise InvalidRecord(_pointer(name), "is not used, since the filter is no expression")
        return wanted.to_filter()
    # What reads expressions takes 25 ms to import, which a cold start without one is spared.
    from concierge.retrieval.expressions import parse_expression

    try:
        return parse_expression(wanted, parameters)
    except InvalidExpression as error:
        field = "filter" if error.parameter is None else _pointer(error.parameter)
        raise InvalidRecord(field, str(error)) from error


def _pointer(parameter: str) -> str:
    # What RFC 6901 escapes in the steps of a pointer.
    return f"filter_parameters/{parameter.replace('~', '~0').replace('/', '~1')}"


class CauseBody(Body, frozen=True, kw_only=True):
    """One item, query or tag behind a part of a score."""

    kind: str
    id: str
    value: float


class PartBody(Body, frozen=True, kw_only=True):
    """One named part of a score."""

    name: str
    value: float
    because: list[CauseBody] | None = None

    @classmethod
    def of(cls, part: Part) -> Self:
        """Return the part as it is sent."""
        causes = [CauseBody(kind=c.kind, id=c.id, value=c.value) for c in part.because]
        return cls(name=part.name, value=part.value, because=causes or None)


class ProductBody(Body, frozen=True, kw_only=True):
    """A product as the catalogue has it."""

    item_id: str
    title: str
    description: str | None = None
    category: str | None = None
    brand: str | None = None
    price: float | None = None
    currency: str | None = None
    in_stock: bool
    language: str | None = None
    url: str | None = None
    image_url: str | None = None
    attributes: dict[str, Any] | None = None

    @classmethod
    def of(cls, product: Product) -> Self:
        """Return the product as it is sent, without empty fields."""
        record = product.to_record() | {"in_stock": product.in_stock}
        return cls(**{name: record[name] for name in cls.__struct_fields__ if name in record})


class Versions(Body, frozen=True, kw_only=True):
    """Which model and snapshots made a response."""

    model: str | None = None
    catalogue: str | None = None
    knowledge: str | None = None
    behaviour: str | None = None
    configuration: str | None = None


Degraded = Annotated[
    list[str],
    Meta(
        description="What was missing: semantic, content, behaviour, merchandising, profile, conversation, generation."
    ),
]
