"""Minibatch discrimination against a triple loop, a saved file, XLA, and in the builders."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib.layers.minibatch_discrimination import MinibatchDiscrimination
from wganlib.networks.dcgan import make_dcgan_discriminator
from wganlib.networks.mlp import make_mlp_critic


def features(count=6, size=7, seed=0):
    return np.random.default_rng(seed).normal(size=(count, size)).astype("float32")


def by_loops(x, kernel, num_kernels, kernel_dim):
    """arXiv 1606.03498, §3.2, without the own term."""
    tensor = kernel.reshape(x.shape[1], num_kernels, kernel_dim).astype(float)
    closeness = np.zeros((len(x), num_kernels))
    for i in range(len(x)):
        for j in range(len(x)):
            for b in range(num_kernels):
                if i != j:
                    rows = x[i].astype(float) @ tensor[:, b], x[j].astype(float) @ tensor[:, b]
                    closeness[i, b] += np.exp(-np.abs(rows[0] - rows[1]).sum())
    return np.concatenate([x, closeness], axis=1)


@pytest.mark.parametrize(("num_kernels", "kernel_dim"), [(1, 1), (4, 3), (3, 5)])
def test_values_are_those_of_three_loops(num_kernels, kernel_dim):
    layer, x = MinibatchDiscrimination(num_kernels, kernel_dim), features()
    found = layer(x).numpy()
    assert found.shape == (6, 7 + num_kernels)
    expected = by_loops(x, layer.kernel.numpy(), num_kernels, kernel_dim)
    assert expected[:, 7:].max() > 0.1
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_equal_samples_are_as_close_as_can_be_and_a_lone_one_has_no_company():
    layer = MinibatchDiscrimination(4)
    same = np.repeat(features(1), 5, axis=0)
    np.testing.assert_array_equal(layer(same)[:, 7:], np.full((5, 4), 4.0))
    np.testing.assert_array_equal(layer(features(1))[:, 7:], np.zeros((1, 4)))
    far = 1e4 * features(5)
    np.testing.assert_array_equal(layer(far)[:, 7:], np.zeros((5, 4)))


def test_the_order_of_a_batch_does_not_matter():
    layer, x = MinibatchDiscrimination(4), features()
    np.testing.assert_allclose(layer(x[::-1]).numpy()[::-1], layer(x), rtol=1e-5, atol=1e-6)


def test_gradients_against_finite_differences_also_at_equal_samples():
    layer = MinibatchDiscrimination(3, 2)
    x = features(4, 3)
    x[1] = x[0]  # where |·| has its corner, and the own term always is
    point = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(point)
        total = tf.reduce_sum(layer(point)[:, 3:] ** 2)
    gradient = tape.gradient(total, point).numpy()
    assert np.isfinite(gradient).all()
    kernel = layer.kernel.numpy()

    def value(moved):
        return (by_loops(moved, kernel, 3, 2)[:, 3:] ** 2).sum()

    for row, column in ((2, 0), (2, 2), (3, 1)):
        step = np.zeros(x.shape)
        step[row, column] = 1e-5
        slope = (value(x.astype(float) + step) - value(x.astype(float) - step)) / 2e-5
        np.testing.assert_allclose(gradient[row, column], slope, rtol=1e-3, atol=1e-4)
    # In the middle of the corner: the mean of the slopes on both sides.
    step = np.zeros(x.shape)
    step[0, 0] = 1e-5
    slope = (value(x.astype(float) + step) - value(x.astype(float) - step)) / 2e-5
    np.testing.assert_allclose(gradient[0, 0], slope, rtol=1e-2, atol=1e-3)


def test_graph_and_xla_equal_eager():
    layer, x = MinibatchDiscrimination(4), features()
    eager = layer(x)
    for compiled in (False, True):
        np.testing.assert_allclose(tf.function(layer, jit_compile=compiled)(tf.constant(x)), eager, rtol=1e-5)


def test_a_saved_critic_comes_back(tmp_path):
    critic = keras.Sequential(
        [keras.Input((7,)), MinibatchDiscrimination(4, 3, kernel_initializer="he_normal"), keras.layers.Dense(1)]
    )
    critic.save(tmp_path / "critic.keras")
    again = keras.models.load_model(tmp_path / "critic.keras")
    np.testing.assert_allclose(again(features()), critic(features()), rtol=1e-6)
    config = again.layers[0].get_config()
    assert (config["num_kernels"], config["kernel_dim"]) == (4, 3)
    assert isinstance(again.layers[0].kernel_initializer, keras.initializers.HeNormal)


def test_distances_are_float32_under_mixed_precision():
    exact, mixed = MinibatchDiscrimination(4), MinibatchDiscrimination(4, dtype="mixed_float16")
    x = np.repeat(features(1), 3000, axis=0)  # a float16 cannot count to 2,999
    exact.build(x.shape)
    mixed.build(x.shape)
    mixed.kernel.assign(exact.kernel)
    assert mixed.kernel.dtype == "float32"
    found = mixed(x[:3])
    assert found.dtype == tf.float16
    np.testing.assert_allclose(found[:, 7:], np.full((3, 4), 2.0))
    # 1 is added 2,999 times: the float16 nearest to the exact sum, not 2,048, where adding 1 changes nothing.
    np.testing.assert_allclose(np.float32(mixed(x[:2999])[:, 7:]), np.float32(np.float16(2998.0)))


@pytest.mark.parametrize("options", [{"num_kernels": 0}, {"num_kernels": 2.5}, {"num_kernels": 3, "kernel_dim": 0}])
def test_sizes_that_cannot_be_are_refused(options):
    with pytest.raises(ValueError, match="must be a whole number of at least 1"):
        MinibatchDiscrimination(**options)


def test_feature_maps_are_refused():
    with pytest.raises(ValueError, match=r"takes \(batch, features\).*Flatten"):
        MinibatchDiscrimination(3)(np.zeros((2, 4, 4, 1), "float32"))


# As an option of the builders.


def sizes(model):
    return [layer.output.shape[1:] for layer in model.layers]


@pytest.mark.parametrize("norm", ["batch", "layer", "spectral", None])
def test_the_dcgan_discriminator_takes_it_before_its_output(norm):
    options = dict(n_filters=4, n_blocks=2, norm=norm, stem=False)
    plain = make_dcgan_discriminator((16, 16, 1), **options)
    critic = make_dcgan_discriminator((16, 16, 1), **options, minibatch_discrimination=6)
    assert sizes(critic)[-3:] == [(4 * 4 * 8,), (4 * 4 * 8 + 6,), (1,)]
    # T, and one weight of the output for each kernel; flat features need as many weights as the convolution.
    assert critic.count_params() == plain.count_params() + 4 * 4 * 8 * 6 * 5 + 6
    images = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 1)).astype("float32")
    values = critic(images)
    assert values.shape == (3, 1)
    assert values.dtype == "float32"
    alone = critic(images[:1])
    assert np.abs(values[:1] - alone).max() > 1e-6  # the others are seen
    assert np.abs(plain(images)[:1] - plain(images[:1])).max() < 1e-6


def test_the_mlp_critic_takes_it_before_its_output():
    critic = make_mlp_critic((4, 4, 1), (8,), minibatch_discrimination=3)
    assert sizes(critic) == [(16,), (8,), (11,), (1,)]
    assert critic.count_params() == make_mlp_critic((4, 4, 1), (8,)).count_params() + 8 * 3 * 5 + 3


@pytest.mark.parametrize("build", [make_dcgan_discriminator, make_mlp_critic])
def test_a_number_of_kernels_that_cannot_be_is_refused(build):
    with pytest.raises(
        ValueError, match=r"`minibatch_discrimination` must be a whole number of at least 1\. Received: 0"
    ):
        build(minibatch_discrimination=0)
