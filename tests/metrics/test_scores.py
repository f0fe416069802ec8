"""Inception Score and Mode Score: their known values, the formula by hand, and what either sees."""

import numpy as np
import pytest

from wganlib.metrics import inception_score, mode_score

ONE_HOT = np.eye(10)
SOFT = np.random.default_rng(0).dirichlet(np.ones(4), size=50)
REAL = np.random.default_rng(1).dirichlet(np.ones(4), size=30)


def kl(p, q):
    return sum(a * np.log(a / b) for a, b in zip(p, q, strict=True))


def test_sure_and_even_over_ten_classes_is_ten_and_alike_is_one():
    assert inception_score(np.repeat(ONE_HOT, 7, axis=0)) == pytest.approx(10)
    assert inception_score(np.tile([0.2, 0.3, 0.5], (9, 1))) == pytest.approx(1)  # whatever the classes are
    assert inception_score(ONE_HOT[[3, 3, 3]]) == pytest.approx(1)
    assert inception_score(ONE_HOT[:5]) == pytest.approx(5)


def test_both_are_their_formulas():
    share, real_share = SOFT.mean(axis=0), REAL.mean(axis=0)
    mean_kl = np.mean([kl(row, share) for row in SOFT])
    np.testing.assert_allclose(inception_score(SOFT), np.exp(mean_kl))
    np.testing.assert_allclose(mode_score(SOFT, REAL), np.exp(mean_kl - kl(share, real_share)))


def test_real_classes_in_both_terms_cancel():
    share, real_share = SOFT.mean(axis=0), REAL.mean(axis=0)
    both = np.mean([kl(row, real_share) for row in SOFT]) - kl(share, real_share)
    np.testing.assert_allclose(np.exp(both), inception_score(SOFT))


def test_only_the_mode_score_knows_which_classes_are_real():
    skewed = np.repeat(ONE_HOT, [82, 2, 2, 2, 2, 2, 2, 2, 2, 2], axis=0)
    assert inception_score(skewed) < inception_score(ONE_HOT)
    np.testing.assert_allclose(mode_score(skewed, skewed), inception_score(skewed))
    assert mode_score(ONE_HOT, skewed) < 0.5 * mode_score(ONE_HOT, ONE_HOT)
    assert mode_score(ONE_HOT, ONE_HOT[:5]) == 0  # classes that the reference does not know
    np.testing.assert_allclose(mode_score(ONE_HOT[:5], ONE_HOT), 5 / 2)  # half of the classes: KL = log 2


def test_float32_of_a_softmax_is_taken():
    logits = np.random.default_rng(2).normal(size=(100, 1000)).astype(np.float32)
    soft = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert soft.dtype == np.float32 and inception_score(soft) > 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.zeros((0, 3)), "shape \\(n, k\\), a row for each image. Received: shape \\(0, 3\\)"),
        ([0.5, 0.5], "Received: shape \\(2,\\)"),
        ([[1.5, -0.5]], "a negative value, -0.5. Take the softmax"),
        ([[0.5, 0.4]], "must sum to 1. Received: a row that sums to 0.9"),
        ([[np.nan, 1.0]], "finite"),
    ],
)
def test_anything_but_rows_of_probabilities_is_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        inception_score(rows)
    with pytest.raises(ValueError, match=message):
        mode_score(rows, [[0.5, 0.5]])


def test_other_classes_in_the_reference_are_refused():
    with pytest.raises(ValueError, match=r"of the same classes\. Received: 10 and 4"):
        mode_score(ONE_HOT, SOFT)
