"""Total variation, entropy, KL and JS of two probability vectors. They see the probabilities, never the positions.

Nats unless `base=2` asks for bits. Definitions as in section 2 of the WGAN paper (Arjovsky et al. 2017,
arXiv 1701.07875). By convention 0·log 0 = 0.
"""

import numpy as np
from scipy.special import entr, rel_entr

from wganlib.arguments import check_number
from wganlib.distances.inputs import as_pair, as_probabilities


def total_variation(p, q):
    """Total variation: the largest difference in probability that any event can have, ½ Σ |pᵢ − qᵢ|.

    Args:
        p, q: (n,) probabilities over the same outcomes.

    Returns:
        A float in [0, 1]; 1 for disjoint supports.

    Raises:
        ValueError: one is no distribution, or their lengths differ.
    """
    p, q = as_pair(p, q)
    return float(0.5 * np.abs(p - q).sum())


def entropy(p, base=None):
    """Entropy H(P) = −Σ pᵢ log pᵢ.

    Args:
        p: (n,) probabilities.
        base: of the logarithm: None for nats, 2 for bits.

    Returns:
        A float in [0, log n].

    Raises:
        ValueError: not a distribution, or a base that is no base.
    """
    return float(entr(as_probabilities("p", p)).sum() / _unit(base))


def cross_entropy(p, q, base=None):
    """Cross-entropy H(P, Q) = −Σ pᵢ log qᵢ = H(P) + KL(P‖Q); ∞ where q is 0 and p is not.

    Args:
        p, q: (n,) probabilities over the same outcomes.
        base: of the logarithm: None for nats, 2 for bits.

    Raises:
        ValueError: one is no distribution, their lengths differ, or a base that is no base.
    """
    return entropy(p, base) + kl_divergence(p, q, base)


def kl_divergence(p, q, base=None):
    """Kullback–Leibler divergence KL(P‖Q) = Σ pᵢ log(pᵢ / qᵢ). Not symmetric.

    Args:
        p, q: (n,) probabilities over the same outcomes.
        base: of the logarithm: None for nats, 2 for bits.

    Returns:
        A float ≥ 0; ∞ where q is 0 and p is not.

    Raises:
        ValueError: one is no distribution, their lengths differ, or a base that is no base.
    """
    p, q = as_pair(p, q)
    return max(0.0, float(rel_entr(p, q).sum() / _unit(base)))  # rounding may leave −1e-17


def js_divergence(p, q, base=None):
    """Jensen–Shannon divergence ½ KL(P‖M) + ½ KL(Q‖M) with M = ½ (P + Q).

    Symmetric; its square root is a metric (`scipy.spatial.distance.jensenshannon` returns that root).

    Args:
        p, q: (n,) probabilities over the same outcomes.
        base: of the logarithm: None for nats, 2 for bits.

    Returns:
        A float in [0, log 2]: log 2 = 0.693 nats = 1 bit for disjoint supports.

    Raises:
        ValueError: one is no distribution, their lengths differ, or a base that is no base.
    """
    p, q = as_pair(p, q)
    middle = (p + q) / 2
    return (kl_divergence(p, middle, base) + kl_divergence(q, middle, base)) / 2


def _unit(base):
    """How many nats one unit of the answer is."""
    if base is None:
        return 1.0
    rule = "of the logarithm must be a number above 1 (None for nats, 2 for bits)"
    return float(np.log(check_number("base", base, rule, above=1)))
