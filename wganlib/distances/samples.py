"""The earth mover's distance of two samples: exact by assignment, smoothed (Sinkhorn), and averaged over directions
(sliced). Ground cost: the Euclidean distance, so all of them are Wasserstein-1."""

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment

from wganlib._arguments import as_rng, check_count, check_number
from wganlib.distances.inputs import as_samples
from wganlib.distances.transport import TransportPlan, euclidean_costs


def em_samples(x, y):
    """Exact earth mover's distance of two samples.

    On a line by sorting; elsewhere by the best one-to-one assignment, which is an optimal plan when both samples have
    n points of weight 1/n. Work grows like n³: about a second at n = 2,000 on a laptop.

    Args:
        x: (n,) or (n, d) sample.
        y: (n,) or (n, d) sample; on a line the counts may differ.

    Returns:
        A float ≥ 0, in the unit of the samples. Between two samples of one distribution it is above 0 and falls slowly
        in high dimension, like n^(−1/d) (Fournier & Guillin 2015, arXiv 1312.2128).

    Raises:
        ValueError: not samples, different dimensions, or different counts in more than one dimension.
    """
    x, y = as_samples(x, y)
    if x.shape[1] == 1:
        return float(scipy.stats.wasserstein_distance(x[:, 0], y[:, 0]))
    if len(x) != len(y):
        raise ValueError(
            f"`x` and `y` must have equally many points, except on a line. Received: {len(x)} and {len(y)}. Take the "
            "same number of each."
        )
    costs = euclidean_costs(x, y)
    return float(costs[linear_sum_assignment(costs)].mean())


def em_sinkhorn(x, y, epsilon, max_iterations=10_000):
    """Sinkhorn's plan: the cheapest one when ε times its negative entropy is added to the cost (Cuturi 2013,
    arXiv 1306.0895). Its cost is above the exact one and nears it as ε → 0.

    Args:
        x: (n,) or (n, d) sample.
        y: (m,) or (m, d) sample.
        epsilon: weight of the entropy, > 0, in the unit of the distances.
        max_iterations: small ε needs many.

    Returns:
        A `TransportPlan`; its cost leaves the entropy out.

    Raises:
        ValueError: not samples, different dimensions, or ε ≤ 0.
        RuntimeError: not converged within max_iterations.
        ImportError: POT is not installed.
    """
    x, y = as_samples(x, y)
    check_number("epsilon", epsilon, "must be a number above 0 (em_samples gives the exact distance)", above=0)
    max_iterations = check_count("max_iterations", max_iterations)
    costs = euclidean_costs(x, y)
    # In the log domain, or small ε would underflow.
    plan, log = _import_pot().sinkhorn(
        [], [], costs, epsilon, method="sinkhorn_log", numItermax=max_iterations, stopThr=1e-9, warn=False, log=True
    )
    if log["err"][-1] > 1e-6:
        raise RuntimeError(
            f"Sinkhorn's iteration did not converge in {max_iterations} steps at ε = {epsilon:g}: "
            "take a larger epsilon or more max_iterations."
        )
    return TransportPlan(float((plan * costs).sum()), plan)


def em_sliced(x, y, n_directions=200, seed=0):
    """Sliced Wasserstein-1: the mean 1-D earth mover's distance of the projections on random directions
    (Bonneel et al. 2015). Never above the exact distance, and cheap: n log n for each direction.

    Args:
        x: (n,) or (n, d) sample.
        y: (m,) or (m, d) sample.
        n_directions: how many directions, ≥ 1.
        seed: an int or a NumPy Generator, for the directions.

    Returns:
        A float ≥ 0, in the unit of the samples.

    Raises:
        ValueError: not samples, different dimensions, no directions, or a seed out of range.
    """
    x, y = as_samples(x, y)
    directions = random_directions(x.shape[1], n_directions, seed)
    x, y = np.sort(x @ directions, axis=0), np.sort(y @ directions, axis=0)
    if len(x) == len(y):
        return float(np.abs(x - y).mean())
    return float(np.mean([scipy.stats.wasserstein_distance(a, b) for a, b in zip(x.T, y.T, strict=True)]))


def random_directions(dimension, n_directions, seed=0):
    """Unit vectors, uniform on the sphere: the directions on which `em_sliced` projects.

    Args:
        dimension: of the space, ≥ 1.
        n_directions: how many, ≥ 1.
        seed: an int or a NumPy Generator.

    Returns:
        float64 (dimension, n_directions), one direction a column.

    Raises:
        ValueError: a count below 1, or a seed out of range.
    """
    shape = check_count("dimension", dimension), check_count("n_directions", n_directions)
    vectors = as_rng(seed).standard_normal(shape)
    return vectors / np.linalg.norm(vectors, axis=0)


def _import_pot():
    try:
        import ot
    except ImportError as error:
        raise ImportError(
            'Sinkhorn\'s distance needs POT (Python Optimal Transport): pip install POT, or "wganlib[notebooks]".'
        ) from error
    return ot
