import numpy as np
import pytest
import tensorflow as tf

from wganlib import losses
from wganlib.course import checks


@pytest.mark.parametrize(
    "answer", [(64, 1, 1, 1), [64, 1, 1, 1], np.array([64, 1, 1, 1]), tf.TensorShape([64, 1, 1, 1])]
)
def test_alpha_shape_right(answer):
    assert checks.check_alpha_shape(answer)


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        ((64,), "last axis"),
        ((64, 28, 28, 1), "per pixel"),
        ((1,), "whole batch"),
        ((), "whole batch"),
        (64, "tuple"),
        ("64", "64"),
        ((1, 64), "does not give"),
    ],
)
def test_alpha_shape_wrong(answer, says):
    verdict = checks.check_alpha_shape(answer)
    assert not verdict and says in verdict.message


def norms(axis=(1, 2, 3), root=True, epsilon=1e-12):
    def function(gradients):
        total = tf.reduce_sum(gradients**2, axis=axis) + epsilon
        return tf.sqrt(total) if root else total

    return function


def test_norms_right():
    assert checks.check_norms(norms())


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (3.0, "function"),
        (norms(axis=-1), "channels only"),
        (norms(axis=(0, 1, 2, 3)), "axis 0"),
        (norms(root=False), "root is missing"),
        (norms(epsilon=0.0), "NaN"),
        (lambda g: tf.reduce_sum(tf.abs(g), axis=(1, 2, 3)), "1-norm"),
        (lambda g: np.sqrt((np.asarray(g) ** 2).sum((1, 2, 3)) + 1e-12), "differentiate"),
        (lambda g: undefined, "NameError"),  # noqa: F821
        (lambda g: tf.sqrt(tf.reduce_mean(g**2, axis=(1, 2, 3)) + 1e-12), "not a mean"),
    ],
)
def test_norms_wrong(answer, says):
    verdict = checks.check_norms(answer)
    assert not verdict and says in verdict.message


@pytest.mark.parametrize("answer", [1.1, "1.1", [1.1][0], np.float32(1.1), tf.constant(1.1)])
def test_best_slope_right(answer):
    assert checks.check_best_slope(answer)


@pytest.mark.parametrize(
    "answer, says", [(..., "Not answered"), (1, "pulls"), (1.2, "2 (s"), (0.9, "sign"), (7, "too large")]
)
def test_best_slope_wrong(answer, says):
    verdict = checks.check_best_slope(answer)
    assert not verdict and says in verdict.message


def penalty(square_first=True, weight=1, at="between", axis=(1, 2, 3), epsilon=1e-12, reduce=tf.reduce_mean):
    def function(critic, real, fake, alpha):
        mix = tf.reshape(alpha, (-1, 1, 1, 1))
        x = {"between": mix * real + (1 - mix) * fake, "swapped": mix * fake + (1 - mix) * real, "real": real}[at]
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = critic(x)
        n = tf.sqrt(tf.reduce_sum(tape.gradient(value, x) ** 2, axis=axis) + epsilon)
        return weight * (reduce((n - 1) ** 2) if square_first else (tf.reduce_mean(n) - 1) ** 2)

    return function


def test_penalty_right():
    assert checks.check_gradient_penalty(penalty())
    assert checks.check_gradient_penalty(losses.gradient_penalty)
    assert checks.check_gradient_penalty(lambda critic, *rest: penalty()(lambda x: critic(x, training=True), *rest))


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (1.0, "function"),
        (penalty(square_first=False), "square first"),
        (penalty(weight=10), "holds λ"),
        (penalty(at="real"), "real images"),
        (penalty(at="swapped"), "swapped"),
        (penalty(reduce=tf.reduce_sum), "sum over the batch"),
        (penalty(axis=-1), "too"),
        (penalty(epsilon=0.0), "NaN: add ε"),
        (lambda *arguments: penalty()(*arguments).numpy(), "differentiate"),
        (lambda critic, real, fake: 0.0, "TypeError"),
        (lambda critic, real, fake, alpha: None, "is the return missing"),
    ],
)
def test_penalty_wrong(answer, says):
    verdict = checks.check_gradient_penalty(answer)
    assert not verdict and says in verdict.message


@pytest.mark.parametrize("answer", [320, 320.0, np.int64(320)])
def test_images_per_step(answer):
    assert checks.check_images_per_step(answer)
    assert "each on fresh" in checks.check_images_per_step(64).message
