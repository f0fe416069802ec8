"""Checks of the exercises of chapter 04, the original GAN."""

import numpy as np
import tensorflow as tf
from scipy.special import expit

from wganlib.course.checks.verdict import Verdict, call, compare

# Exercise 1: three outcomes, one of which only the generator makes.
GAME_REAL, GAME_FAKE = np.array([0.6, 0.4, 0.0]), np.array([0.2, 0.4, 0.4])
# Exercise 2: where a discriminator's loss has settled, in nats.
SETTLED_LOSS = 0.2


def check_best_discriminator(answer):
    """Exercise 1: D* at the three outcomes of the text."""
    best = GAME_REAL / (GAME_REAL + GAME_FAKE)
    hints = [
        (1 - best, "Upside down: D is the probability that the sample is real, so p_r stands on top."),
        (GAME_REAL / (GAME_REAL + GAME_FAKE) * 2, "Twice too much: the sum below is p_r + p_g, not their mean."),
        ((GAME_REAL + GAME_FAKE) / 2, "That is the mean of the two; D* is the share of p_r in their sum."),
        (GAME_REAL, "That is p_r itself; D* compares it with p_g: divide by their sum."),
    ]
    right = "Right: 3/4 where the data are three times as likely, 1/2 where both are, 0 where only fakes fall."
    return compare(answer, best, right, hints, tolerance=1e-3)


def check_js_from_loss(answer):
    """Exercise 2: the JS divergence in nats of which an optimal discriminator's loss of 0.2 tells."""
    js = np.log(2) - SETTLED_LOSS / 2
    hints = [
        (2 * js, "That is 2·JS: divide by 2."),
        (js / np.log(2), "That is in bits; the exercise asks for nats."),
        (SETTLED_LOSS / 2 + np.log(2), "The sign: the loss is *minus* the value of the game, 2·log 2 − 2·JS."),
        (SETTLED_LOSS / 2 - np.log(2), "The sign: the loss is *minus* the value of the game, 2·log 2 − 2·JS."),
        (SETTLED_LOSS / 2, "The constant is missing: the loss is 2·log 2 − 2·JS."),
        (np.log(2) - SETTLED_LOSS, "Almost: solve 0.2 = 2·log 2 − 2·JS; the loss is halved, too."),
    ]
    right = f"Right: JS = log 2 − 0.1 = {js:.3f} of at most {np.log(2):.3f} nats. The fakes are easy to tell."
    return compare(answer, js, right, hints, tolerance=2e-3)


def check_generator_loss(function):
    """Exercise 3: a function of D's logits that returns −mean log D, finite and with a gradient for any logit."""
    logits = np.array([[-3.0], [-0.5], [0.2], [2.0]], np.float32)
    sigmoid = expit(logits.astype(float))
    value, problem = call(function, "D's logits", tf.constant(logits))
    if problem is not None:
        return problem
    expected = -np.log(sigmoid).mean()
    hints = [
        (-expected, "The sign: the generator *minimises* −log D."),
        (
            np.log(1 - sigmoid).mean(),
            "That is the saturating loss, mean log(1 − D); the exercise asks for −mean log D.",
        ),
        (-np.log(1 - sigmoid).mean(), "This rewards the generator when D finds out its fakes: you took 1 − D for D."),
        (expected * len(logits), "That is the sum; take the mean over the batch."),
        (-np.log2(sigmoid).mean(), "That is in bits: use the natural logarithm."),
        (-logits.mean(), "That has no logarithm: it is WGAN's generator loss, of chapter 06."),
    ]
    verdict = compare(value, expected, "It equals wl.losses.non_saturating_generator_loss, at any logit.", hints)
    if not verdict:
        if np.shape(value) == logits.shape:
            return Verdict(False, "Your function returns one number for each sample: take the mean over the batch.")
        return verdict
    for extreme in (-200.0, 200.0):
        sure = tf.constant([[extreme]])
        with tf.GradientTape() as tape:
            tape.watch(sure)
            loss, problem = call(function, "D's logits", sure)
            if problem is not None:
                return problem
            loss = tf.convert_to_tensor(loss)
        slope = tape.gradient(loss, sure)
        if slope is None:
            return Verdict(False, "Right numbers, but TensorFlow cannot differentiate: use tf.… instead of NumPy.")
        right_loss, right_slope = max(0.0, -extreme), -1.0 if extreme < 0 else 0.0
        place = f"Right for moderate logits, but at a logit of {extreme:g} the"
        if not np.isclose(float(loss), right_loss, rtol=1e-4, atol=1e-4):
            return Verdict(
                False,
                f"{place} loss is {float(loss):g} where {right_loss:g} is right: D rounds to 0 or 1 before the "
                "logarithm. Write −log D as softplus(−logit).",
            )
        if not np.isclose(float(slope[0, 0]), right_slope, atol=1e-4):
            return Verdict(
                False,
                f"{place} slope is {float(slope[0, 0]):g} where {right_slope:g} is right. Write −log D as "
                "softplus(−logit), without clipping.",
            )
    return verdict


def check_smoothed_discriminator(function):
    """Exercise 4: a function (p_r, p_g, real_label) → the best D under one-sided label smoothing."""
    real, fake = np.array([0.8, 0.4, 0.1, 0.0]), np.array([0.1, 0.4, 0.6, 0.3])
    for label in (1.0, 0.9, 0.7):
        value, problem = call(function, "p_r, p_g and real_label", real, fake, label)
        if problem is not None:
            return problem
        best = label * real / (real + fake)
        hints = [
            (real / (real + fake), "The label is missing: this is D* for a target of 1."),
            (label * real / (label * real + fake), "Only the top is smoothed: p_r as a whole still stands below, since "
                                                   "a real sample counts `label` times as real and 1 − `label` as "
                                                   "fake."),
            ((label * real + (1 - label) * fake) / (real + fake), "That smooths both sides; here the fakes keep their "
                                                                  "target 0."),
            (1 - best, "Upside down: D is the probability that the sample is real."),
        ]  # fmt: skip
        right = "Right. Nowhere above `real_label`: D is never entirely sure, so its logit stays finite."
        verdict = compare(value, best, right, hints)
        if not verdict:
            return Verdict(False, f"For real_label = {label:g}: {verdict.message}")
    return verdict


def check_extragradient(function):
    """Exercise 5: a function step(x, y, learning_rate) → (x, y) that makes one extragradient step on x · y."""
    for x, y, rate in ((1.0, 0.5, 0.1), (0.5, -2.0, 0.3)):
        value, problem = call(function, "x, y and learning_rate", x, y, rate)
        if problem is not None:
            return problem
        ahead_x, ahead_y = x - rate * y, y + rate * x
        expected = (x - rate * ahead_y, y + rate * ahead_x)
        hints = [
            ((ahead_x, ahead_y), "That is the plain simultaneous step: it only looks ahead. Go back, and step with the "
                                 "gradient found there."),
            ((x - rate * y, y + rate * ahead_x), "That is the alternating step: x, too, must use the place looked "
                                                 "ahead to."),
            ((ahead_x - rate * ahead_y, ahead_y + rate * ahead_x), "You stepped on from the place looked ahead to: "
                                                                   "that is two plain steps. Start again from (x, y)."),
            ((x + rate * (y - rate * x), y - rate * (x + rate * y)), "Both signs: x goes downhill, y uphill."),
        ]  # fmt: skip
        verdict = compare(value, expected, "", hints)
        if not verdict:
            return Verdict(False, f"From ({x:g}, {y:g}) with η = {rate:g}: {verdict.message}")
    x, y = 1.0, 0.0
    for _ in range(500):
        x, y = map(float, function(x, y, 0.1))
    return Verdict(
        True, f"Right: after 500 steps with η = 0.1 the distance from the equilibrium is {np.hypot(x, y):.4f}."
    )
