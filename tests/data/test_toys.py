"""The toy distributions against their closed forms."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial import cKDTree

from wganlib.data import toys


@pytest.mark.parametrize("draw", [toys.eight_gaussians, toys.twenty_five_gaussians, toys.swiss_roll])
def test_a_seed_fixes_the_points(draw):
    first, again, other = draw(50, seed=3), draw(50, seed=3), draw(50, seed=4)
    assert first.shape == (50, 2) and first.dtype == np.float32
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_generator_moves_on():
    rng = np.random.default_rng(0)
    assert not np.array_equal(toys.eight_gaussians(5, rng), toys.eight_gaussians(5, rng))


def test_eight_modes_stand_on_a_circle():
    modes = toys.eight_gaussian_modes()
    assert modes.centres.shape == (8, 2)
    np.testing.assert_allclose(np.hypot(*modes.centres.T), 2 / 1.414)
    np.testing.assert_allclose(modes.centres[1], [np.sqrt(2) / 1.414] * 2)
    assert modes.std == pytest.approx(0.02 / 1.414)


def test_twenty_five_modes_stand_on_a_grid():
    modes = toys.twenty_five_gaussian_modes()
    assert len(np.unique(modes.centres, axis=0)) == 25
    np.testing.assert_allclose(np.unique(modes.centres), np.array([-4, -2, 0, 2, 4]) / 2.828)
    np.testing.assert_allclose(modes.centres[:2], np.array([[-4, -4], [-2, -4]]) / 2.828)
    assert modes.std == pytest.approx(0.05 / 2.828)


@pytest.mark.parametrize("modes", [toys.eight_gaussian_modes(), toys.twenty_five_gaussian_modes()])
def test_samples_have_the_spread_and_shares_they_should(modes):
    samples = modes.sample(40_000, seed=1)
    np.testing.assert_allclose(samples.std(axis=0), 1.0, atol=0.02)  # what the division by 1.414 and 2.828 is for
    distance = np.linalg.norm(samples[:, None] - modes.centres, axis=2)
    nearest = distance.argmin(axis=1)
    assert stats.chisquare(np.bincount(nearest)).pvalue > 1e-3
    residual = (samples - modes.centres[nearest]) / modes.std
    assert stats.kstest(residual.ravel(), "norm").pvalue > 1e-3


def test_the_swiss_roll_lies_a_quarter_beside_the_spiral():
    points = 7.5 * toys.swiss_roll(4000, seed=2)
    t = np.linspace(1.5 * np.pi, 4.5 * np.pi, 2000)
    distance, nearest = cKDTree(t[:, None] * np.stack([np.cos(t), np.sin(t)], axis=1)).query(points)
    inside = (nearest > 0) & (nearest < 1999)  # beyond an end the nearest point is the end itself
    assert inside.mean() > 0.98
    assert stats.kstest(distance[inside] / 0.25, "halfnorm").pvalue > 1e-3
    assert stats.kstest(t[nearest], "uniform", args=(1.5 * np.pi, 3 * np.pi)).pvalue > 1e-3


def test_two_gaussians():
    real, fake = toys.two_gaussians_1d(20_000, means=(0, 3), stds=(1, 0.5), seed=6)
    assert real.shape == fake.shape == (20_000, 1) and real.dtype == np.float32
    assert stats.kstest(real.ravel(), "norm", args=(0, 1)).pvalue > 1e-3
    assert stats.kstest(fake.ravel(), "norm", args=(3, 0.5)).pvalue > 1e-3


def test_count_of_a_perfect_generator_is_the_closed_form():
    modes = toys.eight_gaussian_modes()
    count = toys.count_modes(modes.sample(50_000, seed=7), modes)
    assert count.covered == count.n_modes == 8
    assert count.high_quality == pytest.approx(1 - np.exp(-4.5), abs=2e-3)


def test_count_of_a_collapsed_generator():
    modes = toys.eight_gaussian_modes()
    samples = np.concatenate([np.repeat(modes.centres[[2, 5]], [30, 1], axis=0), np.zeros((9, 2))])
    count = toys.count_modes(samples, modes)
    assert (count.covered, count.high_quality) == (2, pytest.approx(31 / 40))
    assert str(count) == "2 of 8 modes covered, 77.5% high-quality samples"
    assert toys.count_modes(samples, modes, at_least=2).covered == 1


def test_three_standard_deviations_are_the_border():
    modes = toys.eight_gaussian_modes()
    for steps, high_quality in ((2.99, 1.0), (3.01, 0.0)):
        sample = modes.centres[:1] + np.array([steps * modes.std, 0])
        assert toys.count_modes(sample, modes).high_quality == high_quality


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: toys.eight_gaussians(0), "whole number of at least 1"),
        (lambda: toys.swiss_roll(2.5), "whole number of at least 1"),
        (lambda: toys.eight_gaussians(5, std=0), "`std` must be a number above 0"),
        (lambda: toys.two_gaussians_1d(5, stds=(1, -1)), "`stds` must be a number above 0"),
        (
            lambda: toys.count_modes(np.zeros((4, 3)), toys.eight_gaussian_modes()),
            r"shape \(n, 2\), n ≥ 1. Received: shape \(4, 3\)",
        ),
        (lambda: toys.count_modes([[np.nan, 0]], toys.eight_gaussian_modes()), "diverged"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
