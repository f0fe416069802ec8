"""The spectral layers against NumPy's SVD and finite differences, in a file, under XLA, and beside Keras' own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib import losses
from wganlib.layers.leaky_relu import LeakyReLU
from wganlib.layers.spectral import SpectralConv2D, SpectralDense
from wganlib.training.critic_fit import fit_critic


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def settled(layer, inputs, rounds=200):
    settled_on(layer, np.zeros((1, inputs), "float32"), rounds)
    return layer


def settled_on(layer, inputs, rounds=200):
    for _ in range(rounds):
        found = layer(inputs, training=True)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(6, 4), (3, 9), (5, 1), (1, 5)])
def test_the_kernel_is_divided_by_its_largest_singular_value(shape):
    layer = SpectralDense(shape[1])
    layer.build((None, shape[0]))
    layer.kernel.assign(3 * numbers(*shape))
    layer.bias.assign(numbers(shape[1], seed=1))
    x = numbers(7, shape[0], seed=2)
    kernel = layer.kernel.numpy() / np.linalg.norm(layer.kernel.numpy(), 2)
    np.testing.assert_allclose(settled(layer, shape[0])(x), x @ kernel + layer.bias.numpy(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("options", [{}, {"strides": 2, "padding": "same", "use_bias": False, "activation": "tanh"}])
def test_a_convolution_is_keras_own_with_the_divided_kernel(options):
    layer, plain = SpectralConv2D(5, (3, 2), **options), keras.layers.Conv2D(5, (3, 2), **options)
    images = numbers(2, 8, 7, 4)
    for each in (layer, plain):
        each.build(images.shape)
    layer.set_weights([3 * numbers(*layer.kernel.shape), *([numbers(5, seed=1)] if layer.use_bias else []), numbers(5)])
    settled_on(layer, images)
    kernel = layer.kernel.numpy()
    plain.set_weights([kernel / np.linalg.norm(kernel.reshape(-1, 5), 2), *layer.get_weights()[1:-1]])
    np.testing.assert_allclose(layer(images), plain(images), rtol=1e-3, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("kernel_size", "strides", "bound"), [(3, 1, 3), (4, 2, 2), (2, 2, 1)])
def test_a_convolution_is_no_steeper_than_its_docstring_says(kernel_size, strides, bound):
    """The whole convolution as one matrix; ones reach the bound but for the edges."""
    layer = SpectralConv2D(1, kernel_size, strides=strides, padding="same", kernel_initializer="ones")
    whole = np.array(settled_on(layer, np.eye(144, dtype="float32").reshape(144, 12, 12, 1))).reshape(144, -1)
    assert 0.9 * bound < np.linalg.norm(whole, 2) <= bound * (1 + 1e-5)


def test_half_precision_keeps_the_norm_whole():
    layer = SpectralDense(4, dtype="mixed_float16")
    layer.build((None, 6))
    layer.kernel.assign(300 * numbers(6, 4))
    settled(layer, 6)
    x = numbers(5, 6, seed=2)
    assert layer(x).dtype == tf.float16 and layer.vector_u.dtype == "float32"
    expected = x @ (layer.kernel.numpy() / np.linalg.norm(layer.kernel.numpy(), 2))
    np.testing.assert_allclose(layer(x), expected, rtol=1e-2, atol=1e-2)


def test_inference_moves_nothing_and_training_turns_u():
    layer = SpectralDense(4)
    layer(numbers(2, 6))
    before = layer.vector_u.numpy()
    layer(numbers(2, 6))
    np.testing.assert_array_equal(layer.vector_u, before)
    layer(numbers(2, 6), training=True)
    assert np.abs(layer.vector_u.numpy() - before).max() > 1e-3


def test_the_gradient_goes_through_the_division():
    layer = SpectralDense(4, use_bias=False)
    layer.build((None, 6))
    settled(layer, 6)
    x, weights, kernel = numbers(5, 6), numbers(5, 4, seed=1), layer.kernel.numpy().astype(float)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(x) * weights)
    gradient = tape.gradient(total, layer.kernel).numpy()

    def value(matrix):
        return float(((x @ (matrix / np.linalg.norm(matrix, 2))) * weights).sum())

    for place in ((0, 0), (3, 2), (5, 3)):
        step = np.zeros_like(kernel)
        step[place] = 1e-5
        slope = (value(kernel + step) - value(kernel - step)) / 2e-5
        np.testing.assert_allclose(gradient[place], slope, rtol=2e-2, atol=2e-3)
    assert abs((gradient * kernel).sum()) < 1e-3 * np.abs(gradient * kernel).sum()  # the scale has no gradient


def test_a_saved_layer_is_the_same_and_zeros_are_harmless(tmp_path):
    net = keras.Sequential([keras.Input((4, 4, 2)), SpectralConv2D(3, 2), keras.layers.Flatten(), SpectralDense(1)])
    images = numbers(3, 4, 4, 2)
    net(images, training=True)
    net.save(tmp_path / "net.keras")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "net.keras")(images), net(images))
    layer = SpectralDense(4, kernel_initializer="zeros")
    np.testing.assert_array_equal(layer(numbers(3, 6), training=True), np.zeros((3, 4)))


def test_it_is_the_same_under_xla():
    net = keras.Sequential([keras.Input((6,)), SpectralDense(8), LeakyReLU(0.0), SpectralDense(1)])
    real, fake, alpha = numbers(5, 6), numbers(5, 6, seed=1), np.full(5, 0.4, "float32")

    def gradients():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(net(real)) + losses.gradient_penalty(net, real, fake, alpha)
        return [loss, *tape.gradient(loss, net.trainable_variables)]

    for found, expected in zip(tf.function(gradients, jit_compile=True)(), gradients(), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_keras_wrapper_lets_singular_values_die_and_this_layer_does_not():
    real = numbers(200, 4) + np.array([1, 0.5, -0.5, 2], "float32")
    fake = numbers(200, 4, seed=1)
    second = {}
    for name, connect in (
        ("ours", SpectralDense),
        ("keras", lambda units: keras.layers.SpectralNormalization(keras.layers.Dense(units))),
    ):
        keras.utils.set_random_seed(0)
        critic = keras.Sequential(
            [keras.Input((4,)), connect(8), LeakyReLU(0.2), connect(8), LeakyReLU(0.2), connect(1)]
        )
        fit_critic(critic, real, fake, None, 300, optimizer=keras.optimizers.SGD(0.1))
        assert losses.gradient_norms(critic, tf.constant(real)).numpy().max() < 1.001
        values = np.linalg.svd(critic.trainable_variables[2], compute_uv=False)
        second[name] = values[1] / values[0]
    assert second["keras"] < 0.01 < 0.1 < second["ours"]
