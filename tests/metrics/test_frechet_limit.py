"""The Fréchet distance extrapolated to infinitely many samples: on Gaussians, where the answer is known."""

import numpy as np
import pytest

from wganlib.metrics import frechet_distance, frechet_limit

SIZE = 6


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
    found = frechet_limit(samples, reference, points=5, smallest=60, seed=3)
    np.testing.assert_array_equal(found.counts, [60, 120, 180, 240, 300])
    np.testing.assert_allclose(found.distances[-1], frechet_distance(samples, reference), rtol=1e-9)
    rng = np.random.default_rng(3)
    first, second = rng.permutation(samples), rng.permutation(samples)
    parts = [frechet_distance(first[i : i + 60], reference) for i in range(0, 300, 60)]
    np.testing.assert_allclose(found.distances[0], np.mean(parts), rtol=1e-9)
    parts = [frechet_distance(second[i : i + 120], reference) for i in (0, 120)]
    np.testing.assert_allclose(found.distances[1], np.mean(parts), rtol=1e-9)
    design = np.stack([np.ones(5), 1 / found.counts], axis=1)
    solution = np.linalg.lstsq(design, found.distances, rcond=None)[0]
    np.testing.assert_allclose([found.limit, found.slope], solution, rtol=1e-8)
    assert found.slope > 0
    assert "seed 3" in str(found) and "5 counts from 60" in str(found)


def test_the_counts_start_at_a_tenth_but_above_the_dimension():
    assert frechet_limit(gaussian(300, 1), white(50, 0)).counts[0] == 30
    assert frechet_limit(gaussian(60, 1), white(50, 0)).counts[0] == 2 * SIZE


@pytest.mark.parametrize(
    ("count", "options", "message"),
    [
        (20, {}, "more samples .at least 26"),
        (300, {"smallest": 6}, "all above the 6 features"),
        (300, {"smallest": 299}, "fewer points"),
        (300, {"points": 1}, "at least 2 points"),
        (300, {"points": 0}, "points must be a whole number"),
    ],
)
def test_counts_that_cannot_be_are_refused(count, options, message):
    with pytest.raises(ValueError, match=message):
        frechet_limit(gaussian(count, 1), white(50, 0), **options)
