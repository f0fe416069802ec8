"""TV, KL and JS against the curriculum's numbers, SciPy and closed forms."""

import itertools

import numpy as np
import pytest
from scipy import stats

from wganlib import distances

P, Q = np.full(3, 1 / 3), np.array([0.2, 0.5, 0.3])


def random_pairs(count, n=6):
    rng = np.random.default_rng(0)
    return zip(rng.dirichlet(np.ones(n), count), rng.dirichlet(np.ones(n), count), strict=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (distances.total_variation(P, Q), 1 / 6),
        (distances.kl_divergence(P, Q), 0.07024),
        (distances.kl_divergence(P, Q, base=2), 0.10134),
        (distances.kl_divergence(Q, P), 0.06896),
        (distances.kl_divergence(Q, P, base=2), 0.09949),
        (distances.js_divergence(P, Q), 0.01725),
        (distances.js_divergence(P, Q, base=2), 0.02489),
        (distances.cross_entropy(P, Q), 1.16885),
        (distances.entropy(P), 1.09861),
    ],
)
def test_worked_example(value, expected):
    assert value == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize("base", [None, 2, 10])
def test_scipy_agrees(base):
    for p, q in random_pairs(20):
        assert distances.kl_divergence(p, q, base) == pytest.approx(stats.entropy(p, q, base=base))
        assert distances.entropy(p, base) == pytest.approx(stats.entropy(p, base=base))
        to_middle = (stats.entropy(part, (p + q) / 2, base=base) for part in (p, q))
        assert distances.js_divergence(p, q, base) == pytest.approx(sum(to_middle) / 2, rel=1e-12)
        assert distances.cross_entropy(p, q, base) == pytest.approx(-(p * np.log(q)).sum() / np.log(base or np.e))


def test_total_variation_is_the_largest_difference_of_any_event():
    for p, q in random_pairs(5):
        events = itertools.product([False, True], repeat=len(p))
        largest = max(abs(p[list(event)].sum() - q[list(event)].sum()) for event in events)
        assert distances.total_variation(p, q) == pytest.approx(largest)


def test_disjoint_supports():
    p, q = [0.5, 0.5, 0, 0], [0, 0, 0.1, 0.9]
    assert distances.total_variation(p, q) == 1
    assert distances.kl_divergence(p, q) == np.inf
    assert distances.cross_entropy(p, q) == np.inf
    assert distances.js_divergence(p, q) == pytest.approx(np.log(2))
    assert distances.js_divergence(p, q, base=2) == pytest.approx(1)


def test_equal_distributions_are_at_zero():
    assert distances.total_variation(Q, Q) == distances.kl_divergence(Q, Q) == distances.js_divergence(Q, Q) == 0


def test_js_of_distributions_that_differ_by_a_rounding_error_is_a_number():
    for p, _ in random_pairs(200):
        q = p * (1 + np.finfo(float).eps * np.arange(6))
        assert 0 <= distances.js_divergence(p, q) < 1e-15


def test_kl_of_two_gaussians():
    x = np.linspace(-15, 15, 6001)
    p, q = stats.norm.pdf(x, 0, 1), stats.norm.pdf(x, 1.5, 2)
    expected = np.log(2) + (1 + 1.5**2) / (2 * 4) - 0.5
    assert distances.kl_divergence(p / p.sum(), q / q.sum()) == pytest.approx(expected, abs=1e-6)


def test_lists_and_float32_do():
    assert distances.total_variation(list(P), Q.astype(np.float32)) == pytest.approx(1 / 6)


@pytest.mark.parametrize("function", ["total_variation", "cross_entropy", "kl_divergence", "js_divergence"])
@pytest.mark.parametrize(
    ("p", "words"),
    [
        ([0.5, 0.6, -0.1], "negative value, -0.1"),
        ([0.5, 0.5, 0.5], "`p` must sum to 1. Received: a sum of 1.5"),
        ([0.5, 0.5], "same outcomes. Received: 2 and 3"),
        ([0.5, np.nan, 0.5], "NaN or infinite"),
        ([], r"Received: shape \(0,\)"),
        ([[0.2, 0.5, 0.3]], r"Received: shape \(1, 3\)"),
        ("half", "`p` must be an array of numbers. Received: 'half'"),
    ],
)
def test_anything_but_distributions_is_refused(function, p, words):
    with pytest.raises(ValueError, match=words):
        getattr(distances, function)(p, Q)


@pytest.mark.parametrize("base", [1, 0, -2, np.inf])
def test_a_base_must_be_above_1(base):
    with pytest.raises(ValueError, match="`base` must be a number above 1"):
        distances.entropy(P, base)
