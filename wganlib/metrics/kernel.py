"""The kernel distance between sets of features."""

from dataclasses import dataclass
from math import floor, log10

import numpy as np

from wganlib._arguments import as_rng, check_count
from wganlib.metrics.inputs import as_feature_pair


@dataclass(frozen=True)
class KernelDistance:
    """What `kernel_distance` found.

    Attributes:
        value: mean of the subsets' unbiased estimates of the squared MMD. It can be a little below 0.
        error: standard error of that mean.
        subsets, subset_size, seed: the protocol.
    """

    value: float
    error: float
    subsets: int
    subset_size: int
    seed: int

    def __str__(self):
        return (
            f"{with_error(self.value, self.error)} (mean ± standard error of {self.subsets} disjoint subsets of "
            f"{self.subset_size:,}, seed {self.seed})"
        )


def squared_mmd(samples, reference):
    """The unbiased estimate of the squared maximum mean discrepancy with the kernel k(x, y) = (xᵀy / d + 1)³.

    Mean of k over pairs of different samples + the same over the reference − 2 · mean of k between both (Gretton et
    al. 2012, eq. 3, with the kernel of Bińkowski et al. 2018, arXiv 1801.01401, §4). Leaving out the pairs (x, x) makes
    it unbiased: its expectation is the same for any number of samples, and 0 for equal distributions.

    Args:
        samples, reference: (n, d) and (m, d), n, m ≥ 2. Holds n × m numbers at a time: take subsets of large sets.

    Returns:
        A float, which can be below 0.
    """
    samples, reference = as_feature_pair(samples, reference, 2)

    def kernel(x, y):
        return (x @ y.T / x.shape[1] + 1) ** 3

    def among(x):
        values = kernel(x, x)
        return (values.sum() - np.trace(values)) / (len(x) * (len(x) - 1))

    return float(among(samples) + among(reference) - 2 * kernel(samples, reference).mean())


def kernel_distance(samples, reference, subsets=10, subset_size=None, seed=0):
    """The kernel distance (Bińkowski et al. 2018, arXiv 1801.01401, "KID" where the features are Inception's).

    The mean of `squared_mmd` over subsets. Usual protocols draw 100 subsets of 1,000 that overlap, whose spread says
    little about the error of their mean; here the subsets are disjoint, so that their estimates are independent draws
    and sd / √subsets is an honest standard error (of the sampling; another training run differs by more).

    Args:
        samples, reference: (n, d) and (m, d) features.
        subsets: how many, ≥ 2.
        subset_size: samples in each, from either set; None takes as many as there are, at most 1,000.
        seed: of the shuffle that forms the subsets; NumPy's default generator.

    Returns:
        A `KernelDistance`.

    Raises:
        ValueError: sets that do not fit each other, or too few samples for disjoint subsets of at least 2.
    """
    samples, reference = as_feature_pair(samples, reference)
    subsets, fewest = check_count("subsets", subsets, 2), min(len(samples), len(reference))
    subset_size = min(1000, fewest // subsets) if subset_size is None else check_count("subset_size", subset_size, 2)
    if subset_size < 2 or subsets * subset_size > fewest:
        raise ValueError(
            f"`samples` and `reference` must be enough for {subsets} disjoint subsets of {max(subset_size, 2)}. "
            f"Received: {fewest} in the smaller one. Generate more, or take fewer or smaller subsets."
        )
    rng = as_rng(seed)
    of_samples, of_reference = (
        rng.permutation(features)[: subsets * subset_size].reshape(subsets, subset_size, -1)
        for features in (samples, reference)
    )
    values = [squared_mmd(a, b) for a, b in zip(of_samples, of_reference, strict=True)]
    error = np.std(values, ddof=1) / np.sqrt(subsets)
    return KernelDistance(float(np.mean(values)), float(error), subsets, subset_size, seed)


def with_error(value, error):
    """A value and its error as text, both to the place of the error's second digit."""
    places = 1 - floor(log10(error)) if error > 0 else 4
    return " ± ".join(f"{round(number, places):.{max(0, places)}f}" for number in (value, error))
