"""The three forms of the earth mover's distance against each other, POT and closed forms."""

import numpy as np
import ot
import pytest
from scipy import stats

from wganlib import distances

P, Q, X = np.full(3, 1 / 3), np.array([0.2, 0.5, 0.3]), np.array([1.0, 2.0, 3.0])


def random_problem(seed, n=7, m=7, d=1):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m)), rng.normal(size=(n, d)), rng.normal(size=(m, d))


def test_worked_example_four_ways():
    costs = distances.euclidean_costs(X)
    assert distances.em_cdf(P, Q, X) == pytest.approx(1 / 6)
    assert distances.em_plan(P, Q, costs).cost == pytest.approx(1 / 6, abs=1e-12)
    assert distances.em_dual(P, Q, costs).value == pytest.approx(1 / 6, abs=1e-12)
    assert ot.emd2(P, Q, costs) == pytest.approx(1 / 6)
    expected = [[0.2, 4 / 30, 0], [0, 1 / 3, 0], [0, 1 / 30, 0.3]]
    np.testing.assert_allclose(distances.em_plan(P, Q, costs).plan, expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_on_a_line_pot_agrees(seed):
    p, q, x, _ = random_problem(seed)  # positions in no order, unevenly spaced
    expected = ot.emd2_1d(x, x, p, q, metric="euclidean")
    assert distances.em_cdf(p, q, x[:, 0]) == pytest.approx(expected)
    assert distances.em_plan(p, q, distances.euclidean_costs(x)).cost == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(3))
def test_in_the_plane_pot_agrees(seed):
    p, q, x, y = random_problem(seed, n=8, m=5, d=2)
    costs = distances.euclidean_costs(x, y)
    np.testing.assert_allclose(costs, ot.dist(x, y, metric="euclidean"))
    answer = distances.em_plan(p, q, costs)
    assert answer.cost == pytest.approx(ot.emd2(p, q, costs))
    assert answer.cost == pytest.approx((ot.emd(p, q, costs) * costs).sum())
    assert answer.plan.shape == (8, 5) and answer.plan.min() >= 0
    np.testing.assert_allclose(answer.plan.sum(axis=1), p, atol=1e-9)
    np.testing.assert_allclose(answer.plan.sum(axis=0), q, atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_primal_equals_dual(seed):
    p, q, x, _ = random_problem(seed, n=12, m=12, d=2)
    costs = distances.euclidean_costs(x)
    primal, dual = distances.em_plan(p, q, costs), distances.em_dual(p, q, costs)
    assert abs(primal.cost - dual.value) < 1e-9
    assert dual.f[0] == 0
    slack = costs - (dual.f[:, None] - dual.f)
    assert slack.min() >= -1e-9  # f is 1-Lipschitz,
    np.testing.assert_allclose(slack[primal.plan > 1e-9], 0, atol=1e-9)  # and as steep as it may be along the plan


def test_parallel_lines_are_theta_apart():
    y = np.linspace(0, 1, 9)
    for theta in (-0.8, 0.0, 0.3):
        points = np.concatenate([np.stack([np.full(9, t), y], axis=1) for t in (0.0, theta)])
        left, right = np.repeat([1 / 9, 0], 9), np.repeat([0, 1 / 9], 9)
        assert distances.em_plan(left, right, distances.euclidean_costs(points)).cost == pytest.approx(abs(theta))
        assert distances.em_dual(left, right, distances.euclidean_costs(points)).value == pytest.approx(abs(theta))


def test_gaussians_of_equal_width_are_as_far_apart_as_their_means():
    x = np.linspace(-12, 12, 4001)
    p, q = stats.norm.pdf(x, -1, 0.7), stats.norm.pdf(x, 1.3, 0.7)
    assert distances.em_cdf(p / p.sum(), q / q.sum(), x) == pytest.approx(2.3, abs=1e-9)


def test_gaussians_of_one_centre_differ_by_their_widths():
    x = np.linspace(-20, 20, 8001)
    p, q = stats.norm.pdf(x, 0, 1), stats.norm.pdf(x, 0, 2)
    expected = (2 - 1) * np.sqrt(2 / np.pi)  # ∫ |σ₁ − σ₂| |Φ⁻¹(u)| du
    assert distances.em_cdf(p / p.sum(), q / q.sum(), x) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_plan_that_keeps_the_order_is_optimal_on_a_line(seed):
    p, q, x, y = random_problem(seed, n=6, m=9)
    x, y = np.sort(x, axis=0), np.sort(y, axis=0)
    plan, costs = distances.monotone_plan(p, q), distances.euclidean_costs(x, y)
    np.testing.assert_allclose(plan.sum(axis=1), p)
    np.testing.assert_allclose(plan.sum(axis=0), q)
    assert (plan * costs).sum() == pytest.approx(distances.em_plan(p, q, costs).cost)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: distances.em_cdf(P, Q, [1, 2]), "one number for each of the 3 outcomes"),
        (lambda: distances.em_cdf(P, Q, [[1, 2], [3, 4], [5, 6]]), "em_plan"),
        (lambda: distances.em_cdf(P, Q, [1, 2, np.nan]), "NaN or infinite"),
        (lambda: distances.em_cdf(P, [0.5, 0.5], X), "Received: 3 and 2"),
        (lambda: distances.em_plan(P, Q, np.ones((3, 2))), r"shape \(3, 3\). Received: shape \(3, 2\)"),
        (lambda: distances.em_plan(P, Q, -np.ones((3, 3))), "at least 0. Received: values from -1 to -1"),
        (lambda: distances.em_plan([0.5, 0.4, 0.2], Q, np.ones((3, 3))), "a sum of 1.1"),
        (lambda: distances.monotone_plan([np.nan], Q), "NaN"),
        (lambda: distances.em_dual(P, Q, np.ones((3, 3))), "zero diagonal"),
        (lambda: distances.em_dual(P, Q, distances.euclidean_costs(X) ** 2), "Do not square them"),
        (lambda: distances.euclidean_costs(np.zeros((2, 3, 4))), "Flatten images"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("unit", [1e-12, 1e-7, 1e-6, 1.0, 1e6, 1e12])
def test_the_programmes_are_right_at_every_scale(unit):
    p, q, x, _ = random_problem(3, n=9, m=9, d=2)
    costs = distances.euclidean_costs(x)
    expected = ot.emd2(p, q, costs) * unit
    for found in (distances.em_plan(p, q, costs * unit).cost, distances.em_dual(p, q, costs * unit).value):
        assert found == pytest.approx(expected, rel=1e-9, abs=0)
    assert distances.em_dual(p, q, np.zeros((9, 9))).value == distances.em_plan(p, q, np.zeros((9, 9))).cost == 0


@pytest.mark.parametrize("earth", [1e-6, 1e-9, 1e-12, 1e-14])
def test_the_programmes_see_a_little_earth(earth):
    p, q, costs = [1 - earth, earth], [1, 0], [[0, 3], [3, 0]]
    for found in (distances.em_plan(p, q, costs).cost, distances.em_dual(p, q, costs).value):
        assert found == pytest.approx(3 * earth, rel=1e-9, abs=3e-15)
        assert found > 0


def test_the_programmes_take_masses_and_distances_of_very_different_sizes():
    random = np.random.default_rng(0)
    for count in range(2, 30):
        p, q = (10 ** random.uniform(-12, 0, count) for _ in range(2))
        places = [random.standard_normal(count), 10 ** random.uniform(-12, 3, count), 1e-9 * random.random(count)]
        places[2][0] = 1  # far from the others, which must still be told apart
        p, q = p / p.sum(), q / q.sum()
        for x in places:
            costs = distances.euclidean_costs(x)
            expected = distances.em_cdf(p, q, x)
            for found in (distances.em_plan(p, q, costs).cost, distances.em_dual(p, q, costs).value):
                # float64 knows p and q to 1e-16, and so their distance to that part of the way to the farthest point.
                assert found == pytest.approx(expected, rel=1e-9, abs=2e-15 * costs.max())
