"""Snapshots written to a folder and held as if they were in force."""

import numpy as np

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.errors import Warming
from concierge.retrieval.behaviour_snapshot import (
    RELATIONS,
    Behaviour,
    BehaviourSnapshot,
    write_behaviour,
)
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot, CatalogueWriter
from concierge.retrieval.identifiers import hash_of
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.knowledge_writer import KnowledgeWriter
from concierge.retrieval.relations import strongest
from concierge.retrieval.units import unit_texts
from concierge.retrieval.vectors import quantise


class InForce:
    """What Live offers, with a snapshot that a test sets."""

    def __init__(self, snapshot=None):
        self.snapshot = snapshot

    def get(self):
        if self.snapshot is None:
            raise Warming("nothing has been published yet")
        return self.snapshot

    def get_or_none(self):
        return self.snapshot


def write_catalogue(folder, products, encoder=None, languages=None):
    """Write a catalogue snapshot; with an encoder, with vectors, as far as it knows languages."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = CatalogueWriter(folder, encoder.dimensions if encoder else None)
    for product in sorted(products, key=lambda product: product.item_id):
        vectors, scales = quantise(encoder.encode([product.text])) if encoder else (None, [1.0])
        writer.add(
            product, None if vectors is None else vectors[0], scales[0], bytes(16), "test.csv"
        )
    details = {"languages": languages} if languages else {}
    return writer.finish(encoder.model if encoder else None, details)


def catalogue_of(folder, products, encoder=None, languages=None):
    """Return a catalogue snapshot of some products."""
    write_catalogue(folder, products, encoder, languages)
    return CatalogueSnapshot.open(folder)


def older_catalogue_of(folder, products):
    """Return a snapshot as it was written before there were columns for some fields."""
    write_catalogue(folder, products)
    arrays, written = Arrays.open(folder), ArraysWriter(folder)
    for name, values in arrays._views.items():
        if not name.startswith(("created_at", "currency", "attribute", "suggestion")):
            width = values.shape[1] if values.ndim > 1 else None
            written.column(name, values.dtype, width).append(values)
    written.finish()
    return CatalogueSnapshot.open(folder)


def write_knowledge(folder, entries, encoder=None):
    """Write a knowledge snapshot; with an encoder, with vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = KnowledgeWriter(folder, encoder.dimensions if encoder else None)
    for entry in entries:
        texts = unit_texts(entry)
        vectors, scales = quantise(encoder.encode(texts)) if encoder else (None, None)
        writer.add(entry, vectors, scales, [bytes(16)] * len(texts), "test.jsonl")
    return writer.finish(encoder.model if encoder else None)


def knowledge_of(folder, entries, encoder=None):
    """Return a knowledge snapshot of some entries."""
    write_knowledge(folder, entries, encoder)
    return KnowledgeSnapshot.open(folder)


def model_of(popularity, relations=None, repeat=None, weights=None, trend=None):
    """Return a behaviour model by item id; `relations` are {name: {source: {target: weight}}}."""
    ids = sorted(popularity, key=hash_of)
    number = {item_id: at for at, item_id in enumerate(ids)}
    columns = [_relative(by_item, ids) for by_item in (popularity, trend or popularity)]
    return Behaviour(
        item_hashes=np.array([hash_of(item_id) for item_id in ids], np.uint64),
        popularity=columns[0],
        trend=columns[1],
        repeat=np.array([(repeat or {}).get(item_id, 0.0) for item_id in ids], np.float32),
        relations={name: _relation((relations or {}).get(name, {}), number) for name in RELATIONS},
        weights=weights or {},
    )


def _relative(by_item, ids):
    most = max(by_item.values(), default=1.0)
    return np.array([by_item.get(item_id, 0.0) / most for item_id in ids], np.float32)


def behaviour_of(folder, popularity, **more):
    """Return a behaviour snapshot as `model_of` describes it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_behaviour(folder, model_of(popularity, **more))
    return BehaviourSnapshot.open(folder)


def _relation(pairs, number):
    flat = [
        (number[source], number[target], weight)
        for source, targets in pairs.items()
        for target, weight in targets.items()
    ]
    sources, targets, weights = zip(*flat, strict=True) if flat else ((), (), ())
    return strongest(
        np.array(sources, np.int64),
        np.array(targets, np.int64),
        np.array(weights, np.float32),
        len(number),
        10,
    )


def unit_vectors(rows, dimensions, seed=7):
    """Return random float32 vectors of length one."""
    vectors = np.random.default_rng(seed).standard_normal((rows, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
