"""The parts of requests and responses that several routes share."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, model_validator

from concierge.http import Message
from concierge.retrieval.filters import Filter
from concierge.retrieval.ranking import Part
from concierge.shop.catalogue import Product

# No control characters: ids travel through logs, keys and tokens.
Id = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]
Limit = Annotated[int, Field(ge=1, le=100)]
PageToken = Annotated[str, Field(max_length=500)]
Locale = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z0-9-]+$")]
Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class PriceRange(Message):
    """Prices from `min` to `max`, both included."""

    min: Price | None = None
    max: Price | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max, so no price can match")
        return self


class FilterBody(Message):
    """Which products may be in the answer; all conditions hold."""

    category: list[Annotated[str, Field(max_length=500)]] = Field(
        default=[], max_length=50, description="Any of these categories or what is below them."
    )
    brand: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=50)
    language: list[Locale] = Field(
        default=[], max_length=20, description="Products in these languages, or that name none."
    )
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


class CauseBody(BaseModel):
    """One item, query or tag behind a part of a score."""

    kind: str
    id: str
    value: float


class PartBody(BaseModel):
    """One named part of a score."""

    name: str
    value: float
    because: list[CauseBody] | None = None

    @classmethod
    def of(cls, part: Part) -> Self:
        """Return the part as it is sent."""
        causes = [CauseBody(kind=c.kind, id=c.id, value=c.value) for c in part.because]
        return cls(name=part.name, value=part.value, because=causes or None)


class ProductBody(BaseModel):
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
        record.pop("created_at", None)
        return cls(**record)


class Versions(BaseModel):
    """Which model and snapshots made a response."""

    model: str | None = None
    catalogue: str | None = None
    knowledge: str | None = None
    behaviour: str | None = None


Degraded = Annotated[
    list[str],
    Field(description="What was missing: semantic, content, behaviour, profile, conversation."),
]
