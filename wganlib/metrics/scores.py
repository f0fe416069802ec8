"""Scores of generated images by what a classifier says of them: Inception Score and Mode Score.

They look at class probabilities alone. The names are those of the papers, where the classifier is Inception; with the
shipped digit classifier the probabilities are the softmax of what `load_digit_classifier()` gives.
"""

import numpy as np
from scipy.special import rel_entr

from wganlib._arguments import as_finite
from wganlib.distances.inputs import TOLERANCE


def inception_score(probabilities):
    """exp of the mean KL(p(y|x) ‖ p(y)) over the samples x (Salimans et al. 2016, arXiv 1606.03498, §4).

    p(y) is the mean of p(y|x): the classes as the samples have them. The score is large where every p(y|x) is sure and
    p(y) is even. No real image enters it.

    Args:
        probabilities: (n, k), p(y|x) of a classifier for n generated images and k classes; rows that sum to 1.

    Returns:
        A float in [1, k]: 1 where all rows are alike, k where each is sure of one class and all k occur equally often.

    Raises:
        ValueError: not rows of probabilities.
    """
    rows = _as_rows("probabilities", probabilities)
    return float(np.exp(rel_entr(rows, rows.mean(axis=0)).sum(axis=1).mean()))


def mode_score(probabilities, reference_probabilities):
    """The Inception Score, times exp of −KL(p(y) ‖ p(y*)), where p(y*) are the classes of real images.

    This is the form of Xu et al. 2018 (arXiv 1806.07755), which compares the samples' classes with the real ones.
    (Che et al. 2017, arXiv 1612.02136, who proposed the score, have the real classes in both terms:
    mean KL(p(y|x) ‖ p(y*)) − KL(p(y) ‖ p(y*)). There p(y*) cancels, and the Inception Score is left.)

    Args:
        probabilities: (n, k), p(y|x) of generated images; see `inception_score`.
        reference_probabilities: (m, k), the same of real images.

    Returns:
        A float in [0, k]; 0 where there are samples of a class that the reference does not know.

    Raises:
        ValueError: not rows of probabilities, or of another number of classes.
    """
    rows = _as_rows("probabilities", probabilities)
    reference = _as_rows("reference_probabilities", reference_probabilities)
    if rows.shape[1] != reference.shape[1]:
        raise ValueError(
            "`probabilities` and `reference_probabilities` must be of the same classes. Received: "
            f"{rows.shape[1]} and {reference.shape[1]} of them."
        )
    return inception_score(rows) * float(np.exp(-rel_entr(rows.mean(axis=0), reference.mean(axis=0)).sum()))


def _as_rows(name, values):
    rows = as_finite(name, values).astype(np.float64)
    if rows.ndim != 2 or rows.size == 0:
        raise ValueError(
            f"`{name}` must be class probabilities of shape (n, k), a row for each image. Received: shape {rows.shape}."
        )
    if rows.min() < 0:
        raise ValueError(
            f"`{name}` must be probabilities, at least 0. Received: a negative value, {rows.min():g}. Take the softmax "
            "of logits."
        )
    totals = rows.sum(axis=1)
    worst = totals[np.abs(totals - 1).argmax()]
    if abs(worst - 1) > 10 * TOLERANCE:  # a float32 softmax of many classes
        raise ValueError(f"Each row of `{name}` must sum to 1. Received: a row that sums to {worst:g}.")
    return rows / totals[:, None]
