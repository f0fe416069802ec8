"""The Fréchet distance between sets of features, and what its bias does with the number of samples."""

from dataclasses import dataclass

import numpy as np

from wganlib._arguments import as_rng, check_count
from wganlib.metrics.inputs import as_feature_pair


def frechet_distance(features_a, features_b):
    """The squared Fréchet (2-Wasserstein) distance between Gaussians fitted to two sets of features.

    ‖μ_a − μ_b‖² + tr(C_a + C_b − 2 (C_a C_b)^½) (Dowson & Landau 1982; for GANs Heusel et al. 2017, arXiv 1706.08500,
    eq. 6). The trace of the root is the sum of the roots of the eigenvalues of C_a C_b, which are those of the
    symmetric R_a C_b R_a with R_a = C_a^½: real and ≥ 0, so no complex root has to be thrown away.

    Args:
        features_a, features_b: (n, d) and (m, d), n, m ≥ 2. The estimate is biased upwards by about 1/n: compare equal
            counts only.

    Returns:
        A float ≥ 0 (up to rounding).

    Raises:
        ValueError: sets that do not fit each other or are too small.
    """
    a, b = as_feature_pair(features_a, features_b, 2, names=("features_a", "features_b"))
    mean_a, mean_b = a.mean(0), b.mean(0)
    cov_a, cov_b = np.atleast_2d(np.cov(a, rowvar=False)), np.atleast_2d(np.cov(b, rowvar=False))
    values, vectors = np.linalg.eigh(cov_a)
    root_a = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root_a @ cov_b @ root_a), 0)).sum()
    return float(np.sum((mean_a - mean_b) ** 2) + np.trace(cov_a) + np.trace(cov_b) - 2 * cross)


@dataclass(frozen=True, eq=False)
class FrechetLimit:
    """What `frechet_limit` found.

    Attributes:
        limit: the line's value at 1/n = 0, the estimate for infinitely many samples.
        slope: of the line over 1/n; the bias of n samples is about slope / n.
        counts: (points,) how many samples each distance used.
        distances: (points,) the Fréchet distances at these counts.
        reference_count: how many reference samples every one of them used.
        seed: of the order in which samples were taken.
    """

    limit: float
    slope: float
    counts: np.ndarray
    distances: np.ndarray
    reference_count: int
    seed: int

    def __str__(self):
        return (
            f"Fréchet distance {self.distances[-1]:.3g} with {self.counts[-1]:,} samples, {self.limit:.3g} "
            f"extrapolated to infinitely many ({len(self.counts)} counts from {self.counts[0]:,}, "
            f"{self.reference_count:,} reference samples, seed {self.seed})"
        )


def frechet_limit(samples, reference, points=15, seed=0):
    """The Fréchet distance extrapolated to infinitely many samples (Chong & Forsyth 2020, arXiv 1911.07023, "FID∞").

    With n samples the distance is too large by about c/n, and c depends on the generator. So it is computed at several
    n, and a straight line over 1/n is fitted by least squares: its value at 0 is the answer. As in the paper only the
    samples are varied; the bias of a finite reference stays. Unlike the paper, which takes one random subset at each n,
    a small n takes the mean over all disjoint subsets that fit: it costs little and is less noisy.

    Args:
        samples, reference: (n, d) and (m, d) features. The paper takes n = 50,000.
        points: how many counts, ≥ 2, equally spaced up to n from n // 10, or from 2 d where that is more: with no more
            than d samples the covariance is singular and the bias no longer c/n. The paper takes 15, from n // 10.
        seed: of the order before it is cut into subsets; NumPy's default generator.

    Returns:
        A `FrechetLimit`.

    Raises:
        ValueError: sets that do not fit each other, or too few samples for so many counts.
    """
    samples, reference = as_feature_pair(samples, reference, 2)
    count, size = samples.shape
    points, smallest = check_count("points", points, 2), max(count // 10, 2 * size)
    if smallest > count - points + 1:
        raise ValueError(
            f"`samples` must be enough for {points} counts from {smallest} up. Received: {count}. Generate more, or "
            "take fewer points."
        )
    rng = as_rng(seed)
    counts = np.linspace(smallest, count, points).round().astype(int)

    def distance(n):
        shuffled = rng.permutation(samples)
        parts = [shuffled[start : start + n] for start in range(0, count - n + 1, n)]
        return np.mean([frechet_distance(part, reference) for part in parts])

    distances = np.array([distance(n) for n in counts])
    slope, limit = np.polyfit(1 / counts, distances, 1)
    return FrechetLimit(float(limit), float(slope), counts, distances, len(reference), seed)
