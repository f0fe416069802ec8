"""Total variation, entropy, KL and JS of two probability vectors. They see the probabilities, never the positions.

Nats unless `base=2` asks for bits. Definitions as in section 2 of the WGAN paper (Arjovsky et al. 2017,
arXiv 1701.07875). By convention 0·log 0 = 0.
"""

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.special import entr, rel_entr

from wganlib._arguments import check_number
from wganlib.distances.inputs import as_pair, as_probabilities


def total_variation(p, q):
    """Total variation: the largest difference in probability that any event can have, ½ Σ |pᵢ − qᵢ|.

    Args:
        p, q: (n,) probabilities over the same outcomes.

    Returns:
        A float in [0, 1]; 1 for disjoint supports.

    Raises:
        ValueError: `p` or `q` is not a distribution, or their lengths differ.
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
        ValueError: `p` is not a distribution, or the base is not above 1.
    """
    return float(entr(as_probabilities("p", p)).sum() / _unit(base))


def cross_entropy(p, q, base=None):
    """Cross-entropy H(P, Q) = −Σ pᵢ log qᵢ = H(P) + KL(P‖Q); ∞ where q is 0 and p is not.

    Args:
        p, q: (n,) probabilities over the same outcomes.
        base: of the logarithm: None for nats, 2 for bits.

    Raises:
        ValueError: `p` or `q` is not a distribution, their lengths differ, or the base is not above 1.
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
        ValueError: `p` or `q` is not a distribution, their lengths differ, or the base is not above 1.
    """
    p, q = as_pair(p, q)
    return max(0.0, float(rel_entr(p, q).sum() / _unit(base)))  # rounding may leave −1e-17


def js_divergence(p, q, base=None):
    """Jensen–Shannon divergence ½ KL(P‖M) + ½ KL(Q‖M) with M = ½ (P + Q).

    Symmetric; its square root is a metric, which `scipy.spatial.distance.jensenshannon` returns.

    Args:
        p, q: (n,) probabilities over the same outcomes.
        base: of the logarithm: None for nats, 2 for bits.

    Returns:
        A float in [0, log 2]: log 2 = 0.693 nats = 1 bit for disjoint supports.

    Raises:
        ValueError: `p` or `q` is not a distribution, their lengths differ, or the base is not above 1.
    """
    p, q = as_pair(p, q)
    with np.errstate(invalid="ignore"):  # where rounding leaves −1e-17 under the root, it returns NaN for 0
        root = np.nan_to_num(jensenshannon(p, q))
    return float(root**2 / _unit(base))


def _unit(base):
    """How many nats one unit of the answer is."""
    if base is None:
        return 1.0
    return float(np.log(check_number("base", base, "must be a number above 1, or None for nats", above=1)))
