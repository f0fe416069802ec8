"""Checks for chapter 06, WGAN with weight clipping."""

import keras
import numpy as np
import tensorflow as tf

from wganlib.course.checks.verdict import NOT_YET, Verdict, call, compare, not_a_function, raised, unanswered


def check_wgan_losses(answer):
    """Exercise 1: (L_real, L_fake, L_G, estimate) for critic values 2, 5, −1 of real and 0, −3, 1 of fake samples."""
    real, fake = 2.0, -2 / 3
    hints = [
        ((real, fake, -fake, real - fake), "L_real is −mean D(x): minimising it pushes the values of real samples up."),
        ((-real, -fake, -fake, real - fake), "L_fake is +mean D(G(z)): the critic wants low values for fakes."),
        ((-real, fake, fake, real - fake), "L_G is −mean D(G(z)): the generator wants high values for its samples."),
        ((-real, fake, -fake, fake - real), "That is the critic's loss; the estimate is minus it, positive here."),
        ((-real, fake, -fake, real + fake), "The estimate is a difference of means: mean D(x) − mean D(G(z))."),
        ((-6.0, -2.0, 2.0, 8.0), "These are sums; the losses are means over the samples."),
    ]
    right = "L_real and L_fake add up to the critic's loss, and the estimate is minus that, 2 + 2/3."
    return compare(answer, (-real, fake, -fake, real - fake), right, hints, tolerance=5e-3)


def check_steepest_slope(answer):
    """Exercise 2: a function (c, units, hidden) → the largest slope of a clipped ReLU critic of one number."""
    if unanswered(answer):
        return NOT_YET
    if not callable(answer):
        return not_a_function(answer, "c, units and hidden")
    cases = [(0.5, 1, 1), (0.01, 64, 1), (0.01, 64, 2), (0.1, 32, 5)]
    try:
        given = np.array([float(answer(*case)) for case in cases])
    except Exception as error:  # whatever the reader's function raises is part of the answer
        return raised(error)

    def agrees(formula):
        # Relative: the right answers lie far apart.
        return np.isclose(given, [formula(*case) for case in cases], rtol=1e-6, atol=0)

    def steepest(c, n, hidden):
        return c * (n * c) ** hidden

    if agrees(steepest).all():
        return Verdict(True, "c for the first layer, units · c for each further one, all weights at +c.")
    hints = [
        (lambda c, n, hidden: c ** (hidden + 1), "A layer adds up its inputs: the number of units is missing."),
        (lambda c, n, hidden: (n * c) ** (hidden + 1), "The first layer has one input, not `units`: its factor is c."),
        (lambda c, n, hidden: (n * c) ** hidden, "A factor is missing: `hidden` hidden layers and the output."),
        (lambda c, n, hidden: c * (n * c) ** (hidden - 1), "The output adds up its inputs too: one factor more."),
        (
            lambda c, n, hidden: n * c ** (hidden + 1),
            "Every layer after the first adds up `units` inputs, not one only.",
        ),
        (lambda c, n, hidden: c + hidden * n * c, "The slopes of layers in a row multiply; they do not add."),
        (lambda c, n, hidden: c * (n**0.5 * c) ** hidden, "√units is for random signs; the largest has all at +c."),
    ]
    for formula, reason in hints:
        if agrees(formula).all():
            return Verdict(False, reason)
    place = int(np.argmin(agrees(steepest)))
    (c, n, hidden), value = cases[place], given[place]
    return Verdict(
        False,
        f"For c = {c:g}, {n} units and {hidden} hidden layer{'s' * (hidden > 1)} it gives {value:g}, and "
        f"{steepest(c, n, hidden):g} is right. Multiply the factors layer by layer.",
    )


def check_other_signs(answer):
    """Exercise 3: a function (real_values, fake_values) → (critic loss, generator loss, estimate) of a code whose
    critic minimises mean D(real) − mean D(fake)."""
    # Different counts, so that a mean over both at once shows.
    real, fake = np.array([-2.0, 0.5, -3.0], np.float32), np.array([1.0, 4.0, 0.0, 2.5], np.float32)
    values = tf.constant(real[:, None]), tf.constant(fake[:, None])
    given, problem = call(answer, "real_values and fake_values", *values)
    if problem is not None:
        return problem
    try:
        given = [np.asarray(value, dtype=float).reshape(()) for value in given]
    except Exception as error:  # whatever the reader's function returned
        return Verdict(False, f"Three numbers (critic loss, generator loss, estimate) were expected: {error}")
    loss, mean_fake = real.mean() - fake.mean(), fake.mean()
    hints = [
        ((-loss, -mean_fake, -loss), "These are this course's losses; that code has the opposite signs in both."),
        ((loss, -mean_fake, -loss), "The critic gives its fakes high values there, so the generator must lower them."),
        ((loss, mean_fake, loss), "The estimate is positive when the critic is right: minus the critic's loss."),
        ((-loss, mean_fake, -loss), "The task says what its critic minimises: mean D(real) − mean D(fake)."),
    ]
    return compare(given, (loss, mean_fake, -loss), "Both losses flipped, the same estimate.", hints, tolerance=1e-4)


def check_critic_update(answer):
    """Exercise 4: a function (critic, optimizer, real, fake, c) that makes one critic update of Algorithm 1."""
    if unanswered(answer):
        return NOT_YET
    if not callable(answer):
        return not_a_function(answer, "critic, optimizer, real, fake and c")
    try:
        given = _after_updates(answer)
    except Exception as error:  # whatever the reader's function raises is part of the answer
        return raised(error)
    if _same(given, _after_updates(_update(clip="after"))):
        return Verdict(True, "Loss, gradient, update, then the clip of every kernel and bias.")
    for reason, wrong in {
        "No weight has changed: apply the gradients with optimizer.apply(gradients, weights).": lambda *_: None,
        "The sign: the loss to minimise is mean D(fake) − mean D(real).": _update(clip="after", sign=-1),
        "The weights leave the box: clip them to [−c, c] after the update.": _update(clip=None),
        "Clip after the update. Clipped before it, the weights can leave the box again.": _update(clip="before"),
        "This clips the gradients; Algorithm 1 clips the weights.": _update(clip="gradients"),
        "Clip the biases, too: Algorithm 1 clips all of the critic's weights.": _update(clip="kernels"),
        "This clips at +c only; weights below −c have to come up to −c.": _update(clip="above"),
        "The losses are means over the batch, not sums.": _update(clip="after", reduce=tf.reduce_sum),
        "These are the discriminator's losses: no sigmoid and no log in a WGAN.": _update(clip="after", log=True),
    }.items():
        if _same(given, _after_updates(wrong)):
            return Verdict(False, reason)
    largest = max(np.abs(part).max() for part in given)
    if largest > LIMIT + 1e-6:
        return Verdict(False, f"A weight of size {largest:.3g} is outside [−c, c] with c = {LIMIT}: clip all of them.")
    apart = max(np.abs(a - b).max() for a, b in zip(given, _after_updates(_update(clip="after")), strict=True))
    return Verdict(False, f"The weights are off by up to {apart:.2g}: compare with lines 5 to 7 of Algorithm 1.")


LIMIT = 0.2


def _after_updates(update):
    """The weights of a small critic after three updates on fixed batches."""
    rng = np.random.default_rng(0)
    critic = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(5), keras.layers.LeakyReLU(0.2), keras.layers.Dense(1)]
    )
    # Some first weights stand outside the box on either side, biases too.
    critic.set_weights([rng.uniform(-0.4, 0.4, part.shape) for part in critic.get_weights()])
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(critic.trainable_variables)
    for _ in range(3):
        real, fake = (tf.constant(rng.normal(shift, 1, (6, 2)), tf.float32) for shift in (1, -1))
        update(critic, optimizer, real, fake, LIMIT)
    return critic.get_weights()


def _update(clip, sign=1, reduce=tf.reduce_mean, log=False):
    """One critic update, right with clip="after", else with a typical mistake."""

    def update(critic, optimizer, real, fake, c):
        weights = critic.trainable_variables
        if clip == "before":
            _clip(weights, -c, c)
        with tf.GradientTape() as tape:
            if log:
                loss = reduce(tf.nn.softplus(-critic(real))) + reduce(tf.nn.softplus(critic(fake)))
            else:
                loss = sign * (reduce(critic(fake)) - reduce(critic(real)))
        gradients = tape.gradient(loss, weights)
        if clip == "gradients":
            gradients = [tf.clip_by_value(gradient, -c, c) for gradient in gradients]
        optimizer.apply(gradients, weights)
        if clip == "after":
            _clip(weights, -c, c)
        elif clip == "kernels":
            _clip([weight for weight in weights if len(weight.shape) > 1], -c, c)
        elif clip == "above":
            _clip(weights, -np.inf, c)

    return update


def _clip(weights, low, high):
    for weight in weights:
        weight.assign(tf.clip_by_value(weight.value, low, high))


def _same(first, second):
    return all(np.allclose(a, b, atol=1e-5) for a, b in zip(first, second, strict=True))
