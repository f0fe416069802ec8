"""The Fréchet distance against SciPy and closed forms; its limit of infinitely many samples on Gaussians."""

import numpy as np
import pytest
from scipy import linalg

from wganlib.metrics import frechet_distance, frechet_limit

SIZE = 6

# The distance.


def gaussians(seed, count=400, size=5, shift=0.0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(count, size)) @ generator.normal(size=(size, size)) + shift


def by_scipy(a, b):
    """Heusel et al. 2017, eq. 6, with the matrix root of SciPy."""
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = linalg.sqrtm(cov_a @ cov_b).real
    return np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(cov_a + cov_b - 2 * root)


@pytest.mark.parametrize("shift", [0.0, 2.0])
def test_frechet_distance_against_scipy(shift):
    a, b = gaussians(0), gaussians(1, shift=shift)
    np.testing.assert_allclose(frechet_distance(a, b), by_scipy(a, b), rtol=1e-8)
    np.testing.assert_allclose(frechet_distance(b, a), frechet_distance(a, b), rtol=1e-8)


def test_sets_of_different_sizes():
    a, b = gaussians(0, 300), gaussians(1, 700)
    np.testing.assert_allclose(frechet_distance(a, b), by_scipy(a, b), rtol=1e-8)


def test_frechet_distance_in_one_dimension():
    # (μ₁ − μ₂)² + (σ₁ − σ₂)²
    a, b = gaussians(0, size=1), 3 + 2 * gaussians(1, size=1)
    expected = (a.mean() - b.mean()) ** 2 + (a.std(ddof=1) - b.std(ddof=1)) ** 2
    np.testing.assert_allclose(frechet_distance(a, b), expected, rtol=1e-9)


def test_frechet_distance_of_diagonal_gaussians_in_closed_form():
    scales, generator = np.array([1.0, 2.0, 0.5]), np.random.default_rng(0)
    # Whitened, so that mean and covariance are exactly 0 and 1.
    raw = generator.normal(size=(500, 3))
    white = (raw - raw.mean(0)) @ linalg.inv(linalg.sqrtm(np.cov(raw, rowvar=False)))
    mean = np.array([1.0, -2.0, 0.0])
    expected = np.sum(mean**2) + np.sum((1 - scales) ** 2)
    np.testing.assert_allclose(frechet_distance(white, white * scales + mean), expected, rtol=1e-9)


@pytest.mark.parametrize("count", [400, 4])  # with 4 points in 5 dimensions the covariance has no inverse
def test_a_set_is_at_no_distance_from_itself_or_its_reordering(count):
    a = gaussians(0, count)
    np.testing.assert_allclose(frechet_distance(a, a), 0, atol=1e-6)
    np.testing.assert_allclose(frechet_distance(a, a[::-1]), 0, atol=1e-6)


@pytest.mark.parametrize(
    ("a", "b"), [((5, 3), (5, 4)), ((5,), (5,)), ((1, 3), (5, 3)), ((5, 3), (0, 3)), ((5, 3, 1), (5, 3, 1))]
)
def test_sets_that_cannot_be_compared_are_refused(a, b):
    with pytest.raises(ValueError, match=r"`features_[ab]` must have"):
        frechet_distance(np.zeros(a), np.zeros(b))


# The limit.


def white(count, seed):
    """Points whose mean and covariance are exactly 0 and 1, so that the reference has no error of its own."""
    raw = np.random.default_rng(seed).normal(size=(count, SIZE))
    raw -= raw.mean(0)
    return np.linalg.solve(np.linalg.cholesky(np.cov(raw, rowvar=False)), raw.T).T


def gaussian(count, seed, shift=0.0, scale=1.0):
    return shift + scale * np.random.default_rng(seed).normal(size=(count, SIZE))


@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (0.5, 1.5)])
def test_the_limit_is_nearer_to_the_closed_form_than_the_distance(shift, scale):
    reference = white(200, 0)
    true = SIZE * (shift**2 + (scale - 1) ** 2)
    limits, distances = [], []
    for seed in range(40):
        found = frechet_limit(gaussian(400, seed + 1, shift, scale), reference, points=8)
        limits.append(found.limit)
        distances.append(found.distances[-1])
    bias, bias_of_limit = np.mean(distances) - true, np.mean(limits) - true
    error = np.std(limits, ddof=1) / np.sqrt(len(limits))
    assert bias > 0.03
    assert abs(bias_of_limit) < max(bias / 3, 2.5 * error), (bias, bias_of_limit, error)


def test_the_line_is_the_least_squares_one_and_ends_at_the_whole_set():
    samples, reference = gaussian(300, 1), white(200, 0)
    found = frechet_limit(samples, reference, points=10, seed=3)
    np.testing.assert_array_equal(found.counts, np.arange(30, 301, 30))
    np.testing.assert_allclose(found.distances[-1], frechet_distance(samples, reference), rtol=1e-9)
    rng = np.random.default_rng(3)
    first, second = rng.permutation(samples), rng.permutation(samples)
    parts = [frechet_distance(first[i : i + 30], reference) for i in range(0, 300, 30)]
    np.testing.assert_allclose(found.distances[0], np.mean(parts), rtol=1e-9)
    parts = [frechet_distance(second[i : i + 60], reference) for i in range(0, 300, 60)]
    np.testing.assert_allclose(found.distances[1], np.mean(parts), rtol=1e-9)
    design = np.stack([np.ones(10), 1 / found.counts], axis=1)
    solution = np.linalg.lstsq(design, found.distances, rcond=None)[0]
    np.testing.assert_allclose([found.limit, found.slope], solution, rtol=1e-8)
    assert found.slope > 0
    assert "seed 3" in str(found) and "10 counts from 30" in str(found)


def test_the_counts_start_at_a_tenth_but_above_the_dimension():
    assert frechet_limit(gaussian(300, 1), white(50, 0)).counts[0] == 30
    assert frechet_limit(gaussian(60, 1), white(50, 0)).counts[0] == 2 * SIZE


@pytest.mark.parametrize(
    ("count", "options", "message"),
    [
        (20, {}, "enough for 15 counts from 12 up. Received: 20"),
        (300, {"points": 272}, "take fewer points"),
        (300, {"points": 1}, "`points` must be a whole number of at least 2. Received: 1"),
    ],
)
def test_counts_out_of_range_are_refused(count, options, message):
    with pytest.raises(ValueError, match=message):
        frechet_limit(gaussian(count, 1), white(50, 0), **options)
