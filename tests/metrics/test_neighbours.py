"""Precision, recall, density and coverage: against loops, closed expectations, and sets whose answer is plain."""

import numpy as np
import pytest

from wganlib.metrics import density_coverage, expected_coverage, neighbours, precision_recall
from wganlib.metrics.neighbours import precision_recall_density_coverage


def points(count, seed, size=4, shift=0.0):
    return np.random.default_rng(seed).normal(shift, 1, (count, size))


def radius(all_points, i, k):
    return sorted(np.linalg.norm(all_points[i] - all_points[j]) for j in range(len(all_points)) if j != i)[k - 1]


def by_loops(samples, reference, k, k_coverage):
    def share(inner, outer):
        radii = [radius(outer, j, k) for j in range(len(outer))]
        inside = [any(np.linalg.norm(x - y) <= r for y, r in zip(outer, radii, strict=True)) for x in inner]
        return np.mean(inside)

    hits = np.array(
        [[np.linalg.norm(y - x) <= radius(reference, j, k_coverage) for x in samples] for j, y in enumerate(reference)]
    )
    density = hits.sum() / (k_coverage * len(samples))
    return share(samples, reference), share(reference, samples), density, hits.any(1).mean()


@pytest.mark.parametrize("block", [neighbours.BLOCK, 200, 1])  # in one block, in several, row by row
@pytest.mark.parametrize(("k", "k_coverage", "shift"), [(3, 5, 0.7), (1, 2, 0.0), (4, 4, 1.5)])
def test_all_four_are_those_of_loops(k, k_coverage, shift, block, monkeypatch):
    monkeypatch.setattr(neighbours, "BLOCK", block)
    samples, reference = points(30, 0, shift=shift), points(45, 1)
    expected = by_loops(samples, reference, k, k_coverage)
    assert 0 < expected[0] < 1
    np.testing.assert_allclose(precision_recall(samples, reference, k), expected[:2])
    np.testing.assert_allclose(density_coverage(samples, reference, k_coverage), expected[2:])
    both = precision_recall_density_coverage(samples, reference, k, k_coverage)
    np.testing.assert_allclose([*both[0], *both[1]], expected)


def test_a_set_has_itself_covered():
    reference = points(60, 0)
    assert precision_recall(reference, reference) == (1, 1)
    density, coverage = density_coverage(reference, reference)
    assert coverage == 1
    np.testing.assert_allclose(density, 1.2)  # every ball holds its five neighbours and its own centre


def test_a_far_set_has_nothing():
    samples, reference = points(60, 0, shift=50.0), points(60, 1)
    assert precision_recall(samples, reference) == (0, 0)
    assert density_coverage(samples, reference) == (0, 0)


def test_a_missing_mode_costs_recall_and_coverage_but_not_precision():
    two = np.concatenate([points(100, 0), points(100, 1, shift=20.0)])
    one = points(200, 2)
    precision, recall = precision_recall(one, two)
    assert precision > 0.8
    assert 0.35 < recall <= 0.5
    density, coverage = density_coverage(one, two)
    assert density > 0.7
    assert 0.35 < coverage <= 0.5


def test_an_outlier_flatters_recall_and_not_coverage():
    # Naeem et al. 2020, §2: the ball of one far sample reaches over all of the reference.
    reference = points(100, 0)
    samples = points(100, 1, shift=6.0)
    assert precision_recall(samples, reference).recall < 0.1
    samples[0] = -30.0
    assert precision_recall(samples, reference).recall == 1
    assert density_coverage(samples, reference).coverage < 0.1


def test_samples_of_the_references_own_distribution_get_what_the_paper_expects():
    found = np.array([density_coverage(points(50, 2 * i), points(40, 2 * i + 1)) for i in range(400)])
    error = found.std(0, ddof=1) / np.sqrt(len(found))
    assert abs(found[:, 0].mean() - 1) < 3 * error[0]
    assert abs(found[:, 1].mean() - expected_coverage(50, 40)) < 3 * error[1]


def test_expected_coverage_of_one_ball_and_of_many():
    # k = 1, one sample: of m points in one order with it, each ball holds it with a chance of 1 / m.
    np.testing.assert_allclose(expected_coverage(1, 10, k=1), 1 / 10)
    np.testing.assert_allclose(expected_coverage(10**6, 10**6), 1 - 2**-5, rtol=1e-4)


def test_collapse_to_one_point():
    reference = points(80, 0)
    samples = np.repeat(reference[:1], 80, axis=0)
    precision, recall = precision_recall(samples, reference)
    assert precision == 1
    np.testing.assert_allclose(recall, 1 / 80)  # balls of radius 0 hold the point itself
    assert density_coverage(samples, reference).coverage < 0.2


def test_equal_points_have_radius_zero_far_from_the_origin():
    # What a matrix product leaves of equal numbers must not count as a distance.
    corner = 1e4 + np.repeat(points(2, 0), 6, axis=0)
    np.testing.assert_array_equal(neighbours.squared_radii(corner, [5]), np.zeros((1, 12)))
    exact = [radius(corner, i, 6) ** 2 for i in range(12)]
    np.testing.assert_allclose(neighbours.squared_radii(corner, [6])[0], exact, rtol=1e-6)


@pytest.mark.parametrize(
    ("function", "samples", "reference", "message"),
    [
        (precision_recall, points(3, 0), points(9, 1), "`samples` must have at least 4 samples for k = 3. Received: 3"),
        (
            precision_recall,
            points(9, 0),
            points(3, 1),
            "`reference` must have at least 4 .*for k = 3. Received: 3",
        ),
        (
            density_coverage,
            points(9, 0),
            points(5, 1),
            "`reference` must have at least 6 .*for k = 5. Received: 5",
        ),
        (density_coverage, points(0, 0), points(9, 1), "`samples` must have at least 1"),
        (precision_recall, points(9, 0, size=2), points(9, 1), "equally many features. Received: 2 and 4"),
        (precision_recall, np.full((9, 4), np.inf), points(9, 1), "NaN or infinite"),
        (precision_recall, np.zeros((9, 28, 28, 1)), points(9, 1), "Pass images through digit_features"),
    ],
)
def test_sets_that_are_too_small_or_do_not_fit_are_refused(function, samples, reference, message):
    with pytest.raises(ValueError, match=message):
        function(samples, reference)


@pytest.mark.parametrize("k", [0, 1.5, True])
def test_a_k_must_be_a_count(k):
    for function in (precision_recall, density_coverage):
        with pytest.raises(ValueError, match="`k` must be a whole number of at least 1"):
            function(points(9, 0), points(9, 1), k)


def test_few_samples_are_enough_for_coverage():
    density, coverage = density_coverage(points(1, 0), points(40, 1))
    assert 0 <= coverage <= density  # one sample: each ball that holds it adds 1/40 and 1/5
