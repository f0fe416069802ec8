"""The Dirac-GAN (Mescheder et al. 2018, arXiv 1801.04406, section 2): a game so small that its convergence is a sum.

All real data lie at 0, the generator makes one point θ, and the critic is the line D(x) = ψ x, whose slope ψ is its
only weight. The game is won by both at θ = ψ = 0. A penalty's weight is γ, as in γ/2 · mean (‖∇D‖ − target)²: the λ of
`wganlib.WGANGP` is γ/2, the `r1_weight` of `wganlib.GAN` is γ. D is linear, so that its slope at the real point, at the
generated one and between them is the same ψ: R1 and R2 are one penalty here, both together count twice.
"""

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from wganlib._arguments import as_finite, as_tuple, check_choice, check_count, check_number

# How often the zero-centred penalty is paid beside cross-entropy with the non-saturating generator loss.
ZERO_CENTRED = {"GAN": 0, "GAN + R1": 1, "GAN + R2": 1, "GAN + R1 + R2": 2}
METHODS = ("GAN", "WGAN", "WGAN-GP", *list(ZERO_CENTRED)[1:])
UPDATES = ("simultaneous", "alternating")
CLIP = 1.0  # of the WGAN's ψ
START = (1.0, 0.0)  # (θ, ψ): the generator is off by 1, the critic knows nothing


def field(theta, psi, method, weight=1.0):
    """(dθ, dψ): minus the gradient of each player's own loss, in the direction of which it steps.

    Args:
        theta, psi: numbers, or arrays of one shape.
        method: one of `METHODS`.
        weight: γ ≥ 0 of a penalty.

    Returns:
        Two arrays. Clipping is not part of them: it follows the step.

    Raises:
        ValueError: another method, a negative weight, or θ and ψ that are not finite numbers.
    """
    check_choice("method", method, METHODS)
    check_number("weight", weight, at_least=0)
    return _field(as_finite("theta", theta), as_finite("psi", psi), method, weight)


def _field(theta, psi, method, weight):
    if method in ZERO_CENTRED:
        slope = ZERO_CENTRED[method] * weight * psi
        return psi * expit(-theta * psi), -theta * expit(theta * psi) - slope
    slope = weight * (np.abs(psi) - 1) * np.sign(psi) if method == "WGAN-GP" else 0.0
    return psi + 0.0 * theta, -theta - slope


def best_critic(theta, method, weight=1.0):
    """The ψ with the lowest loss of the critic for a generator that stands at θ.

    Raises:
        ValueError: a method without one: without a penalty a GAN's critic gains by any ψ of larger size.
    """
    check_choice("method", method, METHODS)
    check_number("theta", theta)
    check_number("weight", weight, at_least=0)
    if method == "WGAN":
        return -CLIP * np.sign(theta)
    if method == "WGAN-GP" and weight > 0:
        return -np.sign(theta) * (1 + abs(theta) / weight)
    if ZERO_CENTRED.get(method, 0) * weight > 0:
        bound = abs(theta) / weight + 1.0  # the penalty's slope there is more than cross-entropy's can be
        return brentq(lambda psi: _field(theta, psi, method, weight)[1], -bound, bound, xtol=1e-16)
    raise ValueError(
        f"There is no best critic for {method} with γ = {weight:g}: the larger its slope, the lower its loss. Take "
        "n_critic=5, or a penalty."
    )


def path(method, rate=0.1, weight=1.0, updates="alternating", n_critic=1, steps=500, start=START):
    """Play the game by gradient steps.

    Args:
        method: one of `METHODS`. After each of its steps a WGAN's ψ is clipped to [−1, 1].
        rate: η > 0 of both players.
        weight: γ ≥ 0 of a penalty.
        updates: "alternating", in which the generator answers the critic that has just moved, or "simultaneous", in
            which it answers the one before.
        n_critic: updates of the critic per step, ≥ 1, or np.inf: the critic is at its best.
        steps: of the generator, ≥ 1.
        start: (θ, ψ).

    Returns:
        (steps + 1, 2): θ and ψ at the start and after each step.

    Raises:
        ValueError: an argument out of range, or n_critic=np.inf where no critic is the best.
    """
    check_number("rate", rate, above=0)
    check_choice("updates", updates, UPDATES)
    n_critic = _critic_updates(n_critic)
    check_choice("method", method, METHODS)
    check_number("weight", weight, at_least=0)
    if len(start := as_tuple("start", start, "must be (θ, ψ)")) != 2:
        raise ValueError(f"`start` must be (θ, ψ). Received: {start}.")
    theta, psi = (float(check_number("start", place)) for place in start)
    places = [(theta, psi)]
    for _ in range(check_count("steps", steps)):
        before = psi
        if n_critic == np.inf:
            psi = best_critic(theta, method, weight)
        else:
            for _ in range(n_critic):
                psi += rate * _field(theta, psi, method, weight)[1]
                psi = np.clip(psi, -CLIP, CLIP) if method == "WGAN" else psi
        theta += rate * _field(theta, psi if updates == "alternating" else before, method, weight)[0]
        places.append((theta, psi))
    return np.array(places)


def update_matrix(method, rate=0.1, weight=1.0, updates="alternating", n_critic=1):
    """The matrix M of one step near the equilibrium, (θ, ψ) → M (θ, ψ): its derivative at θ = ψ = 0.

    Args:
        method, rate, weight, updates, n_critic: as `path` takes them.

    Returns:
        (2, 2). If its eigenvalues are all smaller than 1 in size, the game converges from nearby; the largest size is
        the factor by which the distance shrinks in a step in the long run (arXiv 1801.04406, appendix A.1).

    Raises:
        ValueError: a step that has no derivative there: WGAN-GP's, whose penalty has an edge at ψ = 0, and a clipped
            critic's at its best, which jumps at θ = 0.
    """
    check_choice("method", method, METHODS)
    check_number("rate", rate, above=0)
    check_number("weight", weight, at_least=0)
    check_choice("updates", updates, UPDATES)
    n_critic = _critic_updates(n_critic)
    if method == "WGAN-GP" or (method == "WGAN" and n_critic == np.inf):
        raise ValueError(
            f"A step of {method} with n_critic={n_critic} has no derivative at the equilibrium. Follow its path."
        )
    pull = 1.0 if method == "WGAN" else 0.5  # the slope of the loss in D at D = 0: the sigmoid's value there is 1/2
    penalty = ZERO_CENTRED.get(method, 0) * weight
    if n_critic == np.inf:
        best_critic(0.0, method, weight)  # is there one?
        of_critic = np.array([[1, 0], [-pull / penalty, 0]])
    else:
        once = np.array([[1, 0], [-rate * pull, 1 - rate * penalty]])
        of_critic = np.linalg.matrix_power(once, n_critic)
    of_generator = np.array([[1, rate * pull], [0, 1]])
    if updates == "alternating":
        return of_generator @ of_critic
    return of_generator + of_critic - np.eye(2)


def _critic_updates(n_critic):
    if isinstance(n_critic, float) and n_critic == np.inf:
        return n_critic
    return check_count("n_critic", n_critic, rule="must be a whole number of at least 1, or np.inf")
