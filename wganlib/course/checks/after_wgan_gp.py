"""Checks of the exercises of chapter 13: a step's matrix, relativistic pairs, R1, the c-transform."""

import keras
import numpy as np
import tensorflow as tf

from wganlib.course.checks.verdict import NOT_YET, Verdict, call, compare
from wganlib.course.dirac_gan import update_matrix


def check_update_matrix(answer):
    """Exercise 1: a function (rate, weight) → the matrix of a simultaneous step of GAN + R1 at θ = ψ = 0."""

    def hints(rate, weight):
        right = update_matrix("GAN + R1", rate, weight, "simultaneous")
        return right, [
            (
                update_matrix("GAN + R1", rate, weight, "alternating"),
                "That is the alternating step: here θ moves by the old ψ.",
            ),
            (right - np.eye(2), "That is only how far they move. The step adds it to where they are: + the identity."),
            (
                update_matrix("WGAN", rate, weight, "simultaneous") - np.diag([0, rate * weight]),
                "The sigmoid at 0 is 1/2, and it stands in both slopes.",
            ),
            (
                update_matrix("GAN", rate, weight, "simultaneous"),
                "R1's part is missing: the critic also goes against the slope of (γ/2) ψ².",
            ),
            (right.T, "Rows and columns have changed places: the first row says what becomes of θ."),
            (right[::-1, ::-1], "The order is (θ, ψ): the first row says what becomes of θ."),
            (right + np.diag([0, rate * weight / 2]), "The slope of (γ/2) ψ² is γψ; the half is gone."),
        ]

    right = "Right: with γ > 0 the eigenvalues of this matrix can be smaller than 1 in size, without it they never are."
    return _over(answer, "rate and weight", ((0.1, 1.0), (0.3, 0.2)), hints, right)


def check_relativistic_loss(answer):
    """Exercise 2: a function (real, fake) of the critic's values → its relativistic loss."""
    rng = np.random.default_rng(0)
    pairs = [tuple(rng.normal(size=(2, 6)).astype("float32")), (np.full(2, -200, "f4"), np.full(2, 200, "f4"))]

    def hints(real, fake):
        def softplus(u):
            return np.logaddexp(0, u)

        right = softplus(fake - real).mean()
        return right, [
            (softplus(real - fake).mean(), "That is the generator's loss: for the critic the real ones are to win."),
            (softplus(fake - real).sum(), "That is the sum; take the mean over the pairs."),
            (softplus(fake.mean() - real.mean()), "Pair by pair first, and the mean at the end."),
            (
                softplus(-real).mean() + softplus(fake).mean(),
                "That is the loss of a plain GAN: here a real sample is only held against the fake beside it.",
            ),
            ((fake - real).mean(), "That is the WGAN's loss: softplus is missing."),
            (-softplus(fake - real).mean(), "The sign: this is to be minimised."),
            (
                (1 / (1 + np.exp(real - fake))).mean(),
                "That is the probability of losing; its loss is −log of winning: softplus(fake − real).",
            ),
        ]

    right = "It equals wl.losses.relativistic_loss, also where the critic is very sure."
    return _over(answer, "real and fake", pairs, hints, right, "Write log(1 + exp(u)) as tf.nn.softplus(u).")


def check_r1(answer):
    """Exercise 3: a function (critic, samples, weight) → γ/2 · mean ‖∇D(x)‖²."""
    keras.utils.set_random_seed(0)
    critic = keras.Sequential([keras.Input((3, 2)), keras.layers.Flatten(), keras.layers.Dense(4, "tanh")])
    critic.add(keras.layers.Dense(1))
    samples = tf.random.stateless_normal((5, 3, 2), seed=(1, 2))

    def hints(critic, samples, weight):
        with tf.GradientTape() as tape:
            tape.watch(samples)
            total = tf.reduce_sum(critic(samples))
        squares = tf.square(tape.gradient(total, samples)).numpy()
        of_each = squares.sum(axis=(1, 2))
        right = weight / 2 * of_each.mean()
        return right, [
            (2 * right, "Twice too much: the paper's penalty is γ/2 times the mean."),
            (weight / 2 * np.sqrt(of_each).mean(), "The norm is to be squared: no root."),
            (
                weight / 2 * ((np.sqrt(of_each) - 1) ** 2).mean(),
                "That pulls the slope towards 1, as WGAN-GP does; R1 pulls it towards 0.",
            ),
            (weight / 2 * of_each.sum(), "That is the sum over the samples; take their mean."),
            (
                weight / 2 * squares.sum(axis=1).mean(),
                "Sum over all axes of a sample, here height and width, not over the first of them alone.",
            ),
            (weight / 2 * squares.mean(), "Sum the squares over all axes of a sample; the mean is over samples alone."),
            (
                weight / 2 * of_each.mean() / len(of_each) ** 2,
                "The gradient of the mean value is 1/batch of each sample's: differentiate the sum.",
            ),
        ]

    right = "It equals weight / 2 · penalty_of_norms(gradient_norms(critic, x), target=0.0)."
    return _over(answer, "critic, samples and weight", ((critic, samples, 1.0), (critic, samples, 3.0)), hints, right)


def check_c_transform(answer):
    """Exercise 4: a function (phi, costs) → mean φ(xᵢ) + mean over j of minᵢ (costs[i, j] − φ(xᵢ))."""
    rng = np.random.default_rng(0)
    cases = [(rng.normal(size=n), rng.uniform(0, 3, (n, m))) for n, m in ((4, 4), (3, 5))]

    def hints(phi, costs):
        left = costs - phi[:, None]
        right = phi.mean() + left.min(axis=0).mean()
        wrong_axis = costs - np.resize(phi, costs.shape[1])
        return right, [
            (left.min(axis=0).mean(), "The mean of φ itself is missing."),
            (phi.mean() - left.min(axis=0).mean(), "The partner's mean is added: φ(x) + ψ(y) ≤ cost has a plus."),
            (phi.mean() + left.max(axis=0).mean(), "The largest ψ that every x allows is a minimum over x."),
            (phi.mean() + left.min(axis=1).mean(), "The minimum is over x, for each y: over the rows of the costs."),
            (phi.mean() + wrong_axis.min(axis=1).mean(), "φ belongs to the rows, x: subtract it as phi[:, None]."),
            (phi.mean() + wrong_axis.min(axis=0).mean(), "φ belongs to the rows, x: subtract it as phi[:, None]."),
            (phi.mean() + (costs + phi[:, None]).min(axis=0).mean(), "The sign: ψ(y) = min of cost *minus* φ(x)."),
            (phi.sum() + left.min(axis=0).sum(), "Take means, so that it is the cost of moving one unit of mass."),
        ]

    right = "Right: whatever φ is, this is at most the exact W of the two sets."
    return _over(answer, "phi and costs", cases, hints, right)


def _over(answer, arguments, cases, hints, right, advice=""):
    """The verdict on a function over some cases: `hints(*case)` gives (the right value, [(wrong value, reason)])."""
    verdict = NOT_YET
    for number, case in enumerate(cases):
        given, problem = call(answer, arguments, *case)
        if problem is not None:
            return problem
        with np.errstate(all="ignore"):
            expected, known = hints(*case)
        verdict = compare(given, expected, right, known, tolerance=1e-4)
        if not verdict:
            again = f"Right in the first case, but not in the next: {verdict.message} {advice}".strip()
            return Verdict(False, again) if number else verdict
    return verdict
