"""Checks for chapter 12: the n-grams of text, and steps at equal compute."""

from collections import Counter
from numbers import Integral, Real

import numpy as np

from wganlib.course.checks.verdict import Verdict, call
from wganlib.distances import js_divergence
from wganlib.metrics.ngrams import ngram_counts, ngram_divergence

# (samples, held-out text, n): the last pair has nothing in common.
TEXTS = (
    (["aabab"], ["abbba"], 2),
    (["the cat", "a hat"], ["the hat", "that cat sat"], 1),
    (["the cat", "a hat"], ["the hat", "that cat sat"], 3),
    (["abc"], ["xyz"], 2),
)


def check_ngram_divergence(answer):
    """Exercise: a function (samples, held_out, n) → the JS divergence of their n-grams, in bits."""
    for samples, held_out, n in TEXTS:
        case = f"samples {samples}, held-out text {held_out}, n = {n}"
        given, problem = call(answer, "samples, held_out and n", list(samples), list(held_out), n)
        if problem is not None:
            return problem
        try:
            given = float(np.asarray(given))
        except (TypeError, ValueError):
            return Verdict(False, f"For {case} a number was expected, but this is {type(given).__name__}: {given!r}.")
        right = ngram_divergence(samples, held_out, n)
        if np.isclose(given, right, rtol=1e-6, atol=1e-9):
            continue
        if not np.isfinite(given):
            return Verdict(
                False,
                f"For {case} it is {given}: where a count is 0, 0 · log 0 counts as 0. Compare each side with the "
                "middle M, which is 0 nowhere that P or Q is not.",
            )
        for wrong, reason in _mistakes(samples, held_out, n):
            if np.isclose(given, wrong, rtol=1e-6, atol=1e-9):
                return Verdict(False, reason)
        return Verdict(False, f"For {case} it is {given:.6g}, but {right:.6g} is right.")
    return Verdict(True, "Right, also where the two texts have nothing in common: 1 bit, the most there is.")


def _mistakes(samples, held_out, n):
    """(what a known mistake gives, what to say of it)."""
    right = ngram_divergence(samples, held_out, n)
    yield right * np.log(2), "These are nats: divide by log 2, or take log2."
    yield np.sqrt(right), "That is the root of the divergence, which SciPy's jensenshannon returns: square it."
    yield (
        np.sqrt(right * np.log(2)),
        "That is the root, in nats: SciPy's jensenshannon returns it. Square it and ask for base=2.",
    )
    yield 2 * right, "Twice too much: the two KL divergences are averaged, ½ KL(P‖M) + ½ KL(Q‖M)."
    # Runs across the seams of the texts, and sets in place of counts.
    yield (
        _divergence(ngram_counts(["".join(samples)], n), ngram_counts(["".join(held_out)], n)),
        "The runs reach from one text into the next: count within each text.",
    )
    yield (
        _divergence(*(Counter(set(ngram_counts(texts, n))) for texts in (samples, held_out))),
        "Each n-gram counts once here: count how often it occurs, and divide by the number of all.",
    )


def _divergence(first, second):
    runs = list(first | second)
    p, q = (np.array([counts[run] for run in runs]) / counts.total() for counts in (first, second))
    return js_divergence(p, q, base=2)


def check_equal_compute(answer):
    """Exercise: a function (compute, generator_cost, critic_cost, n_critic) → how many whole steps fit."""
    names = "compute, generator_cost, critic_cost and n_critic"
    for compute, generator, critic, n_critic in ((1000, 5, 12, 1), (1000, 5, 12, 5), (64, 4, 6, 2), (100, 7, 31, 10)):
        case = f"compute {compute}, generator_cost {generator}, critic_cost {critic}, n_critic {n_critic}"
        given, problem = call(answer, names, compute, generator, critic, n_critic)
        if problem is not None:
            return problem
        if not isinstance(given, Real) or isinstance(given, bool):
            return Verdict(False, f"For {case} a number was expected, but this is {type(given).__name__}: {given!r}.")
        right = compute // (generator + n_critic * critic)
        if given == right:
            if not isinstance(given, Integral) and given != int(given):
                return Verdict(False, f"For {case} it is {given!r}: a step is made or not, so round down.")
            continue
        exact = compute / (generator + n_critic * critic)
        if np.isclose(given, exact):
            return Verdict(False, f"For {case} it is {given:.4g}: a step is made or not, so round down, to {right}.")
        if given == right + 1 and exact > right:
            return Verdict(False, f"For {case} it is {given}: the last of these steps no longer fits. Round down.")
        hints = (
            (compute // (n_critic * critic), "the generator's own update has a cost too."),
            (compute // (n_critic * (generator + critic)), "the generator is updated once a step, not n_critic times."),
            (compute // (generator + critic), "a step makes n_critic critic updates."),
            (compute // (generator + n_critic * critic) * n_critic, "these are critic updates; steps were asked for."),
        )
        for wrong, reason in hints:
            if given == wrong:
                return Verdict(False, f"For {case} it is {given}: {reason}")
        return Verdict(False, f"For {case} it is {given}, but {right} is right.")
    return Verdict(True, "One step costs the generator's update and n_critic times the critic's; the rest is division.")
