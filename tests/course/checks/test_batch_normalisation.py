"""The checks of chapter 02: right answers in every form, and what the usual mistakes are told."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib.course import checks
from wganlib.course.checks.batch_normalisation import BATCH, BETA, GAMMA


@pytest.mark.parametrize(
    "check",
    [
        checks.check_batch_by_hand,
        checks.check_momentum_steps,
        checks.check_folded_norm,
        checks.check_per_sample_test,
    ],
)
@pytest.mark.parametrize("nothing", [..., None])
def test_the_placeholder_is_not_wrong_but_not_answered(check, nothing):
    assert "Not answered yet" in check(nothing).message


def by_keras():
    layer = keras.layers.BatchNormalization(epsilon=1e-12)
    layer.build(BATCH.shape)
    layer.gamma.assign(GAMMA)
    layer.beta.assign(BETA)
    return layer(BATCH, training=True).numpy()


@pytest.mark.parametrize(
    "form",
    [np.asarray, tf.constant, lambda a: a.tolist(), lambda a: tuple(a.ravel()), lambda a: a.reshape(4, 2)],
    ids=["array", "tensor", "nested list", "flat tuple", "table"],
)
def test_the_batch_is_accepted_in_any_form(form):
    assert checks.check_batch_by_hand(form(by_keras()))


def test_the_batch_by_hand_in_decimals():
    assert checks.check_batch_by_hand([-1.8, 1, 3.8, -1, 0.6, -1, 1.4, 1])


def standardised(axes, ddof=0):
    spread = BATCH.std(axis=axes, keepdims=True, ddof=ddof)
    return (BATCH - BATCH.mean(axis=axes, keepdims=True)) / spread


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (standardised((0, 1, 2)), "step 3 is missing"),
        (GAMMA * standardised((0, 1, 2)), "β is missing"),
        (GAMMA * (standardised((0, 1, 2)) + BETA), "before the multiplication"),
        (GAMMA * standardised((0, 1, 2), ddof=1) + BETA, "ddof=0"),
        (GAMMA * standardised((0, 1, 2, 3)) + BETA, "every channel has its own"),
        (GAMMA * standardised((1, 2)) + BETA, "instance normalisation"),
        (GAMMA * standardised((1, 2, 3)) + BETA, "layer normalisation"),
        (GAMMA * standardised((3,)) + BETA, "each pixel"),
        (GAMMA * (BATCH - BATCH.mean((0, 1, 2))) / BATCH.var((0, 1, 2)) + BETA, "variance"),
        (by_keras()[:1], "shape"),
        ("eight numbers", "expected"),
        (np.full(8, np.nan), "finite"),
    ],
)
def test_a_wrong_batch_is_told_what_went_wrong(wrong, said):
    verdict = checks.check_batch_by_hand(wrong)
    assert not verdict
    assert said in verdict.message


@pytest.mark.parametrize("right", [459, 459.0, np.int64(459), np.array(459), tf.constant(459)])
def test_momentum_steps_are_accepted_in_any_form(right):
    assert checks.check_momentum_steps(right)
    assert 0.99**459 < 0.01 <= 0.99**458


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (458, "one more"),
        (458.21, "whole"),
        (44, "momentum 0.9"),
        (100, "0.37"),
        (69, "one half"),
        (1, "old one"),
        (1000, "too large"),
        ([459], "shape"),
        ("many", "expected"),
    ],
)
def test_wrong_momentum_steps(wrong, said):
    verdict = checks.check_momentum_steps(wrong)
    assert not verdict
    assert said in verdict.message


def fold(kernel, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return kernel * scale, beta - mean * scale


def test_a_right_fold_is_what_keras_computes():
    random = np.random.default_rng(0)
    convolution = keras.layers.Conv2D(4, 3, use_bias=False)
    norm = keras.layers.BatchNormalization(epsilon=0.1)
    images = random.normal(size=(2, 8, 8, 2)).astype("float32")
    norm(convolution(images))
    weights = [random.normal(size=4), random.normal(size=4), random.normal(size=4), random.uniform(0.2, 2, 4)]
    norm.set_weights(weights)
    kernel, bias = fold(convolution.kernel.numpy(), *weights, 0.1)
    folded = tf.nn.conv2d(images, kernel.astype("float32"), 1, "VALID") + bias.astype("float32")
    np.testing.assert_allclose(folded, norm(convolution(images), training=False), atol=1e-4)
    assert checks.check_folded_norm(fold)


@pytest.mark.parametrize("form", [list, lambda parts: tuple(tf.constant(part, tf.float32) for part in parts)])
def test_a_fold_may_return_lists_and_tensors(form):
    assert checks.check_folded_norm(lambda *arguments: form(fold(*arguments)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda k, g, b, m, v, e: (k * g / (np.sqrt(v) + e), b), "inside the root"),
        (lambda k, g, b, m, v, e: (k * g / (v + e), b), "its root"),
        (lambda k, g, b, m, v, e: (k * g / np.sqrt(v), b), "ε is missing"),
        (lambda k, g, b, m, v, e: (k / np.sqrt(v + e), b), "γ is missing"),
        (lambda k, g, b, m, v, e: (k, b), "old one"),
        (lambda k, g, b, m, v, e: (fold(k, g, b, m, v, e)[0], b), "mean is missing"),
        (lambda k, g, b, m, v, e: (fold(k, g, b, m, v, e)[0], 2 * b - fold(k, g, b, m, v, e)[1]), "sign"),
        (lambda k, g, b, m, v, e: (fold(k, g, b, m, v, e)[0], b - m), "scaled like everything else"),
        (lambda k, g, b, m, v, e: (fold(k, g, b, m, v, e)[0], -m * g / np.sqrt(v + e)), "β is missing"),
        (lambda k, g, b, m, v, e: fold(k, g, b, m, v, e)[::-1], "kernel comes first"),
        (lambda k, g, b, m, v, e: fold(k, g, b, m, v, e)[0], "Two arrays"),
        (lambda k, g, b, m, v, e: (k[0], b), "shape"),
        (lambda k, g, b, m, v, e: (fold(k, g, b, m, v, e)[0], 0.0), "bias has shape"),
        (lambda k, g, b, m, v, e: (7 * k, b), "last axis"),
        (lambda k, g, b, m, v, e: (fold(k, g, b, m, v, e)[0], 7 + b), "where the convolution gives 0"),
        (lambda k: k, "raised TypeError"),
        (lambda *arguments: None, "is the return missing"),
        (3, "A function of kernel, gamma"),
    ],
)
def test_a_wrong_fold_is_told_what_went_wrong(wrong, said):
    verdict = checks.check_folded_norm(wrong)
    assert not verdict
    assert said in verdict.message


def test_scaling_the_input_channels_is_found_where_the_shapes_allow_it():
    def wrong(k, g, b, m, v, e):
        kernel, bias = fold(k, g, b, m, v, e)
        square = k.shape[2] == k.shape[3]
        return (k * (g / np.sqrt(v + e))[:, None] if square else kernel), bias

    assert "input channels" in checks.check_folded_norm(wrong).message


def by_change(critic, images, training=True):
    changed = images.copy()
    changed[1:] = 3 * images[1:] + 1
    return np.allclose(critic(images, training=training)[0], critic(changed, training=training)[0], atol=1e-5)


def by_gradient(critic, images):
    images = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(images)
        score = critic(images, training=True)[0, 0]
    return tf.reduce_all(tape.gradient(score, images)[1:] == 0)


def by_itself(critic, images):
    alone = np.concatenate([critic(image[None], training=True) for image in images])
    return bool(np.allclose(alone, critic(images, training=True), atol=1e-4))


@pytest.mark.parametrize("right", [by_change, by_gradient, by_itself])
def test_any_way_to_test_a_critic_is_right(right):
    assert checks.check_per_sample_test(right)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda critic, images: by_change(critic, images, training=False), "training=True"),
        (lambda critic, images: True, "True for every critic"),
        (lambda critic, images: False, "False for every critic"),
        (lambda critic, images: not by_change(critic, images), "says False for a critic without"),
        (
            lambda critic, images: not any("Norm" in type(layer).__name__ for layer in critic.layers),
            "LayerNormalization",
        ),
        (
            lambda critic, images: not any(type(layer).__name__ == "BatchNormalization" for layer in critic.layers),
            "frozen",
        ),
        (lambda critic, images: critic(images, training=True), "True or False"),
        (lambda critic, images: "yes", "True or False"),
        (lambda critic, images: None, "is the return missing"),
        (lambda critic: True, "raised TypeError"),
        (True, "A function of critic and images"),
    ],
)
def test_a_wrong_test_of_critics_is_told_what_went_wrong(wrong, said):
    verdict = checks.check_per_sample_test(wrong)
    assert not verdict
    assert said in verdict.message
