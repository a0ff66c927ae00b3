"""Classic recommenders to compare with: those of `implicit`, and EASE.

Each is given as a grid of settings; `scores` gives float32 [customers, products] for the rows of
customers asked for.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

# implicit warns where BLAS brings threads of its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Of its own conversions from one sparse format to another.
warnings.filterwarnings("ignore", module="implicit")

Floats = NDArray[np.float32]
SEED = 20241125


@dataclass(frozen=True, slots=True)
class Rival:
    """One recommender with one setting."""

    family: str
    setting: str
    scores: Callable[[Any, NDArray[np.intp]], Floats]


def rivals() -> Iterator[Rival]:
    """Yield every setting that is tried."""
    for neighbours in (20, 100, 300, 1_000):
        for counted in (False, True):
            name = f"K={neighbours} {'counts' if counted else 'binary'}"
            yield Rival("cosine", name, _cosine(neighbours, counted=counted))
            for k1, b in ((0.6, 0.4), (1.2, 0.75), (10.0, 0.9), (100.0, 0.8)):
                rival = _bm25(neighbours, k1, b, counted=counted)
                yield Rival("BM25", f"{name} K1={k1:g} B={b:g}", rival)
    for factors in (32, 64, 128):
        for regularisation, alpha in ((0.05, 1.0), (0.05, 5.0), (1.0, 1.0), (10.0, 5.0)):
            setting = f"factors={factors} reg={regularisation:g} alpha={alpha:g}"
            yield Rival("ALS", setting, _als(factors, regularisation, alpha))
    for factors in (64, 128):
        for rate, epochs in ((0.05, 100), (0.05, 300), (0.01, 300)):
            setting = f"factors={factors} rate={rate:g} epochs={epochs}"
            yield Rival("BPR", setting, _bpr(factors, rate, epochs))
    for ridge in (100.0, 300.0, 1_000.0):
        yield Rival("EASE", f"lambda={ridge:g}", _ease(ridge))


def _binary(counts: Any) -> Any:
    binary = counts.copy()
    binary.data[:] = 1
    return binary


def _neighbours(model: Any, counts: Any, rows: NDArray[np.intp], *, counted: bool) -> Floats:
    matrix = (counts if counted else _binary(counts)).tocsr().astype(np.float64)
    model.fit(matrix, show_progress=False)
    return np.asarray((matrix[rows] @ model.similarity).toarray(), np.float32)


def _cosine(neighbours: int, *, counted: bool) -> Callable[[Any, NDArray[np.intp]], Floats]:
    from implicit.nearest_neighbours import CosineRecommender

    return lambda counts, rows: _neighbours(
        CosineRecommender(K=neighbours), counts, rows, counted=counted
    )


def _bm25(
    neighbours: int, k1: float, b: float, *, counted: bool
) -> Callable[[Any, NDArray[np.intp]], Floats]:
    from implicit.nearest_neighbours import BM25Recommender

    return lambda counts, rows: _neighbours(
        BM25Recommender(K=neighbours, K1=k1, B=b), counts, rows, counted=counted
    )


def _factors(model: Any, matrix: Any, rows: NDArray[np.intp]) -> Floats:
    model.fit(matrix.tocsr().astype(np.float32), show_progress=False)
    return np.asarray(model.user_factors[rows] @ model.item_factors.T, np.float32)


def _als(
    factors: int, regularisation: float, alpha: float
) -> Callable[[Any, NDArray[np.intp]], Floats]:
    from implicit.als import AlternatingLeastSquares

    return lambda counts, rows: _factors(
        AlternatingLeastSquares(
            factors=factors, regularization=regularisation, alpha=alpha, random_state=SEED
        ),
        counts,
        rows,
    )


def _bpr(factors: int, rate: float, epochs: int) -> Callable[[Any, NDArray[np.intp]], Floats]:
    from implicit.bpr import BayesianPersonalizedRanking

    return lambda counts, rows: _factors(
        BayesianPersonalizedRanking(
            factors=factors, learning_rate=rate, iterations=epochs, random_state=SEED
        ),
        _binary(counts),
        rows,
    )


def _ease(ridge: float) -> Callable[[Any, NDArray[np.intp]], Floats]:
    def scores(counts: Any, rows: NDArray[np.intp]) -> Floats:
        binary = _binary(counts)
        gram = np.asarray((binary.T @ binary).toarray(), np.float32)
        gram[np.diag_indices_from(gram)] += ridge
        inverse = np.linalg.inv(gram)
        weights = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0)
        return np.asarray(binary[rows] @ weights, np.float32)

    return scores


def matrix_of(actors: NDArray[np.intp], items: NDArray[np.intp], shape: tuple[int, int]) -> Any:
    """Return how often each customer dealt with each product, sparse [customers, products]."""
    ones = np.ones(len(actors), np.float32)
    counts = sparse.csr_matrix((ones, (actors, items)), shape=shape)
    counts.sum_duplicates()
    return counts
