"""Immutable folders with a manifest, published behind a pointer: models and snapshots alike."""
