"""Checks for chapter 08, mode collapse, tricks and measures."""

import numpy as np

from wganlib.course.checks.verdict import NOT_YET, Verdict, call, compare, not_a_function, raised, unanswered
from wganlib.data.toys import eight_gaussians
from wganlib.metrics import frechet_distance, precision_recall


def check_frechet_by_hand(answer):
    """Exercise 1: the squared Fréchet distance of N(0, 1²) and N(3, 2²)."""
    return compare(
        answer,
        10,
        "9 for the means and (1 − 2)² = 1 for the standard deviations.",
        [
            (9, "That is the part of the means; the spreads differ too: (σ_a − σ_b)²."),
            (14, "9 + 1 + 4 counts both variances; −2·√(C_a C_b) is missing."),
            (18, "Almost: 1 and 2 are standard deviations, and (1 − 4)² takes the difference of the variances."),
            (6, "−2·√(C_a C_b) is −2·√(1·4) = −4, not −8: the root is missing."),
            (np.sqrt(10), "That is its root; the number that is reported is the square."),
            (4, "The means' difference must be squared: 3² + (1 − 2)²."),
        ],
        tolerance=1e-3,
    )


def check_infinite_samples(answer):
    """Exercise 2: the limit of F + c/n with 12.0 at n = 1,000 and 9.0 at n = 2,000."""
    return compare(
        answer,
        6,
        "Over 1/n it is a straight line: the step from 1/1,000 to 1/2,000 is as long as that from 1/2,000 to 0.",
        [
            (9, "That is the value at 2,000 samples; it has half the bias of 1,000, and still some."),
            (3, "3 is the difference, which is the bias left at 2,000: take it off 9.0."),
            (6000, "6,000 is c, the slope; asked is the value of the line at 1/n = 0."),
            (10.5, "That is the mean of both; the bias shrinks with n, it does not average out."),
        ],
        tolerance=1e-3,
    )


def check_closeness(answer):
    """Exercise 3: a function of M (n, B, C) that returns o (n, B) of minibatch discrimination, without j = i."""
    if unanswered(answer):
        return NOT_YET
    if not callable(answer):
        return not_a_function(answer, "the rows")
    rows = np.random.default_rng(0).normal(size=(5, 3, 4)) * 0.4
    differences = rows[:, None] - rows[None]
    lengths = np.abs(differences).sum(-1)
    expected = np.exp(-lengths).sum(1) - 1
    euclidean = np.sqrt((differences**2).sum(-1))
    hints = [
        (expected + 1, "The sample itself is among the others: it adds exp(0) = 1 to every number. Leave it out."),
        (np.exp(-euclidean).sum(1) - 1, "This is the Euclidean distance; the paper's is ‖·‖₁, a sum of absolutes."),
        (np.exp(-(euclidean**2)).sum(1) - 1, "This squares the differences; the paper's ‖·‖₁ sums absolutes."),
        (np.exp(lengths).sum(1) - 1, "The sign: close samples should count most, exp(−distance)."),
        (lengths.sum(1), "These are the distances themselves: exp(−distance) comes before the sum."),
        (np.exp(-lengths).mean(1), "This is the mean over the batch (with the sample itself); the paper sums."),
        (expected / 4, "This is the mean over the others; the paper sums."),
        (expected / 5, "The mean over the batch is taken; the paper sums."),
        (
            np.exp(-np.abs(differences.sum(-1))).sum(1) - 1,
            "The absolute value comes before the sum over C: differences of opposite sign must not cancel.",
        ),
    ]
    try:
        given = answer(rows)
        shape = np.shape(given)
    except Exception as error:  # whatever the reader's function raises is part of the answer
        return raised(error)
    if unanswered(given):
        return Verdict(False, "Your function returns None: is the return missing?")
    explain = {
        (5, 5, 3): "(n, n, B): sum over the other samples, axis 1.",
        (5, 5, 3, 4): "(n, n, B, C): sum over C first, then over the other samples.",
        (5,): "(n,): each of the B rows keeps a number of its own.",
        (3,): "(B,): each sample keeps numbers of its own.",
        (5, 4): "(n, C): the sum inside the distance runs over C, the last axis.",
    }
    if shape in explain:
        return Verdict(False, f"Your answer has shape {explain[shape]}")
    return compare(given, expected, "It equals wl.layers.MinibatchDiscrimination.", hints, tolerance=1e-5)


def check_precision(answer):
    """Exercise 4: a function (fake, real, k) → improved precision."""
    rng = np.random.default_rng(2)
    real, fake = rng.normal(size=(60, 2)), 1.5 * rng.normal(size=(40, 2)) + 0.5
    k = 3
    among = np.sort(np.linalg.norm(real[:, None] - real, axis=2), axis=1)
    between = np.linalg.norm(fake[:, None] - real, axis=2)
    expected = precision_recall(fake, real, k).precision
    hints = [
        (
            (between <= among[:, k - 1]).any(1).mean(),
            "Each real point stands first among its own neighbours, at place 0: go one place further.",
        ),
        (
            (between <= among[:, k + 1]).any(1).mean(),
            "That is the neighbour k + 1: the point itself stands at place 0.",
        ),
        (precision_recall(fake, real, k).recall, "That is recall: the balls belong to the real points here."),
        ((between <= among[:, k].mean()).any(1).mean(), "Every real point has a radius of its own, not the mean one."),
        ((between <= among[:, k]).any(0).mean(), "That is the share of real balls with a fake inside: coverage."),
        ((between <= among[:, k]).all(1).mean(), "A fake need lie in one ball, not in all of them."),
        ((between <= among[:, k]).mean(), "That is the share of pairs; a fake that lies in any ball counts once."),
        ((between <= among[:, k]).any(1).sum(), "That is how many fakes; precision is their share."),
    ]
    # A wrong answer that happens to equal the right one on these points would not be a hint.
    hints = [(wrong, reason) for wrong, reason in hints if not np.isclose(wrong, expected)]
    given, problem = call(answer, "fake, real and k", fake, real, k)
    if problem is not None:
        return problem
    verdict = compare(given, expected, "It equals wl.metrics.precision_recall.", hints)
    if not verdict:
        return verdict
    other, problem = call(answer, "fake, real and k", real, fake, 2)
    if problem is not None:
        return problem
    again = compare(other, precision_recall(real, fake, 2).precision, verdict.message)
    if not again:
        return Verdict(False, "Right for k = 3, wrong for k = 2: is the number of the neighbour typed in?")
    return verdict


def check_fooled_frechet(answer):
    """Exercise 5: 500 points with a Fréchet distance below 0.05 and a precision below 0.2 to the eight Gaussians."""
    if unanswered(answer):
        return NOT_YET
    try:
        points = np.asarray(answer, dtype=float)
    except Exception:  # not numbers, or an array-like that will not be read
        return Verdict(False, f"Points of shape (500, 2) were expected, but this is {type(answer).__name__}.")
    if points.shape != (500, 2):
        return Verdict(False, f"The shape is {points.shape}, but it should be (500, 2).")
    if not np.isfinite(points).all():
        return Verdict(False, "Some points are NaN or infinite.")
    real = eight_gaussians(500, seed=1)
    distance, precision = frechet_distance(points, real), precision_recall(points, real).precision
    found = f"Fréchet distance {distance:.3f}, precision {precision:.2f}"
    if distance >= 0.05 and precision >= 0.2:
        return Verdict(False, f"{found}: neither is low. Think of what the Fréchet distance knows about a set.")
    if distance >= 0.05:
        return Verdict(
            False, f"{found}: the points are wrong as asked, but mean and covariance must be the real ones'."
        )
    if precision >= 0.2:
        return Verdict(False, f"{found}: these points are too good. Keep mean and covariance, lose the eight modes.")
    return Verdict(True, f"{found}: the same mean and ellipse, and hardly a point where a real one could be.")
