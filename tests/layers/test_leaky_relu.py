"""LeakyReLU against Keras': the same values and slopes, and nothing sent back from a slope."""

import collections

import keras
import numpy as np
import tensorflow as tf

from wganlib import losses
from wganlib.layers.leaky_relu import LeakyReLU
from wganlib.networks.dcgan import make_dcgan_discriminator


def slope_and_its_gradient(layer, x):
    """A layer's slope at x, and the gradient of the slope's square with respect to x."""
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            values = layer(x)
        slope = inner.gradient(values, x)
        square = slope**2
    return values, slope, outer.gradient(square, x)


def test_leaky_relu_has_the_values_and_slopes_of_keras_and_sends_no_zeros_back():
    x = tf.constant(np.concatenate([np.random.default_rng(0).normal(size=50), [0.0, -0.0]]), tf.float32)
    values, slope, nothing = slope_and_its_gradient(LeakyReLU(negative_slope=0.3), x)
    keras_values, keras_slope, zeros = slope_and_its_gradient(keras.layers.LeakyReLU(negative_slope=0.3), x)
    np.testing.assert_array_equal(values, keras_values)
    np.testing.assert_array_equal(slope, keras_slope)
    assert nothing is None
    np.testing.assert_array_equal(zeros, np.zeros(52))


def test_leaky_relu_is_one_operation_forward_and_one_back():
    layer = LeakyReLU(negative_slope=0.2)

    @tf.function
    def slope_and_its_gradient_by_direction(x, direction):
        with tf.GradientTape() as outer:
            outer.watch(direction)
            with tf.GradientTape() as inner:
                inner.watch(x)
                values = layer(x)
            slope = inner.gradient(values, x, direction)
        return slope, outer.gradient(slope, direction)

    spec = tf.TensorSpec((2, 3), tf.float32)
    graph = slope_and_its_gradient_by_direction.get_concrete_function(spec, spec).graph
    kinds = collections.Counter(operation.type for operation in graph.get_operations())
    assert (kinds["LeakyRelu"], kinds["LeakyReluGrad"], kinds["SelectV2"], kinds["Mul"]) == (1, 2, 0, 0)
    x, direction = tf.constant([[1.0, -2.0, 0.0]]), tf.constant([[3.0, 5.0, 7.0]])
    slope, back = slope_and_its_gradient_by_direction(x, direction)
    np.testing.assert_allclose(slope, [[3.0, 1.0, 1.4]], rtol=1e-6)
    np.testing.assert_allclose(back, [[1.0, 0.2, 0.2]], rtol=1e-6)


def test_a_penalty_through_leaky_relu_moves_the_weights_as_through_that_of_keras():
    critic = make_dcgan_discriminator((8, 8, 1), 4, norm=None, dropout=0)
    layers = [
        keras.layers.LeakyReLU(negative_slope=layer.negative_slope) if isinstance(layer, LeakyReLU) else layer
        for layer in critic.layers
    ]
    same = keras.Sequential([keras.Input((8, 8, 1)), *layers])  # the very weights, under the other activation
    real, fake = tf.random.stateless_uniform((2, 6, 8, 8, 1), (1, 2))
    found = []
    for network in (critic, same):
        with tf.GradientTape() as tape:
            penalty = losses.gradient_penalty(network, real, fake, tf.fill((6,), 0.3))
        # The biases do not move a slope: no gradient, or zeros.
        kernels = [variable for variable in critic.trainable_variables if "kernel" in variable.path]
        found.append(tape.gradient(penalty, kernels))
    assert any(np.abs(gradient).max() > 1e-3 for gradient in found[0])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9)


def test_a_critic_with_leaky_relu_comes_back_from_its_file(tmp_path):
    critic = make_dcgan_discriminator((8, 8, 1), 4, norm=None, dropout=0)
    critic.save(tmp_path / "critic.keras")
    loaded = keras.models.load_model(tmp_path / "critic.keras")
    images = np.random.default_rng(1).uniform(-1, 1, (3, 8, 8, 1)).astype("float32")
    np.testing.assert_array_equal(loaded(images), critic(images))
    assert [type(layer) for layer in loaded.layers] == [type(layer) for layer in critic.layers]
