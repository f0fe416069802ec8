"""Precision, recall, density and coverage: what nearest neighbours say about quality and diversity.

Each set of features is turned into balls, one around each point, as large as the distance to its k-th nearest
neighbour in the set (itself not counted). Distances are computed in blocks of rows, so that memory stays small.
"""

from typing import NamedTuple

import numpy as np

from wganlib._arguments import check_count
from wganlib.metrics.inputs import as_feature_pair, as_features

# Distances that are held at a time: 4 million float64 are 32 MB, and a few such arrays live together.
BLOCK = 4_000_000


class PrecisionRecall(NamedTuple):
    """Shares in [0, 1]: of samples within the reference's balls, of the reference within the samples' balls."""

    precision: float
    recall: float


class DensityCoverage(NamedTuple):
    """How densely the reference's balls are filled (1 expected where both are alike), and the share that is."""

    density: float
    coverage: float


def precision_recall(samples, reference, k=3):
    """Improved precision and recall (Kynkäänniemi et al. 2019, arXiv 1904.06991, §2).

    Precision is the share of samples that lie in the ball of at least one reference point: quality. Recall is the share
    of reference points that lie in the ball of at least one sample: diversity. Both depend on the counts: compare equal
    ones only. One far-off sample has a large ball, which can flatter recall; see `density_coverage`.

    Args:
        samples, reference: (n, d) and (m, d) features, n, m > k.
        k: which neighbour sets the radius; 3 in the paper.

    Raises:
        ValueError: sets that do not fit each other, or fewer than k + 1 samples.
    """
    k = check_count("k", k)
    samples, reference = as_feature_pair(samples, reference, k + 1, f" for k = {k}")
    found = _measure(samples, reference, precision=k, recall=k)
    return PrecisionRecall(found["precision"], found["recall"])


def density_coverage(samples, reference, k=5):
    """Density and coverage (Naeem et al. 2020, arXiv 2002.09797, §3).

    Density counts, for each sample, the reference balls that it lies in, over k: it may exceed 1. Coverage is the share
    of the reference's balls with at least one sample. Balls are the reference's alone, so an outlier among the samples
    cannot widen anything. For two sets from one distribution the expected density is 1, and the expected coverage is
    `expected_coverage` of the counts.

    Args:
        samples, reference: (n, d) and (m, d) features, m > k.
        k: which neighbour sets the radius; 5 in the paper.

    Raises:
        ValueError: sets that do not fit each other, or a reference of fewer than k + 1.
    """
    k = check_count("k", k)
    samples, reference = as_feature_pair(samples, reference)
    as_features("reference", reference, k + 1, f" for k = {k}")
    found = _measure(samples, reference, density=k)
    return DensityCoverage(found["density"], found["coverage"])


def expected_coverage(n_samples, n_reference, k=5):
    """The mean coverage of samples from the reference's own distribution (arXiv 2002.09797, Lemma 2): the best to hope.

    1 − Π_{i=1..k} (m − i) / (n + m − i) for n samples and m reference points; about 1 − 2⁻ᵏ for equal large counts.

    Raises:
        ValueError: a count below 1, or no more reference points than k.
    """
    n, k = check_count("n_samples", n_samples), check_count("k", k)
    m = check_count("n_reference", n_reference, k + 1, f"must be a whole number above k = {k}")
    return float(1 - np.prod([(m - i) / (n + m - i) for i in range(1, k + 1)]))


def precision_recall_density_coverage(samples, reference, k=3, k_coverage=5):
    """`precision_recall` and `density_coverage` in one pass over the distances: (PrecisionRecall, DensityCoverage)."""
    k, k_coverage = check_count("k", k), check_count("k_coverage", k_coverage)
    samples, reference = as_feature_pair(samples, reference, k + 1, f" for k = {k}")
    as_features("reference", reference, k_coverage + 1, f" for k = {k_coverage}")
    found = _measure(samples, reference, precision=k, recall=k, density=k_coverage)
    return PrecisionRecall(found["precision"], found["recall"]), DensityCoverage(found["density"], found["coverage"])


def squared_distances(rows, columns):
    """‖xᵢ − yⱼ‖² of all pairs, in blocks: yields (slice of rows, float64 (block, m)).

    By ‖x‖² + ‖y‖² − 2 xᵀy, a matrix product. What it leaves of equal points, a rounding error, is set to 0.
    """
    centre = columns.mean(0)  # smaller numbers cancel better
    rows, columns = rows - centre, columns - centre
    of_rows, of_columns = (np.einsum("ij,ij->i", points, points) for points in (rows, columns))
    step = max(1, BLOCK // len(columns))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        size = of_rows[part, None] + of_columns
        squared = rows[part] @ columns.T
        squared *= -2
        squared += size
        size *= 1e-12
        squared[squared < size] = 0
        yield part, squared


def squared_radii(points, ks):
    """The squared distance of each point to its k-th nearest neighbour among the others, for each k: (len(ks), n)."""
    radii = np.empty((len(ks), len(points)))
    for part, squared in squared_distances(points, points):
        rows = np.arange(len(squared))
        squared[rows, rows + part.start] = -1  # oneself comes first, whatever duplicates there are
        squared.partition(sorted(ks), axis=1)
        radii[:, part] = squared[:, list(ks)].T
    return radii


def _measure(samples, reference, precision=None, recall=None, density=None):
    """The measures whose k is given, as {name: float}."""
    wanted = {name: k for name, k in (("precision", precision), ("density", density)) if k}
    radii = dict(zip(wanted, squared_radii(reference, list(wanted.values())), strict=True))
    of_samples = squared_radii(samples, [recall])[0] if recall else None
    inside, found, balls, filled = np.zeros(len(samples), bool), 0, 0, 0
    for part, squared in squared_distances(reference, samples):
        if precision:
            inside |= (squared <= radii["precision"][part, None]).any(0)
        if recall:
            found += (squared <= of_samples).any(1).sum()
        if density:
            hits = np.count_nonzero(squared <= radii["density"][part, None], axis=1)
            balls += hits.sum()
            filled += np.count_nonzero(hits)
    return {
        "precision": float(inside.mean()),
        "recall": float(found / len(reference)),
        "density": float(balls / (density or 1) / len(samples)),
        "coverage": float(filled / len(reference)),
    }
