"""Right answers in several forms, and the mistakes that people make."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from wganlib.course import checks


@pytest.mark.parametrize("form", [tuple, list, np.array, tf.constant])
def test_two_distances_right(form):
    assert checks.check_two_distances(form([0.5, 0.5, 2.0]))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((0.5, 0.3466, 2.0), "in nats"),
        ((1.0, 0.5, 2.0), "take half"),
        ((0.5, 1.0, 2.0), "each of its two KL terms"),
        ((0.5, 0.5, 1.0), "the last gap is 3 wide"),
        ((0.5, 0.5), "shape"),
    ],
)
def test_two_distances_wrong(answer, words):
    verdict = checks.check_two_distances(answer)
    assert not verdict and words in verdict.message


def right_js(p, q):
    return jensenshannon(p, q) ** 2


def careless_js(p, q):
    m = (p + q) / 2
    return 0.5 * np.sum(p * np.log(p / m)) + 0.5 * np.sum(q * np.log(q / m))


def jeffreys(p, q):
    return 0.5 * np.sum(p * np.log(p / q)) + 0.5 * np.sum(q * np.log(q / p))


def test_js_right():
    assert checks.check_js_function(right_js)
    assert checks.check_js_function(lambda p, q: tf.constant(right_js(p, q), tf.float32))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (careless_js, "0·log 0 = 0"),
        (lambda p, q: right_js(p, q) / np.log(2), "in bits"),
        (lambda p, q: 2 * right_js(p, q), "counts ½"),
        (jensenshannon, "square root"),
        (lambda p, q: -right_js(p, q), "sign is wrong"),
        (jeffreys, "with their mean m"),
        (lambda p, q: 7.0, "your function gives 7"),
        (lambda p, q: None, "is the return missing"),
        (lambda p, q: p, "returns ndarray of shape (3,)"),
        (lambda p: 0.0, "TypeError"),
        (0.5, "A function of p and q was expected"),
    ],
)
def test_js_wrong(function, words):
    verdict = checks.check_js_function(function)
    assert not verdict and words in verdict.message


def test_em_right():
    assert checks.check_em_function(lambda p, q, x: wasserstein_distance(x, x, p, q))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda p, q, x: np.abs(np.cumsum(p - q)).sum(), "gaps between the points are missing"),
        (lambda p, q, x: (np.abs(np.cumsum(p - q))[:-1] * np.diff(x)).sum(), "sort x"),
        (lambda p, q, x: abs((np.cumsum(p - q)[:-1] * np.diff(x)).sum()), "absolute value of each term"),
        (lambda p, q, x: np.abs((p - q)[:-1] * np.diff(x)).sum(), "use the cumulative sum"),
        (lambda p, q, x: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_em_wrong(function, words):
    verdict = checks.check_em_function(function)
    assert not verdict and words in verdict.message


@pytest.mark.parametrize("form", [tuple, list, np.array, tf.constant])
def test_critic_right_up_to_a_constant(form):
    assert checks.check_critic_values(form([3.0, 4.0, 4.0, 2.0]))
    assert checks.check_critic_values(form([0.0, 1.0, 1.0, -1.0]))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([0, 2, 2, 0], "between x = 0 and x = 1 the slope is 2"),
        ([0, -1, -1, 1], "Upside down"),
        ([0, 0, 0, 0], "1-Lipschitz, but"),
        ([0, 1], "a value at each of the 4 points"),
    ],
)
def test_critic_wrong(answer, words):
    verdict = checks.check_critic_values(answer)
    assert not verdict and words in verdict.message


def kernels(model):
    return [layer.kernel.numpy() for layer in model.layers]


def test_lipschitz_right():
    assert checks.check_lipschitz_bound(lambda net: np.prod([np.linalg.svd(k)[1][0] for k in kernels(net)]))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda net: np.prod([np.linalg.norm(k) for k in kernels(net)]), "Frobenius"),
        (lambda net: sum(np.linalg.norm(k, 2) for k in kernels(net)), "you added them"),
        (lambda net: max(np.linalg.norm(k, 2) for k in kernels(net)), "steepest layer alone"),
        (lambda net: np.prod([np.linalg.norm(k, 2) for k in kernels(net)[:-1]]), "last layer is missing"),
        (lambda net: np.prod([np.linalg.norm(w, 2) for w in net.get_weights()]), "your function gives"),
    ],
)
def test_lipschitz_wrong(function, words):
    verdict = checks.check_lipschitz_bound(function)
    assert not verdict and words in verdict.message
