import numpy as np
import pytest

from concierge.training.ridge import BLOCK, solved


@pytest.mark.parametrize("items", [1, 3, BLOCK, BLOCK + 1, 3 * BLOCK - 5])
def test_the_solution_is_that_of_numpy(items):
    draw = np.random.default_rng(items)
    rows = draw.standard_normal((2 * items, items)).astype(np.float32)
    gram, moments = rows.T @ rows, draw.standard_normal((items, 7)).astype(np.float32)
    expected = np.linalg.solve(gram.astype(np.float64) + 4.0 * np.eye(items), moments)
    np.testing.assert_allclose(solved(gram, moments, 4.0), expected, atol=1e-4)


@pytest.mark.parametrize("items", [200, 600])
def test_items_that_cannot_be_told_apart_are_solved_however_often_they_were_taken(items):
    gram = np.full((items, items), 1e9, np.float32)
    coefficients = solved(gram, np.full((items, 1), 1e9, np.float32), 4.0)
    assert coefficients.sum() == pytest.approx(1.0, rel=1e-2)
