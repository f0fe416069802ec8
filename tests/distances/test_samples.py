"""The distances of samples against POT and closed forms."""

import sys

import numpy as np
import ot
import pytest

from wganlib import distances
from wganlib.data import toys
from wganlib.distances.samples import random_directions


def clouds(n=40, m=40, d=2, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), 1 + 0.5 * rng.normal(size=(m, d))


@pytest.mark.parametrize("d", [2, 5])
def test_assignment_is_pots_exact_distance(d):
    x, y = clouds(d=d)
    expected = ot.emd2([], [], ot.dist(x, y, metric="euclidean"))
    assert distances.em_samples(x, y) == pytest.approx(expected)


def test_on_a_line_it_is_pots():
    x, y = clouds(n=30, m=50, d=1)
    assert distances.em_samples(x, y) == pytest.approx(ot.emd2_1d(x, y, metric="euclidean"))
    assert distances.em_samples(x[:, 0], y[:, 0]) == distances.em_samples(x, y)


def test_a_shift_costs_its_length():
    x = toys.swiss_roll(100, seed=1).astype(float)
    assert distances.em_samples(x, x + np.array([0.3, -0.4])) == pytest.approx(0.5)


def test_parallel_lines():
    rng = np.random.default_rng(0)
    real, fake = (np.stack([np.full(400, x), rng.uniform(size=400)], axis=1) for x in (0.0, 0.6))
    assert distances.em_samples(real, fake) == pytest.approx(0.6, abs=0.01)


def test_sinkhorn_nears_the_exact_distance_from_above():
    x, y = clouds()
    exact = distances.em_samples(x, y)
    costs = [distances.em_sinkhorn(x, y, epsilon).cost for epsilon in (1.0, 0.3, 0.05)]
    assert costs[0] > costs[1] > costs[2] > exact
    assert costs[2] == pytest.approx(exact, rel=0.02)


def test_sinkhorns_plan_keeps_the_weights():
    x, y = clouds(n=30, m=20)
    plan = distances.em_sinkhorn(x, y, 0.5).plan
    np.testing.assert_allclose(plan.sum(axis=1), 1 / 30, atol=1e-6)
    np.testing.assert_allclose(plan.sum(axis=0), 1 / 20, atol=1e-6)


def test_sinkhorn_without_convergence_says_so():
    with pytest.raises(RuntimeError, match="did not converge in 3 steps"):
        distances.em_sinkhorn(*clouds(), epsilon=0.01, max_iterations=3)


def test_sinkhorn_without_pot_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(ImportError, match="pip install POT"):
        distances.em_sinkhorn(*clouds(), epsilon=1.0)


@pytest.mark.parametrize("m", [40, 25])
def test_sliced_is_pots(m):
    x, y = clouds(m=m, d=3)
    directions = random_directions(3, 64, seed=5)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=0), 1)
    expected = ot.sliced_wasserstein_distance(x, y, projections=directions, p=1)
    assert distances.em_sliced(x, y, 64, seed=5) == pytest.approx(expected)


def test_sliced_of_a_shift_in_the_plane():
    x, _ = clouds()
    shifted = distances.em_sliced(x, x + np.array([3.0, 4.0]), n_directions=20_000)
    assert shifted == pytest.approx(5 * 2 / np.pi, rel=0.02)  # the mean of |cos| is 2/π
    assert shifted < distances.em_samples(x, x + np.array([3.0, 4.0]))


@pytest.mark.parametrize("function", ["em_samples", "em_sliced"])
@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.zeros((3, 2)), np.zeros((3, 4)), "same dimension. Received: points in 2 and 4"),
        (np.full((3, 2), np.nan), np.zeros((3, 2)), "`x` must be finite, but has a value that is NaN"),
        (np.zeros((3, 28, 28)), np.zeros((3, 28, 28)), "Flatten images"),
        ([], [], "n ≥ 1"),
    ],
)
def test_bad_samples_are_refused(function, x, y, words):
    with pytest.raises(ValueError, match=words):
        getattr(distances, function)(x, y)


def test_other_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"equally many points.*Received: 3 and 4"):
        distances.em_samples(np.zeros((3, 2)), np.zeros((4, 2)))
    with pytest.raises(ValueError, match=r"`epsilon` must be a number above 0.*Received: 0\."):
        distances.em_sinkhorn(*clouds(), epsilon=0)
    with pytest.raises(ValueError, match=r"`n_directions` must be a whole number of at least 1. Received: 0"):
        distances.em_sliced(*clouds(), n_directions=0)
