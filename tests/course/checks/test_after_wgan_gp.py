import numpy as np
import pytest
import tensorflow as tf

from wganlib import losses
from wganlib.course import checks
from wganlib.distances import em_samples


def matrix(rate, weight):
    return [[1, rate / 2], [-rate / 2, 1 - rate * weight]]


def refused(verdict, says):
    assert not verdict and says in verdict.message, verdict


def test_update_matrix_right():
    assert checks.check_update_matrix(matrix)
    assert checks.check_update_matrix(lambda rate, weight: tf.constant(matrix(rate, weight)))


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (3, "function"),
        (lambda r, w: [[1 - r * r / 4, r / 2 * (1 - r * w)], [-r / 2, 1 - r * w]], "alternating"),
        (lambda r, w: np.array(matrix(r, w)) - np.eye(2), "identity"),
        (lambda r, w: [[1, r], [-r, 1 - r * w]], "sigmoid"),
        (lambda r, w: matrix(r, 0), "R1's part"),
        (lambda r, w: np.transpose(matrix(r, w)), "changed places"),
        (lambda r, w: np.array(matrix(r, w))[::-1, ::-1], "order"),
        (lambda r, w: matrix(r, w / 2), "half is gone"),
        (lambda r, w: matrix(r, 1), "Right in the first case"),
        (lambda r, w: [1, 2], "shape"),
        (lambda r, w: None, "return missing"),
        (lambda r: r, "TypeError"),
    ],
)
def test_update_matrix_wrong(answer, says):
    refused(checks.check_update_matrix(answer), says)


def softplus(u):
    return tf.nn.softplus(tf.convert_to_tensor(u))


def test_relativistic_loss_right():
    assert checks.check_relativistic_loss(losses.relativistic_loss)
    assert checks.check_relativistic_loss(lambda real, fake: float(tf.reduce_mean(softplus(fake - real))))


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        ("softplus", "function"),
        (lambda r, f: tf.reduce_mean(softplus(r - f)), "generator's loss"),
        (lambda r, f: tf.reduce_sum(softplus(f - r)), "the sum"),
        (lambda r, f: softplus(f.mean() - r.mean()), "Pair by pair"),
        (lambda r, f: tf.reduce_mean(softplus(-r)) + tf.reduce_mean(softplus(f)), "plain GAN"),
        (lambda r, f: (f - r).mean(), "WGAN's"),
        (lambda r, f: -tf.reduce_mean(softplus(f - r)), "sign"),
        (lambda r, f: tf.reduce_mean(tf.sigmoid(f - r)), "probability of losing"),
        (lambda r, f: np.log(1 + np.exp(f - r)).mean(), "softplus(u)"),
        (lambda r, f: softplus(f - r), "shape"),
        (lambda r, f: 1 / 0, "ZeroDivision"),
    ],
)
def test_relativistic_loss_wrong(answer, says):
    refused(checks.check_relativistic_loss(answer), says)


def gradients(critic, x, of=tf.reduce_sum):
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = of(critic(x))
    return tape.gradient(total, x)


def squares(critic, x, of=tf.reduce_sum):
    return tf.reduce_sum(tf.square(gradients(critic, x, of)), [1, 2])


def test_r1_right():
    assert checks.check_r1(lambda d, x, w: w / 2 * tf.reduce_mean(squares(d, x)))
    norms = losses.gradient_norms
    assert checks.check_r1(lambda d, x, w: w / 2 * losses.penalty_of_norms(norms(d, x), target=0.0))


@pytest.mark.parametrize(
    "answer, says",
    [
        (None, "Not answered"),
        (1.0, "function"),
        (lambda d, x, w: w * tf.reduce_mean(squares(d, x)), "Twice"),
        (lambda d, x, w: w / 2 * tf.reduce_mean(tf.sqrt(squares(d, x))), "no root"),
        (lambda d, x, w: w / 2 * tf.reduce_mean((tf.sqrt(squares(d, x)) - 1) ** 2), "towards 1"),
        (lambda d, x, w: w / 2 * tf.reduce_sum(squares(d, x)), "sum over the samples"),
        (lambda d, x, w: w / 2 * tf.reduce_mean(gradients(d, x) ** 2), "all axes"),
        (lambda d, x, w: w / 2 * tf.reduce_mean(tf.reduce_sum(gradients(d, x) ** 2, axis=1)), "not over the first"),
        (lambda d, x, w: w / 2 * tf.reduce_mean(squares(d, x, tf.reduce_mean)), "differentiate the sum"),
        (lambda d, x, w: tf.reduce_mean(squares(d, x)) / 2, "Right in the first case"),
        (lambda d, x, w: squares(d, x), "shape"),
    ],
)
def test_r1_wrong(answer, says):
    refused(checks.check_r1(answer), says)


def c_transform(phi, costs):
    return phi.mean() + (costs - phi[:, None]).min(axis=0).mean()


def test_c_transform_right_and_a_bound():
    assert checks.check_c_transform(c_transform)
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, 20, 2))
    costs = np.linalg.norm(x[:, None] - y, axis=2)
    assert max(c_transform(rng.normal(size=20), costs) for _ in range(50)) <= em_samples(x, y)


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (np.ones(3), "function"),
        (lambda p, c: (c - p[:, None]).min(0).mean(), "missing"),
        (lambda p, c: p.mean() - (c - p[:, None]).min(0).mean(), "plus"),
        (lambda p, c: p.mean() + (c - p[:, None]).max(0).mean(), "minimum over x"),
        (lambda p, c: p.mean() + (c - p[:, None]).min(1).mean(), "rows of the costs"),
        (lambda p, c: p.mean() + (c - p).min(0).mean(), "phi[:, None]"),
        (lambda p, c: p.mean() + (c + p[:, None]).min(0).mean(), "minus"),
        (lambda p, c: p.sum() + (c - p[:, None]).min(0).sum(), "means"),
        (lambda p, c: float("nan"), "finite"),
    ],
)
def test_c_transform_wrong(answer, says):
    refused(checks.check_c_transform(answer), says)
