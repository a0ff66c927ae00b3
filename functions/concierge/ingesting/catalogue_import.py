"""Products as an import reads and writes them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from concierge.artifacts.manifest import ArtifactKind, Manifest, ModelRef
from concierge.errors import BrokenFile
from concierge.files.columns import Columns
from concierge.ingesting.collection import Floats, Vectors8
from concierge.ingesting.inbox_file import SUPPORTED, InboxFile
from concierge.ingesting.merging import Held
from concierge.language.detection import detect
from concierge.language.encoder import TextEncoder
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot, CatalogueWriter
from concierge.shop import catalogue
from concierge.shop.catalogue import Product, Removal


class Products:
    """Implements Collection for the catalogue."""

    kind: ArtifactKind = "catalogue"
    columns = Columns(catalogue.COLUMNS, catalogue.REQUIRED_COLUMNS)

    def parse(self, record: Mapping[str, Any]) -> tuple[str, Product | None]:
        """Read one row."""
        row = catalogue.parse_row(record)
        if isinstance(row, Removal):
            return row.item_id, None
        # A script tells Chinese from others; which language Latin letters write is left open.
        return row.item_id, replace(row, language=row.language or detect(row.title, default=""))

    def cut(self, file: InboxFile, document: str) -> Iterator[tuple[str, Product]]:
        """Refuse: there are no products in a document."""
        del document
        raise BrokenFile(f"{file.name} is no catalogue; {SUPPORTED}")

    def to_record(self, thing: Product) -> dict[str, Any]:
        """Return a product as a JSON object."""
        return thing.to_record()

    def from_record(self, record: Mapping[str, Any]) -> Product:
        """Return what `to_record` wrote."""
        return Product.from_record(record)

    def texts(self, thing: Product) -> tuple[str, ...]:
        """Return the one text of a product."""
        return (thing.text,)

    def open(self, folder: Path) -> "ProductsInForce":
        """Open the snapshot in force."""
        return ProductsInForce(CatalogueSnapshot.open(folder))

    def writer(self, folder: Path, encoder: TextEncoder | None) -> "ProductsWriter":
        """Begin a new snapshot."""
        return ProductsWriter(CatalogueWriter(folder, encoder.dimensions if encoder else None))


class ProductsInForce:
    """Implements InForce."""

    def __init__(self, snapshot: CatalogueSnapshot) -> None:
        self._snapshot = snapshot
        self.model = snapshot.model
        self.vectors = snapshot.vectors
        self.text_hashes = snapshot.text_hashes

    def held(self) -> Iterator[Held[Product]]:
        """Yield every product."""
        sources = self._snapshot.sources
        for row, product in enumerate(self._snapshot.products()):
            yield Held(product.item_id, product, sources[row])


class ProductsWriter:
    """Implements Writer."""

    def __init__(self, writer: CatalogueWriter) -> None:
        self._writer = writer

    def add(
        self,
        held: Held[Product],
        text_hashes: Sequence[bytes],
        vectors: Vectors8 | None,
        scales: Floats | None,
    ) -> None:
        """Append a product."""
        vector = vectors[0] if vectors is not None else None
        scale = float(scales[0]) if scales is not None else 1.0
        self._writer.add(held.thing, vector, scale, text_hashes[0], held.source)

    def finish(self, model: ModelRef | None, details: Mapping[str, Any]) -> Manifest:
        """Write the manifest."""
        return self._writer.finish(model, details)
