"""What counts as a distribution, a set of points or a sample; everything else is refused with a sentence."""

import numpy as np

from wganlib.arguments import as_numbers

TOLERANCE = 1e-6  # float32 probabilities sum to 1 no better than this


def as_probabilities(name, values):
    """A probability vector (n,) in float64 whose sum is exactly 1 up to rounding.

    Raises:
        ValueError: not a vector of numbers, empty, NaN, negative, or a sum that is not 1.
    """
    vector = as_numbers(name, values).astype(np.float64)
    if vector.ndim != 1 or vector.size == 0:
        raise ValueError(f"{name} must be a vector of probabilities, shape (n,); its shape is {vector.shape}.")
    if not np.isfinite(vector).all():
        raise ValueError(f"{name} has a value that is NaN or infinite: probabilities lie between 0 and 1.")
    if vector.min() < 0:
        raise ValueError(f"{name} has a negative value, {vector.min():g}: probabilities lie between 0 and 1.")
    total = vector.sum()
    if abs(total - 1) > TOLERANCE:
        raise ValueError(f"{name} sums to {total:g}, a distribution sums to 1: divide it by its sum if you counted.")
    return vector / total


def as_pair(p, q):
    """Two probability vectors over the same n outcomes.

    Raises:
        ValueError: one is no distribution, or their lengths differ.
    """
    p, q = as_probabilities("p", p), as_probabilities("q", q)
    if len(p) != len(q):
        raise ValueError(f"p has {len(p)} outcomes and q has {len(q)}: give both over the same ones (0 is allowed).")
    return p, q


def as_points(name, values):
    """Points or samples as (n, d) float64; (n,) is read as n points on a line.

    Raises:
        ValueError: another shape, empty, NaN or infinite.
    """
    points = as_numbers(name, values).astype(np.float64)
    if points.ndim == 1:
        points = points[:, None]
    if points.ndim != 2 or points.size == 0:
        raise ValueError(f"{name} must have shape (n,) or (n, d), n ≥ 1; its shape is {points.shape}. Flatten images.")
    if not np.isfinite(points).all():
        raise ValueError(f"{name} has a value that is NaN or infinite: it cannot be transported.")
    return points


def as_samples(x, y):
    """Two samples (n, d) and (m, d) of the same dimension.

    Raises:
        ValueError: one is no sample, or their dimensions differ.
    """
    x, y = as_points("x", x), as_points("y", y)
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x lives in {x.shape[1]} dimensions and y in {y.shape[1]}: they must agree.")
    return x, y


def as_costs(costs, rows, columns):
    """A cost matrix (rows, columns), finite and not negative.

    Raises:
        ValueError: another shape, NaN, infinite or negative.
    """
    costs = as_numbers("costs", costs).astype(np.float64)
    if costs.shape != (rows, columns):
        raise ValueError(
            f"The costs must have a row for each entry of p and a column for each of q, "
            f"({rows}, {columns}); their shape is {costs.shape}."
        )
    if not np.isfinite(costs).all() or costs.min() < 0:
        raise ValueError(
            f"A cost is negative, NaN or infinite (they reach from {costs.min():g} to {costs.max():g}): costs are "
            "distances, finite and at least 0."
        )
    return costs
