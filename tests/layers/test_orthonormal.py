"""GroupSort against NumPy's sort, Björck's iteration against NumPy's SVD, and nets of both."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib import losses
from wganlib.layers.orthonormal import GroupSort, OrthonormalDense, orthonormalise


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


@pytest.mark.parametrize("group_size", [1, 2, 3, 4, 12, None])
@pytest.mark.parametrize("shape", [(5, 12), (2, 3, 4, 12)])
def test_groups_are_sorted_as_numpy_sorts_them(group_size, shape):
    x = numbers(*shape)
    expected = np.sort(x.reshape(-1, group_size or 12), axis=-1).reshape(shape)
    np.testing.assert_array_equal(GroupSort(group_size)(x), expected)
    inputs = keras.Input(shape[1:])  # with an unknown batch
    np.testing.assert_array_equal(keras.Model(inputs, GroupSort(group_size)(inputs))(x), expected)


@pytest.mark.parametrize("group_size", [2, 3, None])
def test_the_jacobian_of_a_sort_is_a_permutation_also_where_units_are_equal(group_size):
    x = numbers(1, 6)
    x[0, 1] = x[0, 0]
    point = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(point)
        found = GroupSort(group_size)(point)
    jacobian = tape.jacobian(found, point).numpy().reshape(6, 6)
    np.testing.assert_array_equal(jacobian.sum(axis=0), np.ones(6))
    np.testing.assert_array_equal(jacobian.sum(axis=1), np.ones(6))
    assert set(np.unique(jacobian)) == {0.0, 1.0}


def test_units_that_the_group_does_not_divide_are_refused():
    with pytest.raises(ValueError, match=r"3 divides.*shape \(5, 8\)"):
        GroupSort(3)(numbers(5, 8))


@pytest.mark.parametrize("shape", [(16, 16), (3, 20), (20, 3), (7, 1), (1, 7)])
def test_all_singular_values_become_1_and_the_singular_vectors_stay(shape):
    matrix = 5 * numbers(*shape)
    u, before, v = np.linalg.svd(matrix.astype(float), full_matrices=False)
    found = orthonormalise(tf.constant(matrix), 25).numpy()
    np.testing.assert_allclose(np.linalg.svd(found, compute_uv=False), 1, atol=2e-5)
    np.testing.assert_allclose(found, u @ v, atol=1e-4)  # the polar factor, the nearest orthonormal matrix
    assert before.max() / before.min() > 1.5 or min(shape) == 1


def test_a_round_is_the_polynomial_of_the_docstring():
    matrix = numbers(6, 4)
    u, singular, v = np.linalg.svd(matrix.astype(float), full_matrices=False)
    s = np.sqrt(np.abs(matrix.T @ matrix).sum(axis=1).max())
    assert s >= singular.max()
    expected = singular / s
    for _ in range(3):
        expected = expected * (3 - expected**2) / 2
    np.testing.assert_allclose(orthonormalise(tf.constant(matrix), 3), u @ np.diag(expected) @ v, atol=1e-5)


def test_zeros_stay_zeros_with_a_finite_gradient():
    matrix = tf.zeros((3, 4))
    with tf.GradientTape() as tape:
        tape.watch(matrix)
        found = orthonormalise(matrix)
        total = tf.reduce_sum(found)
    np.testing.assert_array_equal(found, np.zeros((3, 4)))
    assert np.isfinite(tape.gradient(total, matrix)).all()


def test_the_gradient_through_the_iteration_is_that_of_finite_differences():
    layer = OrthonormalDense(3, iterations=20)
    x, weights = numbers(4, 5), numbers(4, 3, seed=1)
    layer.build((None, 5))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(x) * weights)
    gradient = tape.gradient(total, layer.kernel).numpy()
    start = layer.kernel.numpy().astype(float)

    def value(kernel):
        u, _, v = np.linalg.svd(kernel, full_matrices=False)
        return float(((x @ (u @ v)) * weights).sum())

    for row, column in ((0, 0), (2, 1), (4, 2)):
        step = np.zeros_like(start)
        step[row, column] = 1e-5
        np.testing.assert_allclose(
            gradient[row, column], (value(start + step) - value(start - step)) / 2e-5, rtol=2e-2, atol=2e-3
        )


def make_net(inputs, units):
    stack = [keras.Input((inputs,))]
    for count in units[:-1]:
        stack += [OrthonormalDense(count, 20), GroupSort()]
    net = keras.Sequential([*stack, OrthonormalDense(units[-1], 20)])
    # Kernels far from orthonormal, biases away from 0: the layer has to do the work.
    net.set_weights([numbers(*weight.shape, seed=place) for place, weight in enumerate(net.get_weights())])
    return net


def test_a_net_that_does_not_widen_has_slope_1_everywhere():
    net = make_net(16, (16, 16, 8, 1))
    np.testing.assert_allclose(losses.gradient_norms(net, tf.constant(numbers(50, 16))), 1, atol=1e-4)


def test_a_net_that_widens_has_slope_1_at_most_and_is_1_lipschitz():
    net = make_net(2, (16, 16, 1))
    x, y = numbers(200, 2), numbers(200, 2, seed=1)
    norms = losses.gradient_norms(net, tf.constant(x)).numpy()
    assert norms.max() <= 1 + 1e-4 and norms.min() < 0.99
    steps = np.abs(net(x) - net(y))[:, 0] / np.linalg.norm(x - y, axis=1)
    assert 0 < steps.max() <= 1 + 1e-4


def test_relu_in_place_of_the_sort_loses_slope():
    net = make_net(16, (16, 16, 8, 1))
    relu = keras.Sequential([keras.Input((16,))])
    for layer in net.layers:
        relu.add(keras.layers.ReLU() if isinstance(layer, GroupSort) else layer)
    assert losses.gradient_norms(relu, tf.constant(numbers(50, 16))).numpy().max() < 0.9


def test_a_saved_net_is_the_same_net(tmp_path):
    net = make_net(4, (8, 1))
    net.save(tmp_path / "net.keras")
    loaded = keras.saving.load_model(tmp_path / "net.keras")
    x = numbers(7, 4)
    np.testing.assert_array_equal(loaded(x), net(x))
    assert loaded.layers[0].iterations == 20 and loaded.layers[1].group_size == 2
    assert loaded.layers[0].get_config() == net.layers[0].get_config()


@pytest.mark.slow
@pytest.mark.parametrize("group_size", [2, 4])
def test_values_and_the_penaltys_gradient_are_the_same_under_xla(group_size):
    net = keras.Sequential(
        [keras.Input((4,)), OrthonormalDense(8), GroupSort(group_size), OrthonormalDense(1, use_bias=False)]
    )
    real, fake, alpha = numbers(6, 4), numbers(6, 4, seed=1), np.full(6, 0.3, "float32")

    def gradients():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(net(real)) + losses.gradient_penalty(net, real, fake, alpha)
        return [loss, *tape.gradient(loss, net.trainable_variables)]

    compiled = tf.function(gradients, jit_compile=True)()
    for found, expected in zip(compiled, gradients(), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_training_keeps_the_kernel_orthonormal():
    net = keras.Sequential([keras.Input((4,)), OrthonormalDense(8), GroupSort(), OrthonormalDense(1)])
    net.compile(keras.optimizers.Adam(1e-2), "mse")
    x = numbers(64, 4)
    before = net.layers[0].kernel.numpy()
    net.fit(x, np.linalg.norm(x, axis=1), epochs=10, verbose=0)
    assert np.abs(net.layers[0].kernel.numpy() - before).max() > 0.05
    for layer in (net.layers[0], net.layers[2]):
        np.testing.assert_allclose(np.linalg.svd(layer.orthonormal_kernel(), compute_uv=False), 1, atol=1e-5)


def test_mixed_precision_orthonormalises_in_float32():
    layer = OrthonormalDense(8, dtype="mixed_float16")
    assert layer(numbers(3, 8)).dtype == tf.float16
    np.testing.assert_allclose(np.linalg.svd(layer.orthonormal_kernel(), compute_uv=False), 1, atol=1e-5)
