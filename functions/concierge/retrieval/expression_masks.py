"""Evaluate a filter expression over a whole catalogue, column by column."""

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.expression_tree import (
    Age,
    AllOf,
    AnyOf,
    Bound,
    Exists,
    Interval,
    Kind,
    Not,
    OneOf,
    Tree,
)
from concierge.retrieval.terms import Terms

Mask = NDArray[np.bool_]


def mask_of(tree: Tree, catalogue: CatalogueSnapshot, now: float) -> Mask:
    """Return which rows an expression holds for, ages being counted back from `now`."""
    match tree:
        case OneOf():
            return _one_of(tree, catalogue)
        case Interval():
            return _within(tree, catalogue, now)
        case Exists():
            return _exists(tree, catalogue)
        case Not(condition):
            return ~mask_of(condition, catalogue, now)
        case AllOf(conditions):
            mask = np.ones(len(catalogue), np.bool_)
            for each in conditions:
                mask &= mask_of(each, catalogue, now)
            return mask
        case AnyOf(conditions):
            mask = np.zeros(len(catalogue), np.bool_)
            for each in conditions:
                mask |= mask_of(each, catalogue, now)
            return mask


def _one_of(tree: OneOf, catalogue: CatalogueSnapshot) -> Mask:
    field = tree.field
    if field.kind is Kind.ANYTHING:
        return catalogue.attributes.equal(field.name, tree.values)
    texts = [value for value in tree.values if isinstance(value, str)]
    if field.name == "item_id":
        mask = np.zeros(len(catalogue), np.bool_)
        mask[catalogue.rows(texts)] = True
        return mask
    if field.kind is Kind.TEXT:
        return _terms(catalogue, field.name).mask(texts)
    column = catalogue.prices if field.kind is Kind.NUMBER else catalogue.in_stock
    equal: Mask = np.isin(column, np.array(tree.values, column.dtype))
    return equal


def _within(tree: Interval, catalogue: CatalogueSnapshot, now: float) -> Mask:
    low, high = _number(tree.low, now, -np.inf), _number(tree.high, now, np.inf)
    if tree.field.kind is Kind.ANYTHING:
        return catalogue.attributes.between(
            tree.field.name, low, high, low_open=tree.low_open, high_open=tree.high_open
        )
    column = catalogue.prices if tree.field.kind is Kind.NUMBER else catalogue.created_at
    mask: Mask = column > low if tree.low_open else column >= low
    if tree.high is not None:
        mask &= column < high if tree.high_open else column <= high
    return mask


def _exists(tree: Exists, catalogue: CatalogueSnapshot) -> Mask:
    field = tree.field
    if field.kind is Kind.ANYTHING:
        return catalogue.attributes.present(field.name)
    if field.kind is Kind.FLAG or field.name == "item_id":
        return np.ones(len(catalogue), np.bool_)
    if field.kind is Kind.TEXT:
        return _terms(catalogue, field.name).present()
    column = catalogue.prices if field.kind is Kind.NUMBER else catalogue.created_at
    return ~np.isnan(column)


def _terms(catalogue: CatalogueSnapshot, name: str) -> Terms:
    if name == "category":
        return catalogue.category_terms
    if name == "brand":
        return catalogue.brand_terms
    return catalogue.language_terms if name == "language" else catalogue.currency_terms


def _number(bound: Bound | None, now: float, unbounded: float) -> float:
    if bound is None:
        return unbounded
    return now - bound.seconds if isinstance(bound, Age) else bound
