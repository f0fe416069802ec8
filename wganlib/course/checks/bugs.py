"""Checks for chapter 11, Find the bug: one for each repair. They try what the mistake would get wrong."""

import keras
import numpy as np
import tensorflow as tf

from wganlib.course.checks.verdict import (
    NOT_DIFFERENTIABLE,
    NOT_YET,
    Verdict,
    compare,
    norm_at_zero,
    not_a_function,
    raised,
    unanswered,
)


def check_alpha(answer):
    """Bug 1: a function count → α of shape (count,), uniform on [0, 1] and drawn again at every call."""
    return _judge(answer, "count", _alpha)


def _alpha(answer):
    first, second = (np.asarray(answer(4000), dtype=float) for _ in range(2))
    if first.size != 4000 or first.shape[0] != 4000:
        return Verdict(False, f"4,000 samples need 4,000 numbers, one each, but the shape is {first.shape}.")
    first = first.ravel()
    if np.array_equal(first, second.ravel()):
        return Verdict(False, "Two calls gave the same numbers: α belongs to one update, so draw it again each time.")
    low, high = first.min(), first.max()
    outside = np.mean((first < 0) | (first > 1))
    if outside:
        return Verdict(
            False,
            f"{outside:.0%} of your α lie outside [0, 1] (from {low:.2f} to {high:.2f}): those x̂ lie beyond the ends "
            "of their lines.",
        )
    # Kolmogorov–Smirnov: uniform draws pass 0.04 but for 5 in a million times (2 exp(−2 · 4000 · 0.04²)).
    ordered = np.sort(first)
    gap = np.abs(ordered - (np.arange(4000) + 0.5) / 4000).max()
    if gap > 0.04:
        return Verdict(
            False,
            f"All α lie in [0, 1], but unevenly (mean {first.mean():.2f}, standard deviation {first.std():.2f}; "
            "uniform ones have 0.50 and 0.29).",
        )
    return Verdict(True, "Uniform on [0, 1], one for each sample: x̂ is anywhere on its line, and nowhere else.")


def check_mix(answer):
    """Bug 2: a function (real, fake) → x̂ on the straight lines between them, for points and for images."""
    return _judge(answer, "real and fake", _mix)


def _mix(answer):
    rng = np.random.default_rng(0)
    for shape in ((64, 5), (64, 6, 6, 3)):
        real, fake = (tf.constant(rng.normal(size=shape), tf.float32) for _ in range(2))
        between = np.asarray(answer(real, fake), dtype=float)
        if between.shape != shape:
            return Verdict(False, f"Two batches of shape {shape} gave {between.shape}: x̂ has the shape of its ends.")
        line, offset = (np.reshape(x, (64, -1)) for x in (real - fake, between - fake))
        along = (offset * line).sum(1) / (line**2).sum(1)
        away = np.linalg.norm(offset - along[:, None] * line, axis=1) / np.linalg.norm(line, axis=1)
        if away.max() > 1e-3:
            return Verdict(
                False,
                f"For batches of shape {shape} your points leave the straight line by {away.mean():.2f} of its length: "
                "each sample needs one α for all of its numbers.",
            )
        if along.min() < -1e-3 or along.max() > 1 + 1e-3:
            return Verdict(False, "Some points lie beyond an end of their line: α belongs to [0, 1].")
        if along.std() < 1e-3:
            return Verdict(False, f"All 64 points lie at {along[0]:.2f} of their lines: draw one α for each sample.")
        if not 0.2 < along.std() < 0.38:
            return Verdict(
                False, f"The places on the lines have standard deviation {along.std():.2f}; U(0, 1) has 0.29."
            )
    return Verdict(True, "One α for each sample, whatever the shape: x̂ stays on its line.")


def check_slopes(answer):
    """Bug 3: a function gradients (n, …) → n norms over all other axes, differentiable."""
    return _judge(answer, "gradients", _slopes)


def check_slopes_at_zero(answer):
    """Bug 4: the same, and its own gradient is finite at a zero gradient."""
    return _judge(answer, "gradients", _slopes_at_zero)


def _slopes(answer):
    right = "One norm for each sample, over all of its axes."
    rng = np.random.default_rng(1)
    for shape in ((6, 7), (6, 4, 5, 1), (6, 4, 5, 3)):
        gradients = rng.normal(size=shape).astype(np.float32)
        expected = np.linalg.norm(gradients.reshape(6, -1), axis=1)
        given = np.asarray(answer(tf.constant(gradients)), dtype=float)
        if given.ndim == 0:
            return Verdict(False, "That is one number for the whole batch: leave axis 0 out of the sum.")
        if given.shape != (6,):
            return Verdict(
                False,
                f"Gradients of shape {shape} gave an answer of shape {given.shape}, where 6 norms are wanted: sum the "
                "squares over every axis but the first.",
            )
        verdict = compare(given, expected, right, [(expected**2, "These are squares: the root is missing.")], 1e-3)
        if not verdict:
            return Verdict(False, f"For gradients of shape {shape}: {verdict.message}")
    some = tf.constant(gradients)
    with tf.GradientTape() as tape:
        tape.watch(some)
        norms = tf.convert_to_tensor(answer(some))
    if tape.gradient(norms, some) is None:
        return Verdict(False, NOT_DIFFERENTIABLE)
    return Verdict(True, right)


def _slopes_at_zero(answer):
    verdict = _slopes(answer)
    if not verdict:
        return verdict
    norms, problem = norm_at_zero(answer, (2, 3, 3, 1))
    if problem:
        return Verdict(False, problem)
    if np.abs(norms).max() > 1e-2:
        return Verdict(False, f"The norm of a zero gradient is {norms.max():.2g}: that ε is far too large.")
    return Verdict(True, "At a zero gradient too, its own gradient is finite.")


def check_uncoupled_critic(answer):
    """Bug 5: a function () → critic (batch, 14, 14, 1) → (batch, 1) in which no sample sees another in training."""
    return _judge(answer, "no arguments", _uncoupled_critic)


def _uncoupled_critic(answer):
    critic = answer if isinstance(answer, keras.Model) else answer()
    problem = _not_a_critic(critic, (14, 14, 1))
    if problem is not None:  # a Verdict that fails counts as False
        return problem
    keras.utils.set_random_seed(0)
    samples = tf.random.normal((8, 14, 14, 1))
    with tf.GradientTape() as tape:
        tape.watch(samples)
        first = critic(samples, training=True)[0, 0]
    slopes = np.abs(np.asarray(tape.gradient(first, samples)))
    if slopes[0].max() == 0:
        return Verdict(False, "D(x₀) does not depend on x₀: something cuts the gradient.")
    if slopes[1:].max() > 1e-6 * slopes[0].max():
        return Verdict(
            False,
            f"D(x₀) still depends on the other samples: |∂D(x₀)/∂xⱼ| is up to {slopes[1:].max() / slopes[0].max():.1%} "
            "of |∂D(x₀)/∂x₀|. Look for a layer that takes statistics of the batch.",
        )
    if len(critic.trainable_variables) < 4:
        return Verdict(False, "No sample sees another, but a hidden layer is gone too: keep the two Dense(128).")
    return Verdict(True, "In training mode no sample sees another: ∂D(xᵢ)/∂xⱼ = 0.")


def check_penalised_gradient(answer):
    """Bug 6: a function (critic, between) → gradients at x̂ of the critic as it is trained."""
    return _judge(answer, "critic and between", _penalised_gradient)


def _penalised_gradient(answer):
    weights = tf.constant(np.random.default_rng(2).normal(size=(6, 1)), tf.float32)
    modes = []

    def critic(samples, training=False, **options):
        modes.append(training)
        # The two modes differ by a factor, as with dropout or BatchNorm.
        return tf.square(tf.reshape(samples, (-1, 6)) @ weights) * (1.0 if training else 3.0)

    between = tf.constant(np.random.default_rng(3).normal(size=(5, 3, 2, 1)), tf.float32)
    expected = 2 * (tf.reshape(between, (-1, 6)) @ weights) * tf.reshape(weights, (1, 6))
    expected = np.reshape(expected, between.shape)
    given = answer(critic, between)
    if given is None:
        return Verdict(False, "The gradient is None: watch x̂ with the tape before the critic is called.")
    if isinstance(given, (list, tuple)) and len(given) == 1:
        given = given[0]
    hint = "This is the gradient of the critic in inference mode, while the critic is trained in training mode."
    return compare(given, expected, "The gradient of the function that is trained.", [(3 * expected, hint)], 1e-4)


def check_wgan_generator_loss(answer):
    """Bug 7: a function of the critic's values of fakes → what the generator minimises; real is high here."""
    return _judge(answer, "the critic's values", _generator_loss)


def _generator_loss(answer):
    values = np.array([[1.0], [2.5], [-0.5], [4.0]], dtype=np.float32)
    mean = float(values.mean())
    hints = [
        (mean, "This falls when the critic's values fall: the generator would flee from the real samples."),
        (-values.sum(), "This is a sum; its size would depend on the batch. Take the mean."),
        (-values.ravel(), "This is one loss for each sample; the optimiser needs their mean."),
        (-values, "This is one loss for each sample; the optimiser needs their mean."),
    ]
    return compare(answer(tf.constant(values)), -mean, "−mean D(G(z)): it falls when the critic is pleased.", hints)


def check_clip(answer):
    """Bug 8: a function (critic, c) that leaves every trainable weight of the critic in [−c, c]."""
    return _judge(answer, "critic and c", _clip)


def _clip(answer):
    for compiled in (False, True):
        critic = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dense(1)])
        before = [np.linspace(-1, 1, w.size).reshape(w.shape).astype(np.float32) for w in critic.get_weights()]
        critic.set_weights(before)
        if compiled:

            @tf.function
            def step(critic=critic):
                answer(critic, 0.1)

            step()
        else:
            answer(critic, 0.1)
        after = critic.get_weights()
        where = " inside a compiled step" if compiled else ""
        if all(np.array_equal(a, b) for a, b in zip(after, before, strict=True)):
            return Verdict(
                False,
                f"The weights are as they were{where}: compute the clipped values and assign them to the variable.",
            )
        largest = max(np.abs(w).max() for w in after)
        if largest > 0.1 + 1e-6:
            return Verdict(False, f"A weight of {largest:g} is left, but c is 0.1: clip kernels and biases alike.")
        if any(not np.allclose(a, np.clip(b, -0.1, 0.1)) for a, b in zip(after, before, strict=True)):
            return Verdict(False, "All weights are within ±c, but those that were inside already have changed too.")
    return Verdict(True, "Every weight lies in [−c, c], in eager mode and in a compiled step.")


def check_latent(answer):
    """Bug 9: a function (count, z_size) → z ~ N(0, 1), new at every call of a compiled step."""
    return _judge(answer, "count and z_size", _latent)


def _latent(answer):
    draw = tf.function(lambda: tf.cast(tf.convert_to_tensor(answer(2000, 3)), tf.float32))
    first, second = draw().numpy(), draw().numpy()
    if first.shape != (2000, 3):
        return Verdict(False, f"For count = 2000 and z_size = 3 the shape should be (2000, 3), not {first.shape}.")
    if np.array_equal(first, second):
        return Verdict(
            False,
            "Two runs of one compiled step gave the same z. Python and NumPy run once, while TensorFlow traces the "
            "step; what they drew is a constant from then on.",
        )
    if abs(first.mean()) > 0.1 or abs(first.std() - 1) > 0.1:
        return Verdict(
            False, f"New at every call, but with mean {first.mean():.2f} and deviation {first.std():.2f}, not 0, 1."
        )
    return Verdict(True, "New z at every step, also in a compiled one.")


def check_unbounded_critic(answer):
    """Bug 10: a function () → critic (batch, 2) → (batch, 1) whose values have no bounds."""
    return _judge(answer, "no arguments", _unbounded_critic)


def _unbounded_critic(answer):
    critic = answer if isinstance(answer, keras.Model) else answer()
    problem = _not_a_critic(critic, (2,))
    if problem is not None:  # a Verdict that fails counts as False
        return problem
    points = 100 * np.random.default_rng(4).normal(size=(500, 2)).astype(np.float32)
    lows, highs = [], []
    # Ten times the weights: what cannot grow then is bounded. Both signs of the last layer.
    start = critic.get_weights()
    for sign in (1, -1):
        critic.set_weights([10 * w for w in start[:-2]] + [sign * 10 * w for w in start[-2:]])
        values = np.asarray(critic(points, training=False))
        lows.append(values.min())
        highs.append(values.max())
    critic.set_weights(start)
    low, high = min(lows), max(highs)
    if low >= -1.001 and high <= 1.001:
        return Verdict(
            False,
            f"However large the weights, the values stay in [{low:.2g}, {high:.2g}]: the last activation bounds them.",
        )
    if low > -1.001 or high < 1.001:
        return Verdict(False, f"The values reach from {low:.2g} to {high:.2g} only: one side is still bounded.")
    return Verdict(True, "The values have no bounds: the critic can be a straight line of slope 1 as far as it needs.")


def check_optimizer(answer):
    """Bug 11: an optimiser (or a function that makes one) that does not carry old gradients on."""
    if unanswered(answer):
        return NOT_YET
    try:
        if not isinstance(answer, keras.optimizers.Optimizer):
            answer = keras.optimizers.get(answer() if callable(answer) else answer)
        optimizer = type(answer).from_config(answer.get_config())
        variable = keras.Variable([0.0])
        optimizer.build([variable])
        for _ in range(20):
            before = float(variable.numpy()[0])
            optimizer.apply([tf.constant([1.0])], [variable])
        step = abs(float(variable.numpy()[0]) - before)
        before = float(variable.numpy()[0])
        optimizer.apply([tf.constant([0.0])], [variable])
        carried = abs(float(variable.numpy()[0]) - before)
    except Exception as error:  # whatever the reader's answer raises is part of the answer
        return Verdict(
            False, f"An optimiser was expected, e.g. keras.optimizers.RMSprop(2e-3): {type(error).__name__}: {error}"
        )
    if step == 0:
        return Verdict(False, "It makes no step at all: the learning rate is 0.")
    if carried > 0.1 * step:
        return Verdict(
            False,
            f"After twenty gradients of 1 comes a gradient of 0, and your optimiser still makes {carried / step:.0%} "
            "of its last step: that is momentum.",
        )
    return Verdict(True, "Each step follows the present gradient: nothing of the old ones is carried on.")


def check_rounds(answer):
    """Bug 12: a function (samples, n_critic) → n_critic batches, which share no sample."""
    return _judge(answer, "samples and n_critic", _rounds)


def _rounds(answer):
    samples = tf.reshape(tf.range(24.0), (12, 2))
    for count in (3, 4):
        parts = [np.asarray(part) for part in answer(samples, count)]
        if len(parts) != count:
            return Verdict(False, f"n_critic = {count} critic updates need {count} batches; yours are {len(parts)}.")
        sizes = [part.shape for part in parts]
        if sizes != [(12 // count, 2)] * count:
            return Verdict(
                False,
                f"12 samples make {count} batches of shape {(12 // count, 2)}; yours have the shapes {sizes}.",
            )
        seen = {tuple(row) for part in parts for row in part}
        if len(seen) < 12:
            return Verdict(False, f"Only {len(seen)} of the 12 samples are used: some updates see the same ones.")
    return Verdict(True, "Every critic update has real samples of its own.")


def _not_a_critic(critic, shape):
    if not isinstance(critic, keras.Model):
        return Verdict(
            False, f"A function that returns a Keras model was expected, but yours returns {type(critic).__name__}."
        )
    if critic.input_shape[1:] != shape or critic.output_shape[1:] != (1,):
        return Verdict(
            False,
            f"The critic must take (batch, {', '.join(map(str, shape))}) and return (batch, 1); this one takes "
            f"{critic.input_shape} and returns {critic.output_shape}.",
        )
    return None


def _judge(answer, arguments, test):
    if unanswered(answer):
        return NOT_YET
    if not callable(answer):
        return not_a_function(answer, arguments)
    try:
        return test(answer)
    except Exception as error:  # whatever the reader's function raises is part of the answer
        return raised(error)
