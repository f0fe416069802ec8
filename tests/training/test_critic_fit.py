"""A critic alone between two sets: against closed forms, a loop by hand, and itself under XLA."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib import losses
from wganlib.layers.orthonormal import GroupSort, OrthonormalDense
from wganlib.networks.mlp import make_mlp_critic
from wganlib.training.critic_fit import CriticFit, fit_critic


def sets(distance=2.0, count=200):
    """Two sets on a line in 3-D, one the other moved: W is the distance."""
    points = np.random.default_rng(0).normal(size=(count, 3)).astype("float32")
    shift = np.array([distance, 0, 0], "float32")
    return points + shift, points


def linear_critic(seed=0):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])


@pytest.mark.parametrize("one_sided", [False, True])
def test_a_linear_critic_settles_where_the_penalty_balances_w(one_sided):
    # Its loss is −W s + λ (s − 1)², least at s = 1 + W / (2 λ) = 1.1.
    options = {"optimizer": keras.optimizers.Adam(1e-2), "batch_size": 200, "one_sided": one_sided}
    fit = fit_critic(linear_critic(), *sets(), "gradient_penalty", 400, **options)
    assert fit.estimate() == pytest.approx(2 * 1.1, rel=0.02)
    np.testing.assert_allclose(fit.slopes(50), 1.1, rtol=0.02)
    assert fit.slopes(50).shape == (50,) and fit.updates == 400


def test_a_clipped_critic_ends_in_the_corner():
    fit = fit_critic(linear_critic(), *sets(), "clipping", 300, clip=0.05)
    assert fit.estimate() == pytest.approx(2 * 0.05, rel=1e-3)
    assert np.abs(fit.critic.get_weights()[0]).max() <= 0.05 * (1 + 1e-6)


def test_a_regularizer_is_a_part_of_the_loss():
    square = keras.regularizers.L2(0.5)
    critic = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_regularizer=square)])
    before = critic.get_weights()[0]
    fit_critic(critic, *sets(0.0, count=1), None, 1, optimizer=keras.optimizers.SGD(0.1))
    np.testing.assert_allclose(critic.get_weights()[0], 0.9 * before, rtol=1e-6)


@pytest.mark.parametrize("layer", ["spectral", "orthonormal"])
def test_a_critic_that_is_lipschitz_by_build_reports_w(layer):
    def connect(units):
        return (
            OrthonormalDense(units)
            if layer == "orthonormal"
            else keras.layers.SpectralNormalization(keras.layers.Dense(units))
        )

    keras.utils.set_random_seed(0)
    critic = keras.Sequential([keras.Input((3,)), connect(8), GroupSort(), connect(1)])
    fit = fit_critic(critic, *sets(), None, 300, learning_rate=1e-2)
    assert 1.9 < fit.estimate() < 2.001
    assert fit.slopes().max() < 1.001


def test_one_update_is_the_one_of_the_formula():
    real, fake = sets(count=1)  # one sample of each: every batch is the same
    critic, by_hand = linear_critic(), linear_critic()
    CriticFit(critic, real, fake, batch_size=4, gp_weight=3.0, optimizer=keras.optimizers.SGD(0.1)).train(1)
    w = by_hand.get_weights()[0][:, 0].astype(float)
    norm = np.linalg.norm(w)
    gradient = -(real - fake)[0] + 3.0 * 2 * (norm - 1) * w / norm
    np.testing.assert_allclose(critic.get_weights()[0][:, 0], w - 0.1 * gradient, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_training_in_parts_is_training_at_once_and_xla_changes_nothing():
    found = []
    for parts, jit_compile in (((30,), False), ((10, 20), False), ((30,), True)):
        keras.utils.set_random_seed(0)
        # SGD: an adaptive optimiser divides a gradient by its size, and magnifies another rounding.
        options = {"optimizer": keras.optimizers.SGD(0.05), "seed": 4, "jit_compile": jit_compile}
        fit = CriticFit(make_mlp_critic((3,), (8,)), *sets(), "gradient_penalty", **options)
        for steps in parts:
            fit.train(steps)
        found.append(fit.estimate())
    assert found[1] == pytest.approx(found[0], rel=1e-6)
    assert found[2] == pytest.approx(found[0], rel=1e-3)


def test_a_restart_is_a_new_fit_without_a_new_compilation():
    real, fake = sets()
    weights = linear_critic(5).get_weights()
    fit = CriticFit(linear_critic(), real, fake, "gradient_penalty", batch_size=8).train(20)
    again = fit.restart(weights, real=fake, fake=real, seed=3).train(20)
    fresh = CriticFit(linear_critic(5), fake, real, "gradient_penalty", batch_size=8, seed=3).train(20)
    assert again is fit and fit.updates == 20
    assert again.estimate() == pytest.approx(fresh.estimate(), rel=1e-6)
    assert fit._compiled.experimental_get_tracing_count() == 1


def test_slopes_whose_squares_float32_cannot_hold_are_measured():
    critic = linear_critic()
    for size in (1e25, 1e-30):
        critic.set_weights([np.array([[3.0], [0.0], [4.0]]) * size, np.zeros(1)])
        np.testing.assert_allclose(CriticFit(critic, *sets()).slopes(5), 5 * size, rtol=1e-5)


def test_seeds_draw_other_batches():
    estimates = [fit_critic(linear_critic(), *sets(), steps=5, seed=seed).estimate() for seed in (0, 0, 1)]
    assert estimates[0] == estimates[1] != estimates[2]


def test_the_estimate_is_the_mean_difference_over_all_samples():
    critic = linear_critic()
    real, fake = sets(count=2500)
    fit = CriticFit(critic, real, fake, "gradient_penalty")
    w = critic.get_weights()[0][:, 0].astype(float)
    assert fit.estimate() == pytest.approx(float((real @ w).mean() - (fake @ w).mean()), rel=1e-5)
    expected = losses.gradient_norms(critic, tf.constant(real[:3]), epsilon=0)
    np.testing.assert_allclose(fit.slopes(3), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"constraint": "clip"}, "must be one of"),
        ({"real": np.zeros((4, 2))}, r"Received: shape \(4, 2\)"),
        ({"fake": np.full((4, 3), np.nan)}, "NaN"),
        ({"optimizer": "adam"}, "adam"),
        ({"optimizer": keras.optimizers.Adam(), "learning_rate": 0.1}, "bring its own rate"),
        (
            {"critic": keras.Sequential([keras.Input((3,)), keras.layers.BatchNormalization(), keras.layers.Dense(1)])},
            "BatchN",
        ),
    ],
)
def test_what_does_not_fit_is_refused(change, says):
    real, fake = sets()
    with pytest.raises(ValueError, match=says):
        CriticFit(**({"critic": linear_critic(), "real": real, "fake": fake} | change))
