"""The earth mover's (Wasserstein-1) distance of two discrete distributions: by CDF, as the linear programme of the
plan, and as the linear programme of the critic (arXiv 1701.07875, eqs 1 and 2)."""

from dataclasses import dataclass

import numpy as np
import scipy
from scipy import sparse
from scipy.optimize import linprog
from scipy.spatial.distance import cdist

from wganlib.distances.inputs import as_costs, as_pair, as_points, as_probabilities

# The solver's tolerances are absolute. At their smallest, with so many units of earth, and of costs at most, what they
# let through is as small as the rounding of float64; with more units the rounding itself would be refused.
UNITS = 1e5
TOLERANCES = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True)
class TransportPlan:
    """Who sends how much where.

    Attributes:
        cost: Σ plan · costs.
        plan: (n, m) ≥ 0; row sums are p, column sums are q.
    """

    cost: float
    plan: np.ndarray


@dataclass(frozen=True)
class DualSolution:
    """The best critic.

    Attributes:
        value: Σ f (p − q), the largest that a 1-Lipschitz f reaches.
        f: (n,) its values at the n points; f[0] = 0, for a constant makes no difference.
    """

    value: float
    f: np.ndarray


def euclidean_costs(x, y=None):
    """Distances between points, (n, m).

    Args:
        x: (n,) or (n, d) points.
        y: (m,) or (m, d) points; None for x itself.
    """
    x = as_points("x", x)
    return cdist(x, x if y is None else as_points("y", y))


def em_cdf(p, q, positions):
    """Earth mover's distance on a line: the area between the two cumulative distribution functions.

    Args:
        p, q: (n,) probabilities.
        positions: (n,) where the outcomes lie, in any order.

    Returns:
        A float ≥ 0, in the unit of the positions.

    Raises:
        ValueError: `p` or `q` is not a distribution, or the lengths differ.
    """
    p, q = as_pair(p, q)
    x = as_points("positions", positions)
    if x.shape != (len(p), 1):
        raise ValueError(
            f"`positions` must be one number for each of the {len(p)} outcomes. Received: shape {np.shape(positions)}. "
            "In more dimensions use em_plan."
        )
    return float(scipy.stats.wasserstein_distance(x[:, 0], x[:, 0], p, q))


def monotone_plan(p, q):
    """The plan that keeps the order on a line: first earth to first hole. Optimal for costs |x − y|.

    Args:
        p: (n,) probabilities at increasing positions.
        q: (m,) probabilities at increasing positions.

    Returns:
        The plan, (n, m): row sums p, column sums q.

    Raises:
        ValueError: `p` or `q` is not a distribution.
    """
    ends_p = np.cumsum(as_probabilities("p", p))
    ends_q = np.cumsum(as_probabilities("q", q))
    starts_p, starts_q = np.append(0, ends_p[:-1]), np.append(0, ends_q[:-1])
    # Lay both along [0, 1]: i sends to j what their two stretches share.
    overlap = np.minimum(ends_p[:, None], ends_q) - np.maximum(starts_p[:, None], starts_q)
    return np.maximum(overlap, 0)


def em_plan(p, q, costs):
    """Earth mover's distance as a linear programme: min Σ γᵢⱼ cᵢⱼ over γ ≥ 0 with row sums p and column sums q.

    Args:
        p: (n,) probabilities.
        q: (m,) probabilities.
        costs: (n, m) cost of moving one unit, e.g. `euclidean_costs(x, y)`.

    Returns:
        A `TransportPlan`; its cost is right to about 1e-15 of the largest cost, which is what the rounding of p and q
        to float64 decides. Its n·m variables are fine up to some hundred points each; POT's `ot.emd` goes further.

    Raises:
        ValueError: `p` or `q` is not a distribution, or the costs do not fit.
    """
    p, q = as_probabilities("p", p), as_probabilities("q", q)
    n, m = len(p), len(q)
    costs = as_costs(costs, n, m)
    row_sums = sparse.kron(sparse.eye_array(n), np.ones((1, m)))
    column_sums = sparse.kron(np.ones((1, n)), sparse.eye_array(m))
    result = linprog(
        costs.ravel() / (costs.max() or 1.0) * UNITS,
        # The last column's sum follows from the others, but for p's and q's last digits.
        A_eq=sparse.vstack([row_sums, column_sums]).tocsr()[:-1],
        b_eq=np.concatenate([p, q])[:-1] * UNITS,
        bounds=(0, None),
        method="highs",
        options=TOLERANCES,
    )
    _expect_solved(result)
    plan = np.maximum(result.x, 0).reshape(n, m) / UNITS
    return TransportPlan(float((plan * costs).sum()), plan)


def em_dual(p, q, costs):
    """Kantorovich–Rubinstein dual: max Σ f (p − q) over f with fᵢ − fⱼ ≤ cᵢⱼ, i.e. over 1-Lipschitz functions.

    Args:
        p, q: (n,) probabilities at the same n points.
        costs: (n, n) distances between the points: zero diagonal, symmetric, no detour shorter than the direct way.

    Returns:
        A `DualSolution`; its value equals the cost of `em_plan`.

    Raises:
        ValueError: `p` or `q` is not a distribution, or the costs are not a metric (primal and dual would differ).
    """
    p, q = as_pair(p, q)
    n = len(p)
    costs = as_costs(costs, n, n)
    _expect_metric(costs)
    unit = (costs.max() or 1.0) / UNITS
    first, second = np.nonzero(~np.eye(n, dtype=bool))
    pairs = np.arange(len(first))
    differences = sparse.csr_array(
        (
            np.concatenate([np.ones(len(pairs)), -np.ones(len(pairs))]),
            (np.concatenate([pairs, pairs]), np.concatenate([first, second])),
        ),
        shape=(len(pairs), n),
    )
    result = linprog(
        (q - p) * UNITS,  # linprog minimises
        A_ub=differences,
        b_ub=costs[first, second] / unit,
        bounds=[(0, 0)] + [(None, None)] * (n - 1),
        method="highs",
        options=TOLERANCES,
    )
    _expect_solved(result)
    f = result.x * unit
    return DualSolution(float(f @ (p - q)), f)


def _expect_metric(costs):
    tolerance = 1e-9 * costs.max()
    symmetric = np.abs(costs - costs.T).max() <= tolerance
    if np.diag(costs).any() or not symmetric:
        raise ValueError(
            "`costs` must be distances between the points: a symmetric matrix with a zero diagonal. Received: "
            f"{'a symmetric' if symmetric else 'an asymmetric'} matrix with {np.diag(costs).max():g} on its diagonal."
        )
    for middle in range(len(costs)):
        detours = costs[:, [middle]] + costs[[middle], :]
        if (costs > detours + tolerance).any():
            start, end = (int(place) for place in np.argwhere(costs > detours + tolerance)[0])
            raise ValueError(
                "`costs` must be distances, with no detour shorter than the direct way. Received: "
                f"{costs[start, end]:g} from point {start} to point {end}, and {detours[start, end]:g} through point "
                f"{middle}. Do not square them: the dual would not equal the primal."
            )


def _expect_solved(result):
    if result.status != 0:
        raise RuntimeError(f"The linear programme was not solved: {result.message}")
