"""The catalogue as functions hold it: products on disk, columns to filter by, two indexes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.artifacts.manifest import Manifest, ModelRef, describe_folder, read_manifest
from concierge.errors import OldSnapshot, UnknownItem
from concierge.language.detection import primary
from concierge.retrieval.attributes import Attributes, AttributesWriter
from concierge.retrieval.codes import Codes, CodesWriter
from concierge.retrieval.identifiers import Identifiers, hash_of, write_identifiers
from concierge.retrieval.lexical import LexicalIndex
from concierge.retrieval.lexical_writer import LexicalWriter
from concierge.retrieval.records import Records, RecordsWriter
from concierge.retrieval.suggestions import Phrase, Suggestions, SuggestionsWriter
from concierge.retrieval.terms import Terms, folded, language_ranges, paths
from concierge.retrieval.vectors import FEWEST_CLUSTERED, VectorIndex, Vectors8, VectorsWriter
from concierge.shop.catalogue import PRICE_BANDS, Product

# How much a word counts in each field, against one in the description.
TITLE_WEIGHT, CATEGORY_WEIGHT, BRAND_WEIGHT, ATTRIBUTE_WEIGHT = 3.0, 2.0, 2.0, 1.0
# Who asks for a number wants that product.
ITEM_ID_WEIGHT = 3.0


class _Identified(msgspec.Struct):
    item_id: str


_ITEM_ID = msgspec.json.Decoder(_Identified)


class CatalogueWriter:
    """Writes a catalogue snapshot product by product, with memory for a few bytes each."""

    def __init__(
        self, folder: Path, dimensions: int | None, fewest_clustered: int = FEWEST_CLUSTERED
    ) -> None:
        self._folder = folder
        self._arrays = ArraysWriter(folder)
        self._products = RecordsWriter(folder, self._arrays, "products")
        self._hashes: list[int] = []
        self._suggestions = SuggestionsWriter(folder, self._arrays)
        self._prices = self._arrays.column("prices", np.float64)
        self._in_stock = self._arrays.column("in_stock", np.bool_)
        self._created_at = self._arrays.column("created_at", np.float64)
        self._currency = CodesWriter(self._arrays, "currency")
        self._category = CodesWriter(self._arrays, "category")
        self._brand = CodesWriter(self._arrays, "brand")
        self._language = CodesWriter(self._arrays, "language")
        self._source = CodesWriter(self._arrays, "source")
        self._attributes = AttributesWriter(folder, self._arrays)
        self._lexical = LexicalWriter(folder, self._arrays)
        self._vectors = VectorsWriter(self._arrays, dimensions, fewest_clustered)

    def add(
        self,
        product: Product,
        vector: Vectors8 | None = None,
        scale: float = 1.0,
        text_hash: bytes = b"",
        source: str = "",
    ) -> None:
        """Append a product; with a model, its int8 vector [dimensions] and scale too."""
        self._attributes.add(len(self._hashes), product.attributes.items())
        self._products.append(product.to_record())
        for phrase in _phrases(product, len(self._hashes)):
            self._suggestions.add(phrase)
        self._hashes.append(hash_of(product.item_id))
        self._prices.append([np.nan if product.price is None else product.price])
        self._in_stock.append([product.in_stock])
        self._created_at.append([_seconds(product.created_at)])
        self._currency.append(product.currency)
        self._category.append(product.category_path)
        self._brand.append(product.brand)
        self._language.append(product.language)
        self._source.append(source)
        self._lexical.add(_weighted_fields(product), paired=1)
        vectors = None if vector is None else vector[None, :]
        self._vectors.append(vectors, np.array([scale], np.float32), [text_hash], 1)

    def finish(
        self, model: ModelRef | None = None, details: Mapping[str, Any] | None = None
    ) -> Manifest:
        """Close everything and write the manifest."""
        for codes in (self._category, self._brand, self._language, self._source, self._currency):
            codes.finish()
        self._products.close()
        self._attributes.finish()
        self._lexical.finish()
        self._vectors.cluster()
        write_identifiers(self._arrays, "items", self._hashes)
        self._suggestions.finish()
        self._arrays.finish()
        counts = {"products": len(self._hashes)}
        return describe_folder(
            self._folder, "catalogue", counts=counts, model=model, details=details
        )


class CatalogueSnapshot:
    """A catalogue in force; rows are in the order in which products were added."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.id = manifest.id
        self.model = manifest.model
        self._arrays = arrays = Arrays.open(folder)
        self._products = Records(folder, arrays, "products")
        self._items = Identifiers(arrays, "items", self._item_id)
        self.prices: NDArray[np.float64] = arrays["prices"]
        self.in_stock: NDArray[np.bool_] = arrays["in_stock"]
        self.categories = Codes(arrays, "category")
        self.brands = Codes(arrays, "brand")
        self.languages = Codes(arrays, "language")
        self.sources = Codes(arrays, "source")
        self.understood = _understood(self.languages, manifest.details.get("languages"))
        self.lexical = LexicalIndex(arrays, len(self._products))
        self.vectors = VectorIndex.open(arrays)
        self.text_hashes: NDArray[np.uint8] = arrays["text_hashes"]
        self.category_terms = Terms(self.categories, paths)
        self.brand_terms = Terms(self.brands, folded)
        self.language_terms = Terms(self.languages, language_ranges)

    @classmethod
    def open(cls, folder: Path) -> "CatalogueSnapshot":
        """Open a verified folder."""
        return cls(folder, read_manifest(folder))

    def __len__(self) -> int:
        return len(self._products)

    def product_at(self, row: int) -> Product:
        """Return the product of a row."""
        return Product.from_record(self._products[row])

    def product(self, item_id: str) -> Product:
        """Return a product by id, or raise UnknownItem."""
        row = self._items.row(item_id)
        if row is None:
            raise UnknownItem(f"no item {item_id!r} in the catalogue")
        return self.product_at(row)

    def row(self, item_id: str) -> int | None:
        """Return the row of an item, or None."""
        return self._items.row(item_id)

    def rows(self, item_ids: Sequence[str]) -> list[int]:
        """Return the rows of those items that the catalogue has."""
        return [row for row in map(self._items.row, item_ids) if row is not None]

    def hash_at(self, row: int) -> int:
        """Return the hash by which the item of a row is known in every catalogue."""
        return hash_of(self._item_id(row))

    def row_of_hash(self, item_hash: int) -> int | None:
        """Return the row of the item with such a hash, or None."""
        position = int(np.searchsorted(self._items.hashes, np.uint64(item_hash)))
        there = position < len(self._items.hashes) and self._items.hashes[position] == item_hash
        return int(self._items.rows[position]) if there else None

    def products(self) -> Iterator[Product]:
        """Yield every product in row order."""
        return map(Product.from_record, self._products)

    @cached_property
    def suggestions(self) -> Suggestions:
        """The titles, categories and brands by the beginnings of their words."""
        return Suggestions(self._arrays)

    @cached_property
    def created_at(self) -> NDArray[np.float64]:
        """When each product was created, in seconds since 1970; NaN where that is not known."""
        self._require("created_at", "created_at")
        return self._arrays["created_at"]

    @cached_property
    def currencies(self) -> Codes:
        """The currency of each product."""
        self._require("currency_codes", "currency")
        return Codes(self._arrays, "currency")

    @cached_property
    def currency_terms(self) -> Terms:
        """The currencies by their codes."""
        return Terms(self.currencies, folded)

    @cached_property
    def attributes(self) -> Attributes:
        """The attributes by name and value."""
        self._require("attribute_keys", "attributes")
        return Attributes(self._arrays, len(self))

    def _item_id(self, row: int) -> str:
        # Ids come by the thousand, and reading nothing else takes a tenth of the time.
        return _ITEM_ID.decode(self._products.line(row)).item_id

    def _require(self, array: str, field: str) -> None:
        if array not in self._arrays:
            raise OldSnapshot(
                f"the catalogue in force was imported before {field} could be filtered by; "
                "import it again"
            )

    @cached_property
    def price_bands(self) -> NDArray[np.int8]:
        """The number of each product's price band; one more than the last where it has no price."""
        bands = np.searchsorted(np.array(PRICE_BANDS, np.float64), self.prices, side="right")
        return np.where(np.isnan(self.prices), len(PRICE_BANDS) + 1, bands).astype(np.int8)

    @property
    def identifiers(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """The sorted hashes of all item ids, and the row of each."""
        return self._items.hashes, self._items.rows


def _understood(column: Codes, languages: Sequence[str] | None) -> NDArray[np.bool_]:
    """Return which products are in languages that the encoder knows, or name none."""
    known = [languages is None or not tag or primary(tag) in languages for tag in column.values]
    return column.mask(np.array(known, np.bool_))


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else np.nan


def _phrases(product: Product, row: int) -> Iterator[Phrase]:
    yield Phrase(product.title, "product", row)
    yield Phrase(product.brand, "brand")
    for level in product.category:
        yield Phrase(level, "category")


def _weighted_fields(product: Product) -> list[tuple[str, float]]:
    return [
        (product.title, TITLE_WEIGHT),
        (product.category_path, CATEGORY_WEIGHT),
        (product.brand, BRAND_WEIGHT),
        (product.description, 1.0),
        *((f"{name} {value}", ATTRIBUTE_WEIGHT) for name, value in product.attributes.items()),
        (product.item_id, ITEM_ID_WEIGHT),
    ]
