"""Depth, shortcuts, initialisation and norms of the residual critic; its gradient against finite differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib import losses
from wganlib.networks.residual import gradient_by_block, make_residual_critic


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def kernels(critic):
    return [weight.numpy() for weight in critic.trainable_variables if len(weight.shape) > 1]


@pytest.mark.slow
@pytest.mark.parametrize("input_size", [(3,), (8, 8, 1)])
@pytest.mark.parametrize("norm", [None, "layer", "spectral"])
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("depth", [4, 10])
def test_depth_counts_layers_with_weights(input_size, norm, residual, depth):
    critic = make_residual_critic(input_size, depth, 6, residual=residual, norm=norm)
    assert critic(numbers(5, *input_size)).shape == (5, 1)
    assert len(kernels(critic)) == depth
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in critic.layers)
    names = [layer.name for layer in critic.layers]
    assert "stem" in names and f"block_{(depth - 2) // 2}" in names and f"block_{depth // 2}" not in names


def by_hand(critic, x, residual, slope):
    """The formula of the docstring, in NumPy."""
    act = lambda h: np.where(h > 0, h, slope * h)  # noqa: E731
    weights = [weight.numpy() for weight in critic.trainable_variables]
    pairs = list(zip(weights[::2], weights[1::2], strict=True))
    state = x @ pairs[0][0] + pairs[0][1]
    for (w, b), (v, c) in zip(pairs[1:-1:2], pairs[2:-1:2], strict=True):
        state = residual * state + act(act(state) @ w + b) @ v + c
    return act(state) @ pairs[-1][0] + pairs[-1][1]


@pytest.mark.parametrize(("activation", "slope"), [("relu", 0.0), ("leaky_relu", 0.2)])
@pytest.mark.parametrize("residual", [True, False])
def test_values_are_those_of_the_formula(activation, slope, residual):
    critic = make_residual_critic((3,), 8, 6, residual=residual, activation=activation)
    critic.set_weights([numbers(*weight.shape, seed=place) for place, weight in enumerate(critic.get_weights())])
    x = numbers(20, 3)
    np.testing.assert_allclose(critic(x), by_hand(critic, x, residual, slope), rtol=1e-3, atol=1e-3)


def test_plain_and_residual_have_the_same_weights():
    shapes = [[w.shape for w in make_residual_critic((3,), 8, 6, residual=r).weights] for r in (True, False)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(("residual", "scaled", "second"), [(True, True, 10), (True, False, 1), (False, True, 1)])
def test_the_first_weights_are_hes_and_smaller_at_the_end_of_a_residual_block(residual, scaled, second):
    keras.utils.set_random_seed(0)
    critic = make_residual_critic((3,), 22, 64, residual=residual, scaled=scaled)  # ten blocks
    found = kernels(critic)
    for place, kernel in enumerate(found[1:-1]):
        variance = 2 / 64 / (second if place % 2 else 1)
        assert kernel.var() == pytest.approx(variance, rel=0.12)
        assert np.abs(kernel).max() > 3 * np.sqrt(variance)  # not truncated
    assert np.abs(found[-1]).max() <= np.sqrt(6 / 65)  # Glorot's uniform
    assert all(not weight.numpy().any() for weight in critic.trainable_variables if len(weight.shape) == 1)


@pytest.mark.slow
def test_smaller_branches_start_a_deep_critic_with_a_gradient_like_a_shallow_ones():
    sizes = {}
    for scaled in (True, False):
        keras.utils.set_random_seed(0)
        sizes[scaled] = gradient_by_block(make_residual_critic((4,), 66, 32, scaled=scaled), numbers(20, 4))[1]
    assert 0.3 < sizes[True] < 5
    assert sizes[False] > 1e3


def test_the_gradient_by_block_is_that_of_finite_differences():
    critic = make_residual_critic((3,), 6, 8, activation="leaky_relu")
    x = numbers(4, 3)
    found = gradient_by_block(critic, x)
    assert found.shape == (4,)
    np.testing.assert_allclose(found[0], losses.gradient_norms(critic, tf.constant(x), epsilon=0).numpy().mean(), 1e-5)
    # What comes after block 1, as a model of its own.
    weights = [weight.numpy() for weight in critic.trainable_variables]
    act = lambda h: np.where(h > 0, h, 0.2 * h)  # noqa: E731

    def rest(h):
        w, b, v, c, last, bias = weights[6:]
        h = h + act(act(h) @ w + b) @ v + c
        return act(h) @ last + bias

    after = keras.Model(critic.input, critic.get_layer("block_1").output)(x).numpy().astype(float)
    steps = 1e-5 * np.eye(8)
    slopes = [[(rest(h + step) - rest(h - step))[0] / 2e-5 for step in steps] for h in after]
    np.testing.assert_allclose(found[2], np.linalg.norm(slopes, axis=1).mean(), rtol=1e-3)


def test_the_last_blocks_gradient_is_the_last_kernel_where_all_units_are_on():
    critic = make_residual_critic((3,), 4, 8)
    weights = critic.get_weights()
    weights[5] = np.full(8, 1e3)  # the last bias of block 1
    critic.set_weights(weights)
    np.testing.assert_allclose(gradient_by_block(critic, numbers(5, 3))[-1], np.linalg.norm(weights[6]), rtol=1e-5)


def test_a_gradient_that_float32_cannot_hold_is_0_and_a_tiny_one_is_not():
    critic = make_residual_critic((2,), 64, 8, residual=False)
    # Biases keep the units on; without them the signal itself falls to 0.
    critic.set_weights([0.01 * part if part.ndim > 1 else np.ones_like(part) for part in critic.get_weights()])
    norms = gradient_by_block(critic, numbers(5, 2))
    assert norms[1] == 0
    assert 0 < norms[norms > 0].min() < 1e-25


@pytest.mark.slow
@pytest.mark.parametrize("residual", [True, False])
def test_spectral_norm_bounds_the_slope(residual):
    critic = make_residual_critic((4,), 12, 16, residual=residual, norm="spectral")
    x = numbers(100, 4)
    one_round = tf.function(lambda: critic(x[:1], training=True))  # of the power iteration
    for _ in range(200):
        one_round()
    for layer in critic.layers:
        if layer.weights:
            assert np.linalg.norm(layer.divided_kernel(training=False), 2) == pytest.approx(1, abs=0.01)
    bound = (1 + 1 / 5) ** 5 if residual else 1
    assert losses.gradient_norms(critic, tf.constant(x)).numpy().max() < 1.03 * bound


@pytest.mark.parametrize("stride", [2, 4, 7])
def test_images_shrink_once_at_the_start(stride):
    critic = make_residual_critic((28, 28, 1), 6, 4, stride=stride)
    assert critic.get_layer("stem").output.shape == (None, 28 // stride, 28 // stride, 4)
    assert critic.get_layer("block_2").output.shape == (None, 28 // stride, 28 // stride, 4)
    assert critic.get_layer("stem").kernel_size == (max(3, stride),) * 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"depth": 7}, "`depth` must be even.*Take 8"),
        ({"depth": 2}, "`depth` must be a whole number of at least 4"),
        ({"input_size": (4, 4)}, "`input_size` must be .n,. for vectors or"),
        ({"norm": "batch"}, "`norm` must be one of.*Received: 'batch'"),
    ],
)
def test_options_that_cannot_work_are_refused(options, says):
    with pytest.raises(ValueError, match=says):
        make_residual_critic(**options)


def test_a_saved_critic_is_the_same(tmp_path):
    critic = make_residual_critic((4,), 8, 6, norm="spectral")
    critic.save(tmp_path / "critic.keras")
    x = numbers(5, 4)
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "critic.keras")(x), critic(x))
