import numpy as np
import pytest
import tensorflow as tf

from wganlib.course import checks
from wganlib.data import toys
from wganlib.layers import MinibatchDiscrimination


@pytest.mark.parametrize("answer", [10, 10.0, "10", np.float32(10), tf.constant(10.0), np.array(10)])
def test_frechet_by_hand_right(answer):
    assert checks.check_frechet_by_hand(answer)


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (9, "spreads differ"),
        (14, "missing"),
        (18, "variances"),
        (6, "root is missing"),
        (10**0.5, "square"),
        (4, "squared"),
        (11, "too large"),
        ("ten", "number"),
        ([10], "shape"),
    ],
)
def test_frechet_by_hand_wrong(answer, says):
    verdict = checks.check_frechet_by_hand(answer)
    assert not verdict and says in verdict.message


@pytest.mark.parametrize(
    "answer, ok, says",
    [
        (6, True, "straight line"),
        (np.float64(6.0), True, "straight line"),
        (None, False, "Not answered"),
        (9, False, "half the bias"),
        (3, False, "take it off"),
        (6000, False, "slope"),
        (10.5, False, "mean of both"),
        (5, False, "too small"),
        (float("nan"), False, "finite"),
    ],
)
def test_infinite_samples(answer, ok, says):
    verdict = checks.check_infinite_samples(answer)
    assert verdict.ok == ok and says in verdict.message


def closeness(power=1, own=False, total="sum", sign=-1, order="abs first"):
    def function(rows):
        differences = rows[:, None] - rows[None]
        first, then = (np.abs, lambda sums: sums) if order == "abs first" else (lambda raw: raw, np.abs)
        lengths = then((first(differences) ** power).sum(-1))
        near = np.exp(sign * lengths)
        return near.mean(1) if total == "mean" else near.sum(1) - (not own)

    return function


def by_loops(rows):
    found = np.zeros(rows.shape[:2])
    for i in range(len(rows)):
        for j in range(len(rows)):
            if i != j:
                found[i] += np.exp(-np.abs(rows[i] - rows[j]).sum(axis=1))
    return found.tolist()


def by_the_layer(rows):
    count, kernels, size = rows.shape
    layer = MinibatchDiscrimination(kernels, size, kernel_initializer="identity")
    return layer(rows.reshape(count, -1).astype("float32"))[:, kernels * size :]


def in_tensorflow(rows):
    rows = tf.convert_to_tensor(rows)
    return tf.reduce_sum(tf.exp(-tf.reduce_sum(tf.abs(rows[:, None] - rows[None]), -1)), 1) - 1


@pytest.mark.parametrize("answer", [closeness(), by_loops, by_the_layer, in_tensorflow])
def test_closeness_right(answer):
    assert checks.check_closeness(answer)


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (3.0, "function"),
        (closeness(own=True), "Leave it out"),
        (closeness(power=2), "squares"),
        (lambda rows: np.exp(-np.linalg.norm(rows[:, None] - rows, axis=-1)).sum(1) - 1, "Euclidean"),
        (closeness(sign=1), "sign"),
        (closeness(total="mean"), "mean"),
        (closeness(order="sum first"), "cancel"),
        (lambda rows: np.abs(rows[:, None] - rows).sum(-1).sum(1), "distances themselves"),
        (lambda rows: np.exp(-np.abs(rows[:, None] - rows).sum(-1)), "(n, n, B)"),
        (lambda rows: np.exp(-np.abs(rows[:, None] - rows)), "(n, n, B, C)"),
        (lambda rows: by_loops(rows)[:2], "(2, 3)"),
        (lambda rows: None, "return"),
        (lambda rows: rows.nothing, "AttributeError"),
        (lambda: 1, "TypeError"),
    ],
)
def test_closeness_wrong(answer, says):
    verdict = checks.check_closeness(answer)
    assert not verdict and says in verdict.message


def distances(a, b):
    return np.linalg.norm(np.asarray(a)[:, None] - np.asarray(b), axis=2)


def precision(place=0, reduce=lambda inside: inside.any(1).mean(), k=None):
    def function(fake, real, given):
        radii = np.sort(distances(real, real), axis=1)[:, (k or given) + place]
        return reduce(distances(fake, real) <= radii)

    return function


@pytest.mark.parametrize("answer", [precision(), lambda fake, real, k: tf.constant(precision()(fake, real, k))])
def test_precision_right(answer):
    assert checks.check_precision(answer)


@pytest.mark.parametrize(
    "answer, says",
    [
        (None, "Not answered"),
        (0.8, "function"),
        (precision(place=-1), "stands first among its own"),
        (precision(place=1), "place 0"),
        (lambda fake, real, k: precision()(real, fake, k), "recall"),
        (precision(reduce=lambda inside: inside.any(0).mean()), "coverage"),
        (precision(reduce=lambda inside: inside.mean()), "pairs"),
        (precision(reduce=lambda inside: inside.any(1).sum()), "share"),
        (precision(reduce=lambda inside: inside.all(1).mean()), "all of them"),
        (precision(reduce=lambda inside: inside.any(1)), "shape"),
        (precision(k=3), "typed in"),
        (lambda fake, real: 1.0, "TypeError"),
        (lambda fake, real, k: None, "is the return missing"),
    ],
)
def test_precision_wrong(answer, says):
    verdict = checks.check_precision(answer)
    assert not verdict and says in verdict.message


def one_gaussian(scale=1.0):
    real = toys.eight_gaussians(500, seed=1)
    covariance = scale * np.cov(real, rowvar=False)
    return np.random.default_rng(0).multivariate_normal(real.mean(axis=0), covariance, 500)


@pytest.mark.parametrize(
    "answer", [one_gaussian(), one_gaussian().tolist(), tf.constant(one_gaussian()), one_gaussian().astype("float32")]
)
def test_fooled_frechet_right(answer):
    assert checks.check_fooled_frechet(answer)


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (toys.eight_gaussians(500, seed=2), "too good"),
        (one_gaussian(4.0), "mean and covariance must be"),
        (toys.eight_gaussians(500, seed=2)[:1].repeat(500, axis=0), "neither"),
        (np.zeros((100, 2)), "(100, 2)"),
        (np.full((500, 2), np.nan), "NaN"),
        ("points", "str"),
        (object(), "object"),
        ([[1], [2, 3]], "list"),
    ],
)
def test_fooled_frechet_wrong(answer, says):
    verdict = checks.check_fooled_frechet(answer)
    assert not verdict and says in verdict.message
