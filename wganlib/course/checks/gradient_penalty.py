"""Checks for chapter 07, WGAN-GP."""

import numpy as np
import tensorflow as tf

from wganlib.course.checks.verdict import (
    NOT_DIFFERENTIABLE,
    NOT_YET,
    Verdict,
    call,
    compare,
    norm_at_zero,
    unanswered,
)
from wganlib.course.widgets.gradient_penalty import best_slope
from wganlib.losses import gradient_norms, interpolate


def check_alpha_shape(answer):
    """Exercise 1: the shape of α for 64 images of 28×28×1, so that it multiplies them without a reshape."""
    if unanswered(answer):
        return NOT_YET
    try:
        shape = tuple(int(size) for size in answer)
    except (TypeError, ValueError):
        return Verdict(False, f"A shape is a tuple of whole numbers, such as (64, 10), but this is {answer!r}.")
    if shape == (64, 1, 1, 1):
        return Verdict(True, "One number per image, with axes of length 1 that broadcast over height, width, channels.")
    if shape == (64,):
        return Verdict(
            False,
            "One number per image is right, but (64,) broadcasts against the last axis, the channels: it needs three "
            "more axes of length 1.",
        )
    if shape == (64, 28, 28, 1):
        return Verdict(False, "That is one α per pixel: x̂ would leave the straight line between the two images.")
    if shape in ((), (1,), (1, 1, 1, 1)):
        return Verdict(False, "That is one α for the whole batch: every image would be mixed in the same proportion.")
    return Verdict(False, f"{shape} does not give each of the 64 images one α that broadcasts over its pixels.")


def check_norms(answer):
    """Exercise 2: a function that takes gradients (n, h, w, c) and returns the n norms, with ε = 1e-12 in the root."""
    gradients = np.random.default_rng(0).normal(size=(3, 4, 5, 2)).astype(np.float32)
    expected = np.sqrt((gradients**2).sum((1, 2, 3)) + 1e-12)
    given, problem = call(answer, "the gradients", tf.constant(gradients))
    if problem is not None:
        return problem
    hints = [
        (expected**2, "These are the squares: the root is missing."),
        (expected / np.sqrt(40), "This divides by the number of pixels: a norm is a sum, not a mean."),
        (np.abs(gradients).sum((1, 2, 3)), "This sums absolute values (the 1-norm); the penalty uses the 2-norm."),
    ]
    try:
        shape = np.shape(given)
    except (TypeError, ValueError):
        shape = None
    if shape == (3, 4, 5):
        return Verdict(False, "The sum runs over the channels only, so every pixel has a norm of its own: sum 1, 2, 3.")
    if shape == ():
        return Verdict(False, "That is one number for the whole batch: leave axis 0 out of the sum.")
    verdict = compare(given, expected, "One norm per image, over height, width and channels.", hints)
    if not verdict:
        return verdict
    _, problem = norm_at_zero(answer, (1, 4, 5, 2))
    return Verdict(False, problem) if problem else verdict


def check_best_slope(answer):
    """Exercise 3: the slope that minimises −W s + λ (s − 1)² for W = 2 and λ = 10."""
    return compare(
        answer,
        best_slope(2, 10),
        "1 + W / (2 λ): the penalty is a spring, and W pulls at it. The critic then reports 2.2 instead of 2.",
        [
            (1.0, "1 is where the penalty alone is least; the first term still pulls the slope up."),
            (1 + 2 / 10, "Almost: the derivative of (s − 1)² is 2 (s − 1)."),
            (0.9, "The sign: a larger slope makes −W s smaller, so the slope ends above 1."),
        ],
        tolerance=1e-3,
    )


def check_gradient_penalty(answer):
    """Exercise 4: a function (critic, real, fake, alpha) → scalar penalty, alpha of shape (n,)."""
    names = "critic, real, fake and alpha"
    rng = np.random.default_rng(1)
    real, fake = (tf.constant(rng.normal(size=(4, 3, 3, 2)), tf.float32) for _ in range(2))
    alpha = tf.constant(rng.uniform(size=4), tf.float32)
    weights = tf.constant(rng.normal(size=(18, 1)), tf.float32)

    def critic(samples, training=None):
        return tf.square(tf.reshape(samples, (-1, 18)) @ weights) / 20

    norms = gradient_norms(critic, interpolate(real, fake, alpha))
    expected = float(tf.reduce_mean((norms - 1) ** 2))
    swapped = gradient_norms(critic, interpolate(fake, real, alpha))
    hints = [
        (float(tf.reduce_mean(norms) - 1) ** 2, "This squares the mean norm: take the square first, then the mean."),
        (float(tf.reduce_sum((norms - 1) ** 2)), "This is the sum over the batch; the penalty is the mean."),
        (10 * expected, "This holds λ already; return the penalty without its weight."),
        (float(tf.reduce_mean((norms**2 - 1) ** 2)), "The root is missing: this compares ‖∇‖² with 1."),
        (float(tf.reduce_mean((swapped - 1) ** 2)), "α multiplies the real image in the paper; yours are swapped."),
        (
            float(tf.reduce_mean((gradient_norms(critic, real) - 1) ** 2)),
            "The norm is taken at the real images; it belongs at the interpolated ones.",
        ),
    ]
    given, problem = call(answer, names, critic, real, fake, alpha)
    if problem is not None:
        return problem
    verdict = compare(given, expected, "It equals wl.losses.gradient_penalty.", hints, tolerance=1e-4)
    if not verdict:
        return verdict
    # A flat critic: without ε its penalty is still finite, and what its weight would learn from it is not.
    weight = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        flat, problem = call(answer, names, lambda samples, training=None: weight * critic(samples), real, fake, alpha)
        if problem is not None:
            return problem
        flat = tf.convert_to_tensor(flat)
    slope = tape.gradient(flat, weight)
    if slope is None:
        return Verdict(False, NOT_DIFFERENTIABLE)
    if not np.isfinite([float(flat), float(slope)]).all():
        return Verdict(False, "Right here, but where a critic is flat its weights get NaN: add ε in the root.")
    return verdict


def check_images_per_step(answer):
    """Exercise 5: real images that one step of WGANGP sees with n_critic = 5 and a batch of 64."""
    return compare(
        answer,
        320,
        "5 × 64: each critic update gets fresh images; the generator update needs none.",
        [
            (64, "That is one critic update; a step makes n_critic of them, each on fresh images."),
            (384, "The generator's update needs z only, no real images."),
        ],
    )
