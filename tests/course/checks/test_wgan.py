import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib import losses, training
from wganlib.course import checks

RIGHT = (-2, -2 / 3, 2 / 3, 8 / 3)


@pytest.mark.parametrize("form", [tuple, list, np.array, tf.constant])
def test_losses_right(form):
    assert checks.check_wgan_losses(form(RIGHT))
    assert checks.check_wgan_losses(np.round(RIGHT, 2))


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        ((2, -2 / 3, 2 / 3, 8 / 3), "L_real is"),
        ((-2, 2 / 3, 2 / 3, 8 / 3), "L_fake is"),
        ((-2, -2 / 3, -2 / 3, 8 / 3), "L_G is"),
        ((-2, -2 / 3, 2 / 3, -8 / 3), "critic's loss"),
        ((-2, -2 / 3, 2 / 3, 4 / 3), "difference of means"),
        ((-6, -2, 2, 8), "sums"),
        ((-2, -2 / 3, 2 / 3), "shape"),
        ("four", "expected"),
        ((1, 2, 3, 4), "off"),
    ],
)
def test_losses_wrong(answer, says):
    verdict = checks.check_wgan_losses(answer)
    assert not verdict and says in verdict.message


def slope_of_a_network(c, units, hidden):
    """The gradient of a real network with all weights at +c."""
    stack = [keras.Input((1,)), *(keras.layers.Dense(units, activation="relu") for _ in range(hidden))]
    network = keras.Sequential([*stack, keras.layers.Dense(1)])
    network.set_weights([np.full(part.shape, c) for part in network.get_weights()])
    return losses.gradient_norms(network, tf.constant([[2.0]]), epsilon=0)[0]


def test_steepest_slope_right():
    assert checks.check_steepest_slope(lambda c, units, hidden: c * (units * c) ** hidden)
    assert checks.check_steepest_slope(slope_of_a_network)


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (0.1, "function"),
        (lambda c, n, hidden: c ** (hidden + 1), "number of units is missing"),
        (lambda c, n, hidden: (n * c) ** (hidden + 1), "one input"),
        (lambda c, n, hidden: (n * c) ** hidden, "factor is missing"),
        (lambda c, n, hidden: c * (n * c) ** (hidden - 1), "output adds up"),
        (lambda c, n, hidden: n * c ** (hidden + 1), "not one only"),
        (lambda c, n, hidden: c + hidden * n * c, "multiply"),
        (lambda c, n, hidden: c * (n**0.5 * c) ** hidden, "random signs"),
        (lambda c, n, hidden: 0.0, "0.25 is right"),
        (lambda c, n, hidden: None, "TypeError"),
        (lambda c: c, "TypeError"),
    ],
)
def test_steepest_slope_wrong(answer, says):
    verdict = checks.check_steepest_slope(answer)
    assert not verdict and says in verdict.message


def signs(critic=1, generator=1, estimate=-1):
    def function(real, fake):
        loss = tf.reduce_mean(real) - tf.reduce_mean(fake)
        return critic * loss, generator * tf.reduce_mean(fake), estimate * loss

    return function


def test_other_signs_right():
    assert checks.check_other_signs(signs())
    assert checks.check_other_signs(lambda real, fake: [np.float64(part) for part in signs()(real, fake)])


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (1.0, "function"),
        (signs(critic=-1, generator=-1), "this course's"),
        (signs(generator=-1), "must lower them"),
        (signs(estimate=1), "minus the critic's loss"),
        (signs(critic=-1), "what its critic minimises"),
        (lambda real, fake: 1.0, "Three numbers"),
        (lambda real, fake: (1.0, 2.0), "shape"),
        (lambda real, fake: (real, fake, real), "Three numbers"),
        (lambda real, fake: undefined, "NameError"),  # noqa: F821
    ],
)
def test_other_signs_wrong(answer, says):
    verdict = checks.check_other_signs(answer)
    assert not verdict and says in verdict.message


def update(loss=losses.wasserstein_critic_loss, before=None, gradients=None, after=(True, True), low=-1, skip=False):
    def function(critic, optimizer, real, fake, c):
        weights = critic.trainable_variables
        if before:
            for weight in weights:
                weight.assign(tf.clip_by_value(weight, -c, c))
        with tf.GradientTape() as tape:
            value = loss(critic(real), critic(fake))
        slopes = tape.gradient(value, weights)
        if gradients:
            slopes = [tf.clip_by_value(slope, -c, c) for slope in slopes]
        if not skip:
            optimizer.apply(slopes, weights)
        for weight in weights:
            if after[len(weight.shape) == 1] and not skip:
                weight.assign(tf.clip_by_value(weight, low * c, c))

    return function


def test_critic_update_right():
    assert checks.check_critic_update(update())


def test_critic_update_of_the_package_is_right():
    def by_package(critic, optimizer, real, fake, c):
        generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
        generator.trainable = False
        trainer = training.WGAN(generator, critic, n_critic=1, clip=c)
        with tf.GradientTape() as tape:
            loss, _ = trainer.critic_loss(real, fake, 0)
        optimizer.apply(tape.gradient(loss, critic.trainable_variables), critic.trainable_variables)
        trainer.after_critic_update()

    assert checks.check_critic_update(by_package)


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        ("clip", "function"),
        (update(skip=True), "No weight has changed"),
        (update(loss=lambda real, fake: -losses.wasserstein_critic_loss(real, fake)), "sign"),
        (update(after=(False, False)), "leave the box"),
        (update(before=True, after=(False, False)), "after the update"),
        (update(gradients=True, after=(False, False)), "clips the gradients"),
        (update(after=(True, False)), "biases"),
        (update(low=-1e9), "+c only"),
        (update(loss=lambda real, fake: tf.reduce_sum(fake) - tf.reduce_sum(real)), "not sums"),
        (update(loss=losses.minimax_discriminator_loss), "no sigmoid"),
        (update(after=(False, True)), "outside [−c, c]"),
        (update(loss=lambda real, fake: tf.reduce_mean(fake)), "Algorithm 1"),
        (lambda critic, optimizer, real, fake: None, "TypeError"),
        (lambda critic, optimizer, real, fake, c: critic.undefined, "AttributeError"),
    ],
)
def test_critic_update_wrong(answer, says):
    verdict = checks.check_critic_update(answer)
    assert not verdict and says in verdict.message
