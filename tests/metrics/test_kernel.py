"""The kernel distance: against two loops, a closed form, and its own promises (no bias, an honest error)."""

import numpy as np
import pytest

from wganlib.metrics import kernel_distance, squared_mmd


def points(count, seed, size=3, shift=0.0):
    return np.random.default_rng(seed).normal(shift, 1, (count, size))


def by_loops(x, y):
    def kernel(a, b):
        return (sum(u * v for u, v in zip(a, b, strict=True)) / len(a) + 1) ** 3

    n, m = len(x), len(y)
    among_x = sum(kernel(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    among_y = sum(kernel(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return among_x + among_y - 2 * sum(kernel(a, b) for a in x for b in y) / (n * m)


@pytest.mark.parametrize(("n", "m"), [(6, 6), (5, 9), (2, 2)])
def test_squared_mmd_is_the_double_sum(n, m):
    x, y = points(n, 0), points(m, 1, shift=0.5)
    np.testing.assert_allclose(squared_mmd(x, y), by_loops(x, y), rtol=1e-10)


def shifted_mmd(shift):
    """The squared MMD of N(0, 1) and N(shift, 1) in one dimension, with E k(x, y) = E (xy + 1)³ from the moments."""

    def moments(mean):
        return [1, mean, mean**2 + 1, mean**3 + 3 * mean]

    def expected(a, b):
        return sum(c * a[i] * b[i] for i, c in enumerate((1, 3, 3, 1)))

    x, y = moments(0.0), moments(shift)
    return expected(x, x) + expected(y, y) - 2 * expected(x, y)


@pytest.mark.parametrize("shift", [0.0, 0.7])
@pytest.mark.parametrize("count", [4, 40])
def test_it_is_unbiased_whatever_the_count(shift, count):
    rng = np.random.default_rng(2)
    draws = np.array([squared_mmd(rng.normal(size=(count, 1)), rng.normal(shift, 1, (count, 1))) for _ in range(3000)])
    error = draws.std(ddof=1) / np.sqrt(len(draws))
    assert abs(draws.mean() - shifted_mmd(shift)) < 3 * error
    assert (draws < 0).mean() > (0.3 if shift == 0 else 0)
    # With the pairs (x, x), for which E (x² + 1)³ = 28 where E (x x' + 1)³ = 4, it would be several errors too large.
    assert 24 / count > 4 * error


def test_the_value_is_the_mean_over_disjoint_subsets():
    x, y = points(40, 0), points(50, 1, shift=0.5)
    found = kernel_distance(x, y, subsets=4, subset_size=9, seed=5)
    rng = np.random.default_rng(5)
    x, y = rng.permutation(x), rng.permutation(y)
    values = [by_loops(x[i : i + 9], y[i : i + 9]) for i in (0, 9, 18, 27)]
    np.testing.assert_allclose(found.value, np.mean(values), rtol=1e-10)
    np.testing.assert_allclose(found.error, np.std(values, ddof=1) / 2, rtol=1e-10)
    assert "4 disjoint subsets of 9, seed 5" in str(found)


def test_the_error_is_the_spread_of_the_value_over_new_draws():
    found = [kernel_distance(points(400, 2 * i, shift=0.3), points(400, 2 * i + 1)) for i in range(200)]
    spread = np.std([one.value for one in found], ddof=1)
    typical = np.sqrt(np.mean([one.error**2 for one in found]))
    assert found[0].subset_size == 40
    np.testing.assert_allclose(typical, spread, rtol=0.2)


def test_subsets_hold_a_thousand_at_most_and_repeat_for_a_seed():
    x, y = points(2300, 0), points(2100, 1)
    found = [kernel_distance(x, y, subsets=2, seed=seed) for seed in (0, 0, 1)]
    assert found[0].subset_size == 1000
    assert found[0] == found[1]
    assert found[0].value != found[2].value


def test_two_sets_of_one_kind_are_at_no_distance_and_another_kind_is_far():
    found = kernel_distance(points(2000, 0), points(2000, 1))
    assert abs(found.value) < 4 * found.error
    far = kernel_distance(points(2000, 0), points(2000, 1, shift=3.0))
    assert far.value > 10 * far.error


@pytest.mark.parametrize(
    ("x", "y", "options", "message"),
    [
        (points(40, 0), points(40, 1, size=4), {}, "equally many features. Received: 3 and 4"),
        (points(19, 0), points(40, 1), {}, "10 disjoint subsets of 2. Received: 19"),
        (points(40, 0), points(40, 1), {"subset_size": 5}, "9 disjoint subsets of 5. Received: 40"),
        (
            points(40, 0),
            points(40, 1),
            {"subset_size": 1},
            "`subset_size` must be a whole.* of at least 2. Received: 1",
        ),
        (points(40, 0), points(40, 1), {"subsets": 1}, "`subsets` must be a whole number of at least 2. Received: 1"),
        (points(40, 0), points(40, 1), {"subsets": 2.5}, "`subsets` must be a whole number.*2.5"),
        (np.full((40, 3), np.nan), points(40, 1), {}, "`samples` must be finite"),
        (points(40, 0)[:, 0], points(40, 1), {}, r"`samples` must have shape \(n, d\). Received: shape \(40,\)"),
        ("digits", points(40, 1), {}, "`samples` must be an array of numbers. Received: 'digits'"),
    ],
)
def test_sets_that_cannot_be_compared_are_refused(x, y, options, message):
    if options.get("subset_size") == 5:
        options = {"subsets": 9, **options}  # 45 of 40
    with pytest.raises(ValueError, match=message):
        kernel_distance(x, y, **options)
