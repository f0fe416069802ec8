import numpy as np
import pytest
import tensorflow as tf

from wganlib.course import checks
from wganlib.layers.orthonormal import GroupSort


def right(c, n, depth):
    return np.log10(c * np.sqrt(n)) + (depth - 2) * np.log10(c * np.sqrt(n / 2))


def measured(c, n, depth):
    """The gradient of a critic with such weights, followed in logarithms."""
    rng, size = np.random.default_rng(0), 0.0
    gradient = c * rng.choice([-1, 1], n)
    for _ in range(depth - 2):
        norm = np.linalg.norm(gradient)
        size += np.log10(norm)
        passes = rng.permutation(np.arange(n) % 2 == 0)
        gradient = (c * rng.choice([-1, 1], (n, n))) @ (gradient / norm * passes)
    return size + np.log10(np.linalg.norm(gradient))


def test_log_gradient_right():
    assert checks.check_log_gradient(right)
    assert checks.check_log_gradient(lambda c, n, depth: tf.constant(right(c, n, depth)))


def test_the_rule_is_what_a_network_does():
    for case in ((0.01, 1000, 4), (0.01, 500, 12)):  # wide: the rule is about means
        assert measured(*case) == pytest.approx(right(*case), abs=0.15)


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (-50, "function"),
        (lambda c, n, d: (d - 1) * np.log10(c * np.sqrt(n)), "half of the units"),
        (lambda c, n, d: (d - 1) * np.log10(c * np.sqrt(n / 2)), "last layer"),
        (lambda c, n, d: right(c, n, d + 1), "too many"),
        (lambda c, n, d: right(c, n, d - 1), "missing"),
        (lambda c, n, d: np.log10(c * n) + (d - 2) * np.log10(c * n / 2), "random walk"),
        (lambda c, n, d: (d - 1) * np.log10(c), "adds up"),
        (lambda c, n, d: np.log(10) * right(c, n, d), "natural"),
        (lambda c, n, d: 10 ** right(c, n, d), "log₁₀"),
        (lambda c, n, d: 0.0, "is right"),
        (lambda c, n, d: None, "TypeError"),
        (lambda c: c, "TypeError"),
    ],
)
def test_log_gradient_wrong(answer, says):
    verdict = checks.check_log_gradient(answer)
    assert not verdict and says in verdict.message


def by_numpy(x, group_size):
    return np.sort(x.reshape(len(x), -1, group_size), axis=-1).reshape(x.shape)


@pytest.mark.parametrize(
    "answer",
    [
        by_numpy,
        lambda x, size: by_numpy(x, size).tolist(),
        lambda x, size: tf.reshape(tf.sort(tf.reshape(x, (len(x), -1, size)), axis=-1), x.shape),
        lambda x, size: GroupSort(size)(x),
    ],
)
def test_group_sort_right(answer):
    assert checks.check_group_sort(answer)


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        ([1, 2], "function"),
        (lambda x, size: by_numpy(-x, size) * -1, "descending"),
        (lambda x, size: np.sort(x, axis=-1), "sorts all units"),
        (lambda x, size: np.sort(x, axis=0), "over the batch"),
        (lambda x, size: np.sort(x.reshape(len(x), size, -1), axis=1).reshape(x.shape), "neighbours"),
        (lambda x, size: np.maximum(x, 0), "ReLU"),
        (lambda x, size: np.repeat(x.reshape(-1, size).max(-1), size).reshape(x.shape), "loses"),
        (lambda x, size: x, "Nothing has moved"),
        (lambda x, size: x.reshape(len(x), -1, size).max(-1), "shape"),
        (lambda x, size: x + 1, "other values"),
        (lambda x, size: x[:, ::-1], "wrong places"),
        (lambda x: x, "TypeError"),
        (lambda x, size: "sorted", "ValueError"),
    ],
)
def test_group_sort_wrong(answer, says):
    verdict = checks.check_group_sort(answer)
    assert not verdict and says in verdict.message
