import numpy as np
import pytest

from wganlib.latent_space import walk

A, B = np.random.default_rng(0).standard_normal((2, 20))


def test_it_starts_and_ends_where_it_should_and_turns_evenly():
    way = walk(A, B, np.linspace(0, 1, 6))
    np.testing.assert_allclose(way[[0, -1]], [A, B], atol=1e-6)
    a, b = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    np.testing.assert_allclose(walk(a, b, [1 / 3]), [[np.cos(np.pi / 6), np.sin(np.pi / 6)]], atol=1e-6)


def test_it_stays_on_the_shell_that_the_straight_line_leaves():
    a, b = A / np.linalg.norm(A), B / np.linalg.norm(B)
    norms = np.linalg.norm(walk(a, b, np.linspace(0, 1, 11)), axis=1)
    np.testing.assert_allclose(norms, 1, atol=1e-6)
    assert np.linalg.norm((a + b) / 2) < 0.95


@pytest.mark.parametrize("end", [A, -2 * A, B[:5]])
def test_it_refuses_vectors_that_no_single_circle_joins(end):
    with pytest.raises(ValueError, match="latent vectors"):
        walk(A, end, [0.5])
