"""The shop that functions are started on when they are measured: generated, published, one customer.

Few different texts are encoded and then varied: how long a search takes depends on how many
vectors there are, and not on what they say.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import botocore.session
import numpy as np
from numpy.typing import NDArray

from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.artifacts.manifest import FILE_NAME, ArtifactKind, read_manifest, sha256_of
from concierge.artifacts.store import PREFIXES, Pointer
from concierge.ingesting.probes import off_topic_vectors
from concierge.language.encoder import TextEncoder, open_encoder
from concierge.retrieval.behaviour_snapshot import Behaviour, write_behaviour
from concierge.retrieval.catalogue_snapshot import CatalogueWriter
from concierge.retrieval.identifiers import hash_of
from concierge.retrieval.knowledge_writer import KnowledgeWriter
from concierge.retrieval.relations import Relation, strongest
from concierge.retrieval.units import unit_texts
from concierge.retrieval.vectors import quantise
from concierge.shop.catalogue import Product
from concierge.shop.events import Event, EventType
from concierge.shop.knowledge import Entry
from concierge.shop.profile import Actor, Profile, record

BUCKET = "artifacts"
TABLES = ("profiles", "conversations", "feedback", "questions")
CUSTOMER = "customer-1"
DIFFERENT_TEXTS = 200
PRODUCTS_AN_ENTRY = 5  # 50,000 products stand beside 10,000 entries
NOISE = 0.02  # keeps copies of a text apart by a cosine of about 0.08
SEED = 20240229
# As many links of an item as training keeps at most, and as many items as it learns what comes next of.
LINKS = {"next": 256, "together": 60, "after": 60}
MOST_LEARNT = 8_000
CREDENTIALS = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "local",
    "aws_secret_access_key": "local",
}

COLOURS = ("red", "navy", "olive", "black", "cream", "teal", "grey", "rust")
MATERIALS = ("wool", "cotton", "oak", "steel", "linen", "leather", "glass", "bamboo")
THINGS = ("rain jacket", "desk lamp", "bookshelf", "water bottle", "running shoe", "blanket", "mug")
PURPOSES = ("for long walks in the rain", "for small flats", "as a gift", "for every day")
TOPICS = ("delivery", "return", "refund", "invoice", "warranty", "gift card", "repair", "exchange")
ASPECTS = ("take", "cost", "work for sale items", "work abroad", "need a receipt")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MeasuredShop:
    """What was published, and the product vectors for a comparison without us."""

    products: int
    entries: int
    vectors: Floats


def publish_shop(objects: Path, model: Path, products: int) -> MeasuredShop:
    """Lay model, catalogue, knowledge and behaviour out as they lie in S3, under `objects`."""
    encoder = open_encoder(model)
    entries = max(1, products // PRODUCTS_AN_ENTRY)
    _publish(objects, "model", model)
    with tempfile.TemporaryDirectory() as scratch:
        folders: dict[ArtifactKind, Path] = {}
        for kind in ("catalogue", "knowledge", "behaviour"):
            folders[kind] = Path(scratch) / kind
            folders[kind].mkdir()
        vectors = _write_catalogue(folders["catalogue"], encoder, products)
        write_knowledge(folders["knowledge"], encoder, entries)
        write_behaviour(folders["behaviour"], _behaviour(products))
        for kind, folder in folders.items():
            _publish(objects, kind, folder)
    return MeasuredShop(products, entries, vectors)


def remember_customer(dynamodb: str) -> None:
    """Create the tables, and write the profile of a customer who looked at thirty products."""
    client = botocore.session.get_session().create_client(
        "dynamodb", endpoint_url=dynamodb, **CREDENTIALS
    )
    for table in TABLES:
        client.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    DynamoProfiles(client, TABLES[0]).commit(customer_profile(), [])


def customer_profile() -> Profile:
    """Return the profile of a customer who looked at, chose or bought thirty products."""
    profile = Profile(Actor("customer", CUSTOMER))
    for event in _events():
        profile = record(profile, event, _product(int(event.item_id.removeprefix("item-"))))
    return profile


def write_shop(folder: Path, model: Path, products: int) -> None:
    """Write catalogue and behaviour of a shop as snapshots into a folder."""
    write_catalogue(folder, model, products)
    (folder / "behaviour").mkdir()
    write_behaviour(folder / "behaviour", _behaviour(products))


def write_catalogue(folder: Path, model: Path, products: int) -> None:
    """Write the catalogue of a shop as a snapshot into a folder of this name in a folder."""
    (folder / "catalogue").mkdir()
    _write_catalogue(folder / "catalogue", open_encoder(model, threads=2), products)


def environment(s3: str, dynamodb: str) -> dict[str, str]:
    """Return the variables by which any of the measured functions finds all this."""
    tables = {f"{table.upper()}_TABLE": table for table in TABLES}
    endpoints = {"AWS_ENDPOINT_URL_S3": s3, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb}
    return {**endpoints, "ARTIFACTS_BUCKET": BUCKET, **tables, "ARCHIVE_STREAM": "archive"}


def _publish(objects: Path, kind: ArtifactKind, folder: Path) -> None:
    manifest = read_manifest(folder)
    prefix = objects / BUCKET / PREFIXES[kind]
    shutil.copytree(folder, prefix / manifest.id)
    pointer = Pointer(manifest.id, sha256_of(folder / FILE_NAME), manifest.created_at)
    (prefix / "current.json").write_text(pointer.to_json(), encoding="utf-8")


def _write_catalogue(folder: Path, encoder: TextEncoder, count: int) -> Floats:
    products = [_product(n) for n in range(count)]
    vectors = _vectors(encoder, [product.text for product in products])
    rows, scales = quantise(vectors)
    writer = CatalogueWriter(folder, encoder.dimensions)
    for product, row, scale in zip(products, rows, scales, strict=True):
        writer.add(product, row, float(scale))
    writer.finish(encoder.model)
    return vectors


def write_knowledge(folder: Path, encoder: TextEncoder, count: int) -> None:
    """Write so many entries with five variants each, as an import would, into a folder."""
    entries = [_entry(n) for n in range(count)]
    texts = [unit_texts(entry) for entry in entries]
    rows, scales = quantise(_vectors(encoder, [text for each in texts for text in each]))
    writer = KnowledgeWriter(folder, encoder.dimensions, partial(off_topic_vectors, encoder))
    first = 0
    for entry, each in zip(entries, texts, strict=True):
        last = first + len(each)
        writer.add(entry, rows[first:last], scales[first:last])
        first = last
    writer.finish(encoder.model)


def _vectors(encoder: TextEncoder, texts: Sequence[str]) -> Floats:
    """Encode some of the texts, and let the others be near them."""
    known = encoder.encode(texts[:DIFFERENT_TEXTS])
    vectors = known[np.arange(len(texts)) % len(known)]
    noise = np.random.default_rng(SEED).normal(scale=NOISE, size=vectors.shape)
    vectors = (vectors + noise).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _behaviour(count: int) -> Behaviour:
    """Return a model in which every item leads to its neighbours by number."""
    hashes = np.array([hash_of(_item_id(n)) for n in range(count)], np.uint64)
    order = np.argsort(hashes)
    number = np.empty(count, np.int64)
    number[order] = np.arange(count)
    popularity = (1 / np.arange(1, count + 1)).astype(np.float32)[order]
    return Behaviour(
        item_hashes=hashes[order],
        popularity=popularity,
        trend=popularity,
        repeat=np.full(count, 0.1, np.float32),
        relations={
            "next": _neighbours(number, min(MOST_LEARNT, count), LINKS["next"]),
            "together": _neighbours(number, count, LINKS["together"]),
            "after": _neighbours(number, count, LINKS["after"]),
        },
    )


def _neighbours(number: NDArray[np.int64], sources: int, links: int) -> Relation:
    first = np.repeat(np.arange(sources), links)
    then = (first + np.tile(np.arange(1, links + 1), sources)) % len(number)
    weights = np.tile(1 / np.arange(1, links + 1), sources).astype(np.float32)
    return strongest(number[first], number[then], weights, len(number), links)


def _events() -> Iterator[Event]:
    kinds = (EventType.VIEW, EventType.ADD_TO_CART, EventType.PURCHASE)
    now = datetime.now(UTC)
    for n in range(30):
        yield Event(f"event-{n}", kinds[n % 3], now, customer_id=CUSTOMER, item_id=_item_id(n))


def _item_id(n: int) -> str:
    return f"item-{n:07}"


def _product(n: int) -> Product:
    colour, material = COLOURS[n % 8], MATERIALS[n // 8 % 8]
    thing, purpose = THINGS[n % 7], PURPOSES[n // 7 % 4]
    return Product(
        item_id=_item_id(n),
        title=f"{colour.title()} {material} {thing} {n}",
        description=f"A {thing} of {material}, in {colour}, made {purpose}. Ships in two days.",
        category=("Home" if n % 2 else "Outdoor", thing.title()),
        brand=f"Brand {n % 40}",
        price=5.0 + n % 300,
        currency="EUR",
        language="en",
        attributes={"colour": colour, "material": material},
    )


def _entry(n: int) -> Entry:
    topic, aspect = TOPICS[n % 8], ASPECTS[n // 8 % 5]
    asked = (f"Does a {topic} {aspect}?", f"{topic} {aspect}", f"Will my {topic} {aspect}?")
    return Entry(
        entry_id=f"entry-{n:06}",
        question=f"How does a {topic} {aspect}, case {n}?",
        variants=(*asked, f"I want to know about {topic}: {aspect}", f"tell me about {topic} {n}"),
        answer=f"A {topic} is handled within {n % 14 + 1} days, free of charge.",
        language="en",
    )
