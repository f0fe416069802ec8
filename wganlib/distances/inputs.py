"""What counts as a distribution, a set of points or a sample."""

import numpy as np

from wganlib._arguments import as_finite

TOLERANCE = 1e-6  # float32 probabilities sum to 1 no better than this


def as_probabilities(name, values):
    """A probability vector (n,) in float64 whose sum is exactly 1 up to rounding.

    Raises:
        ValueError: not a vector of numbers, empty, NaN, negative, or a sum other than 1.
    """
    vector = as_finite(name, values).astype(np.float64)
    if vector.ndim != 1 or vector.size == 0:
        raise ValueError(f"`{name}` must be a vector of probabilities, shape (n,). Received: shape {vector.shape}.")
    if vector.min() < 0:
        raise ValueError(f"`{name}` must be probabilities, at least 0. Received: a negative value, {vector.min():g}.")
    total = vector.sum()
    if abs(total - 1) > TOLERANCE:
        raise ValueError(f"`{name}` must sum to 1. Received: a sum of {total:g}. Divide counts by their sum.")
    return vector / total


def as_pair(p, q):
    """Two probability vectors over the same n outcomes.

    Raises:
        ValueError: one of them is not a distribution, or their lengths differ.
    """
    p, q = as_probabilities("p", p), as_probabilities("q", q)
    if len(p) != len(q):
        raise ValueError(
            f"`p` and `q` must have the same outcomes. Received: {len(p)} and {len(q)} of them. A probability may be 0."
        )
    return p, q


def as_points(name, values):
    """Points or samples as (n, d) float64; (n,) is read as n points on a line.

    Raises:
        ValueError: another shape, empty, NaN or infinite.
    """
    points = as_finite(name, values).astype(np.float64)
    if points.ndim == 1:
        points = points[:, None]
    if points.ndim != 2 or points.size == 0:
        raise ValueError(
            f"`{name}` must have shape (n,) or (n, d), n ≥ 1. Received: shape {points.shape}. Flatten images."
        )
    return points


def as_samples(x, y):
    """Two samples (n, d) and (m, d) of the same dimension.

    Raises:
        ValueError: one of them is not a sample, or their dimensions differ.
    """
    x, y = as_points("x", x), as_points("y", y)
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"`x` and `y` must have the same dimension. Received: points in {x.shape[1]} and {y.shape[1]} dimensions."
        )
    return x, y


def as_costs(costs, rows, columns):
    """A cost matrix (rows, columns), finite and not negative.

    Raises:
        ValueError: another shape, NaN, infinite or negative.
    """
    costs = as_finite("costs", costs).astype(np.float64)
    if costs.shape != (rows, columns):
        raise ValueError(
            f"`costs` must have a row for each entry of `p` and a column for each of `q`, shape ({rows}, {columns}). "
            f"Received: shape {costs.shape}."
        )
    if costs.min() < 0:
        raise ValueError(f"`costs` must be at least 0. Received: values from {costs.min():g} to {costs.max():g}.")
    return costs
