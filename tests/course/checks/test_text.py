"""Chapter 12's checks: right answers in several forms, and the mistakes that people make."""

import math
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf
from scipy.spatial.distance import jensenshannon

from wganlib.course.checks import check_equal_compute, check_ngram_divergence


def frequencies(texts, n):
    counts = Counter(text[i : i + n] for text in texts for i in range(len(text) - n + 1))
    return {run: count / sum(counts.values()) for run, count in counts.items()}


def by_hand(samples, held_out, n):
    p, q = frequencies(samples, n), frequencies(held_out, n)
    total = 0.0
    for run in p.keys() | q.keys():
        middle = (p.get(run, 0) + q.get(run, 0)) / 2
        total += sum(side[run] * math.log2(side[run] / middle) / 2 for side in (p, q) if run in side)
    return total


def with_scipy(samples, held_out, n, power=2, base=2):
    p, q = frequencies(samples, n), frequencies(held_out, n)
    runs = sorted(p.keys() | q.keys())
    return jensenshannon([p.get(run, 0) for run in runs], [q.get(run, 0) for run in runs], base=base) ** power


@pytest.mark.parametrize(
    "answer", [by_hand, with_scipy, lambda *a: tf.constant(by_hand(*a), tf.float64), lambda *a: np.array(by_hand(*a))]
)
def test_right_divergences(answer):
    assert check_ngram_divergence(answer)


def across_seams(samples, held_out, n):
    return by_hand(["".join(samples)], ["".join(held_out)], n)


def with_sets(samples, held_out, n):
    p, q = (sorted(frequencies(texts, n)) for texts in (samples, held_out))
    return by_hand(p, q, n)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (..., "Not answered yet"),
        (None, "Not answered yet"),
        (0.5, "A function of samples, held_out and n"),
        (lambda *a: by_hand(*a) * math.log(2), "nats"),
        (lambda *a: with_scipy(*a, power=1), "root"),
        (lambda *a: with_scipy(*a, power=1, base=None), "root, in nats"),
        (lambda *a: 2 * by_hand(*a), "averaged"),
        (across_seams, "from one text into the next"),
        (with_sets, "how often"),
        (lambda *a: np.nan, "0 · log 0"),
        (lambda *a: np.inf, "0 · log 0"),
        (lambda *a: "0.3 bits", "a number was expected"),
        (lambda *a: [0.1, 0.2], "a number was expected"),
        (lambda *a: 0.123, "is right"),
        (lambda samples: 0, "raised TypeError"),
    ],
)
def test_wrong_divergences(answer, reason):
    verdict = check_ngram_divergence(answer)
    assert not verdict and reason in verdict.message


@pytest.mark.parametrize(
    "answer",
    [
        lambda c, g, d, n: c // (g + n * d),
        lambda c, g, d, n: int(c / (g + n * d)),
        lambda c, g, d, n: np.floor(c / (g + n * d)),
    ],
)
def test_right_step_counts(answer):
    assert check_equal_compute(answer)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (..., "Not answered yet"),
        (15, "A function of compute"),
        (lambda c, g, d, n: c / (g + n * d), "round down"),
        (lambda c, g, d, n: math.ceil(c / (g + n * d)), "no longer fits"),
        (lambda c, g, d, n: c // (n * d), "generator's own update"),
        (lambda c, g, d, n: c // (n * (g + d)), "once a step"),
        (lambda c, g, d, n: c // (g + d), "n_critic critic updates"),
        (lambda c, g, d, n: c // (g + n * d) * n, "steps were asked for"),
        (lambda c, g, d, n: True, "a number was expected"),
        (lambda c, g, d, n: "58", "a number was expected"),
        (lambda c, g, d, n: 3, "is right"),
        (lambda c: 0, "raised TypeError"),
    ],
)
def test_wrong_step_counts(answer, reason):
    verdict = check_equal_compute(answer)
    assert not verdict and reason in verdict.message
