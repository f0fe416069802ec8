"""Checks of chapter 02: a batch by hand, moving averages, a folded layer, and a test for per-sample critics."""

import keras
import numpy as np
from keras import layers

from wganlib.course.checks.verdict import NOT_YET, Verdict, call, compare, unanswered

# Exercise 1: two images of 1×2 pixels and 2 channels, whose standard deviations are whole numbers.
BATCH = np.array([[[[1.0, 8.0], [15.0, 2.0]]], [[[7.0, 2.0], [9.0, 8.0]]]])
GAMMA, BETA = np.array([2.0, 1.0]), np.array([1.0, 0.0])
# Exercise 2.
MOMENTUM, SHARE = 0.99, 0.01


def check_batch_by_hand(answer):
    """Exercise 1: the eight numbers of a (2, 1, 2, 2) batch after batch normalisation with ε = 0."""
    if unanswered(answer):
        return NOT_YET

    def normalise(axes=(0, 1, 2), ddof=0):
        deviation = BATCH.std(axis=axes, keepdims=True, ddof=ddof)
        return (BATCH - BATCH.mean(axis=axes, keepdims=True)) / deviation

    centred = BATCH - BATCH.mean(axis=(0, 1, 2))
    hints = [
        (normalise(), "That is step 2; step 3 is missing: multiply by γ and add β, channel by channel."),
        (GAMMA * normalise(), "β is missing: add it after the multiplication by γ."),
        (GAMMA * (normalise() + BETA), "You added β before the multiplication by γ; it comes after."),
        (GAMMA * centred / BATCH.var(axis=(0, 1, 2)) + BETA, "You divided by the variance σ²; divide by its root σ."),
        (GAMMA * centred + BETA, "The division by σ is missing."),
        (
            GAMMA * normalise(ddof=1) + BETA,
            "Your variance divides by n − 1. Batch normalisation divides by n = m·h·w, here 4 (in NumPy: ddof=0).",
        ),
        (
            GAMMA * normalise(axes=(0, 1, 2, 3)) + BETA,
            "One μ and one σ for the whole batch: every channel has its own. Leave the last axis out of the mean.",
        ),
        (
            GAMMA * normalise(axes=(1, 2)) + BETA,
            "You took μ and σ in each image by itself (instance normalisation); take them over all images together.",
        ),
        (
            GAMMA * normalise(axes=(1, 2, 3)) + BETA,
            "You took μ and σ in each image over its channels (layer normalisation); take them in each channel over "
            "all images.",
        ),
        (
            GAMMA * normalise(axes=(3,)) + BETA,
            "You took μ and σ over the channels of each pixel (layer normalisation as in Keras); take them in each "
            "channel over all images and pixels.",
        ),
    ]
    try:  # eight numbers in a row, or in any nesting that keeps their order, are the same answer
        given = np.asarray(answer, dtype=float)
        if given.size == BATCH.size:
            answer = given.reshape(BATCH.shape)
    except (TypeError, ValueError):
        pass  # compare says what is wrong with it
    right = "Right: channel 0 has mean 1 and standard deviation 2 now, channel 1 has 0 and 1: what β and γ say."
    return compare(answer, GAMMA * normalise() + BETA, right, hints, tolerance=1e-3)


def check_momentum_steps(answer):
    """Exercise 2: how many training steps until the moving average's first value weighs less than 1 %."""
    if unanswered(answer):
        return NOT_YET
    exact = np.log(SHARE) / np.log(MOMENTUM)
    steps = int(np.floor(exact)) + 1
    if np.ndim(answer) == 0 and isinstance(answer, (float, np.floating)) and abs(answer - exact) < 0.02:
        return Verdict(False, f"log(0.01) / log(0.99) = {exact:.2f} is right; a number of steps is whole: which one?")
    hints = [
        (
            steps - 1,
            f"After {steps - 1} steps the weight is {MOMENTUM ** (steps - 1):.5f}, still above 0.01: one more.",
        ),
        (
            int(np.floor(np.log(SHARE) / np.log(0.9))) + 1,
            "That is right for momentum 0.9; Keras' default is 0.99.",
        ),
        (1, "You took 0.99 for the weight of the new value. In Keras momentum is the weight of the old one."),
        (100, "1/(1 − 0.99) = 100 steps shrink the first value to 0.99¹⁰⁰ = 0.37, not to 0.01."),
        (99, "The first value shrinks by a factor at each step, not by 0.01 at each step: 0.99·0.99·…"),
        (
            int(np.floor(np.log(0.5) / np.log(MOMENTUM))) + 1,
            "That is where the weight falls below one half; the exercise asks for one hundredth.",
        ),
    ]
    right = (
        f"Right: 0.99 to the power {steps} is {MOMENTUM**steps:.5f}. Fewer steps, and inference still sees the start."
    )
    return compare(answer, steps, right, hints, tolerance=1e-9)


def check_folded_norm(function):
    """Exercise 3: a function (kernel, γ, β, moving mean, moving variance, ε) → (kernel, bias) of one convolution."""
    rng = np.random.default_rng(3)
    for shape in ((3, 3, 2, 4), (5, 5, 3, 3)):
        kernel = rng.normal(size=shape)
        gamma, beta, mean = rng.normal(size=(3, shape[-1]))
        variance, epsilon = rng.uniform(0.2, 2, shape[-1]), 0.1
        values = kernel, gamma, beta, mean, variance, epsilon
        result, problem = call(function, "kernel, gamma, beta, mean, variance and epsilon", *values)
        if problem is not None:
            return problem
        verdict = _judge_fold(result, *values)
        if not verdict:
            return verdict
    return Verdict(True, "Convolution and normalisation are one convolution now: at inference the layer costs nothing.")


def _judge_fold(result, kernel, gamma, beta, mean, variance, epsilon):
    try:
        new_kernel, new_bias = (np.asarray(part, dtype=float) for part in result)
    except (TypeError, ValueError):
        return Verdict(False, "Two arrays were expected: return kernel, bias.")
    if new_kernel.shape != kernel.shape:
        if new_kernel.shape == (kernel.shape[-1],):
            return Verdict(False, "The kernel comes first, then the bias: return kernel, bias.")
        return Verdict(False, f"Your kernel has shape {new_kernel.shape}, but it should keep its {kernel.shape}.")
    if new_bias.shape != beta.shape:
        return Verdict(
            False, f"Your bias has shape {new_bias.shape}; one number for each output channel is {beta.shape}."
        )
    factor = gamma / np.sqrt(variance + epsilon)
    if not np.allclose(new_kernel, kernel * factor, atol=1e-5):
        known = [
            (gamma / (np.sqrt(variance) + epsilon), "You divided by σ + ε; ε stands inside the root."),
            (gamma / (variance + epsilon), "You divided by the variance; divide by its root."),
            (gamma / np.sqrt(variance), "ε is missing under the root."),
            (1 / np.sqrt(variance + epsilon), "The factor γ is missing."),
            (1, "Your kernel is the old one: it has to be multiplied by γ / √(σ² + ε)."),
        ]
        for wrong, reason in known:
            if np.allclose(new_kernel, kernel * wrong, atol=1e-5):
                return Verdict(False, f"The kernel is not right: {reason}")
        square = kernel.shape[2] == kernel.shape[3]
        if square and np.allclose(new_kernel, kernel * factor[:, None], atol=1e-5):
            return Verdict(
                False, "You scaled the input channels (axis 2); normalisation works on the output's, axis 3."
            )
        return Verdict(
            False, "The kernel is not right: each output channel (last axis) is multiplied by its γ / √(σ² + ε)."
        )
    if not np.allclose(new_bias, beta - mean * factor, atol=1e-5):
        known = [
            (beta, "The mean is missing: −μ·γ / √(σ² + ε) is a constant too."),
            (beta + mean * factor, "The sign of the mean's part is wrong."),
            (beta - mean, "μ is subtracted before the division and γ: it is scaled like everything else."),
            (-mean * factor, "β is missing."),
        ]
        for wrong, reason in known:
            if np.allclose(new_bias, wrong, atol=1e-5):
                return Verdict(False, f"The kernel is right, the bias is not. {reason}")
        return Verdict(
            False, "The kernel is right, the bias is not: it is what comes out where the convolution gives 0."
        )
    return Verdict(True, "")


def _critics():
    """(what it is, critic, does it judge each image alone)."""

    def make(*norms, flat=True):
        stack = [keras.Input((8, 8, 1)), layers.Conv2D(4, 3, strides=2), *norms, layers.LeakyReLU()]
        return keras.Sequential([*stack, layers.Flatten(), layers.Dense(1)])

    frozen = make(layers.BatchNormalization())
    frozen.layers[1].trainable = False
    return [
        ("a critic without normalisation", make(), True),
        ("a critic with BatchNormalization", make(layers.BatchNormalization()), False),
        ("a critic with LayerNormalization", make(layers.LayerNormalization()), True),
        ("a critic with a frozen BatchNormalization", frozen, True),
    ]


def check_per_sample_test(function):
    """Exercise 4: a function (critic, images) → whether every score in training mode depends on its own image alone."""
    state = np.random.default_rng(4)
    images = state.normal(size=(6, 8, 8, 1)).astype(np.float32)
    answers = []
    for name, critic, right in _critics():
        given, problem = call(function, "critic and images", critic, images.copy())
        if problem is not None:
            return problem
        try:
            given = np.asarray(given)
        except (TypeError, ValueError):
            given = np.empty(2)
        if given.size != 1 or given.dtype.kind not in "biu":
            return Verdict(
                False, "True or False was expected, one for the critic: wrap the comparison in np.all or np.allclose."
            )
        answers.append((name, bool(given.item()), right))
    if all(given for _, given, _ in answers):
        return Verdict(
            False,
            "Your function says True for every critic, also for one with BatchNormalization. Did you call it with "
            "training=True? In inference mode the moving averages are used, and no image sees another. Did you change "
            "other images than the one whose score you compare? To reorder them is not enough: μ and σ stay the same.",
        )
    if not any(given for _, given, _ in answers):
        return Verdict(
            False,
            "Your function says False for every critic. Compare the score of an image that stays the same, and allow "
            "for rounding (np.allclose): sums in another order differ in the last digit.",
        )
    for name, given, right in answers:
        if given != right:
            does = "judges each image alone" if right else "lets the images change each other's scores"
            return Verdict(False, f"Your function says {given} for {name}, which {does}: {right}.")
    return Verdict(True, "Your test tells all four critics apart; keep it for your own (chapters 07 and 11 need it).")
