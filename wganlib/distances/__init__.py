"""How far apart two distributions are: total variation, KL, JS and the earth mover's distance.

Between probability vectors: `total_variation`, `entropy`, `cross_entropy`, `kl_divergence`, `js_divergence`, `em_cdf`,
`em_plan`, `em_dual`, `monotone_plan`. Between samples: `em_samples`, `em_sinkhorn`, `em_sliced`, and the
`random_directions` of the last.
"""

from wganlib.distances.divergences import cross_entropy, entropy, js_divergence, kl_divergence, total_variation
from wganlib.distances.samples import em_samples, em_sinkhorn, em_sliced, random_directions
from wganlib.distances.transport import (
    DualSolution,
    TransportPlan,
    em_cdf,
    em_dual,
    em_plan,
    euclidean_costs,
    monotone_plan,
)

__all__ = [
    "DualSolution",
    "TransportPlan",
    "cross_entropy",
    "em_cdf",
    "em_dual",
    "em_plan",
    "em_samples",
    "em_sinkhorn",
    "em_sliced",
    "entropy",
    "euclidean_costs",
    "js_divergence",
    "kl_divergence",
    "monotone_plan",
    "random_directions",
    "total_variation",
]
