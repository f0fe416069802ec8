"""Checks of the exercises of chapter 05, distances between distributions."""

import keras
import numpy as np

from wganlib._arguments import show
from wganlib.course.checks.verdict import NOT_YET, Verdict, call, compare, unanswered
from wganlib.distances import em_cdf, em_dual, euclidean_costs, js_divergence, kl_divergence, total_variation

# Exercise 1: half the mass stands still, the other half has far to go.
PAIR_P, PAIR_Q, PAIR_X = np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.5, 0.5]), np.array([0.0, 1.0, 4.0])
# Exercise 4: four points, unevenly spaced.
CRITIC_P, CRITIC_Q = np.array([0.1, 0.4, 0.4, 0.1]), np.array([0.4, 0.1, 0.1, 0.4])
CRITIC_X = np.array([0.0, 1.0, 2.0, 4.0])


def check_two_distances(answer):
    """Exercise 1: (total variation, JS in bits, earth mover's distance) of the pair in the text."""
    tv, js = total_variation(PAIR_P, PAIR_Q), js_divergence(PAIR_P, PAIR_Q, base=2)
    em = em_cdf(PAIR_P, PAIR_Q, PAIR_X)
    in_nats = js_divergence(PAIR_P, PAIR_Q)
    steps = em_cdf(PAIR_P, PAIR_Q, np.arange(3))
    hints = [
        ((tv, in_nats, em), "Your JS is in nats; the exercise asks for bits: divide by log 2, or use log₂ throughout."),
        ((2 * tv, js, em), "Your total variation is twice too large: Σ|p − q| counts moved mass where it leaves and "
                           "where it arrives; take half."),
        ((tv, 2 * js, em), "Your JS is twice too large: each of its two KL terms counts ½."),
        ((tv, js, steps), "Your earth mover's distance counts steps from point to point; multiply each by its length: "
                          "the last gap is 3 wide."),
    ]  # fmt: skip
    right = "Right: half the mass differs, and that half has to travel 4. TV and JS do not see the 4."
    return compare(answer, (tv, js, em), right, hints, tolerance=1e-3)


def check_js_function(function):
    """Exercise 2: a function js(p, q) in nats that survives zeros."""
    cases = [
        (np.full(3, 1 / 3), np.array([0.2, 0.5, 0.3])),
        (np.array([0.1, 0.2, 0.7]), np.array([0.6, 0.3, 0.1])),
        (np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.5, 0.5])),
        (np.array([1.0, 0.0]), np.array([0.0, 1.0])),
    ]
    for p, q in cases:
        value, problem = _number(function, "p and q", p, q)
        if problem is not None:
            return problem
        place = f"For p = {_show(p)}, q = {_show(q)}"
        right = js_divergence(p, q)
        if np.isclose(value, right, atol=1e-6):
            continue
        if not np.isfinite(value):
            return Verdict(False, f"{place} your function gives {value}: an outcome of probability 0 contributes "
                                  "0·log 0 = 0. Leave it out of the sum.")  # fmt: skip
        reasons = [
            (right / np.log(2), "that is in bits: use the natural logarithm"),
            (2 * right, "twice too much: each of the two KL terms counts ½"),
            (np.sqrt(right), "that is the square root: the metric, not the divergence"),
            (-right, "the sign is wrong: log(p / m), not log(m / p)"),
            (kl_divergence(p, (p + q) / 2), "only the first of the two KL terms"),
        ]
        if np.isfinite(kl_divergence(p, q)) and np.isfinite(kl_divergence(q, p)):
            symmetric = (kl_divergence(p, q) + kl_divergence(q, p)) / 2
            reasons.append((symmetric, "that compares p with q; compare each with their mean m"))
        return _wrong(place, value, right, reasons)
    return Verdict(True, "Right, with zeros too; and log 2 is the most it can be.")


def check_em_function(function):
    """Exercise 3: a function em(p, q, x) for points on a line, in any order and unevenly spaced."""
    cases = [
        (np.full(3, 1 / 3), np.array([0.2, 0.5, 0.3]), np.array([1.0, 2.0, 3.0])),
        (np.array([0.5, 0.2, 0.3]), np.array([0.1, 0.2, 0.7]), np.array([0.0, 1.0, 5.0])),
        (np.array([0.5, 0.2, 0.3]), np.array([0.1, 0.7, 0.2]), np.array([5.0, 0.0, 1.5])),
    ]
    for p, q, x in cases:
        value, problem = _number(function, "p, q and x", p, q, x)
        if problem is not None:
            return problem
        right = em_cdf(p, q, x)
        if np.isclose(value, right, atol=1e-6):
            continue
        above = np.cumsum(p - q)
        reasons = [
            (np.abs(above).sum(), "the gaps between the points are missing: np.diff(x)"),
            (np.abs(above[:-1]).sum(), "the gaps between the points are missing: np.diff(x)"),
            (abs((above[:-1] * np.diff(x)).sum()), "take the absolute value of each term, not of the sum"),
            ((np.abs(above[:-1]) * np.diff(x)).sum(), "the points are not in order here: sort x, and p and q with it"),
            ((np.abs(above[:-1]) * np.abs(np.diff(x))).sum(),
             "the points are not in order here: sort x, and p and q with it"),
            (np.abs((p - q)[:-1] * np.diff(x)).sum(), "use the cumulative sum of p − q, not p − q itself"),
        ]  # fmt: skip
        return _wrong(f"For p = {_show(p)}, q = {_show(q)}, x = {_show(x)}", value, right, reasons)
    return Verdict(True, "Right: uneven gaps and points in any order.")


def check_critic_values(answer):
    """Exercise 4: the values of a best 1-Lipschitz critic at the four points of the text."""
    if unanswered(answer):
        return NOT_YET
    try:
        f = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        return Verdict(False, f"Four numbers were expected, but this is {type(answer).__name__}: {answer!r}.")
    if f.shape != CRITIC_X.shape:
        return Verdict(
            False, f"The critic needs a value at each of the {len(CRITIC_X)} points; your shape is {f.shape}."
        )
    if not np.isfinite(f).all():
        return Verdict(False, "Not every value is finite.")
    slopes = np.diff(f) / np.diff(CRITIC_X)
    steepest = int(np.abs(slopes).argmax())
    if abs(slopes[steepest]) > 1 + 1e-6:
        return Verdict(False, f"Not 1-Lipschitz: between x = {CRITIC_X[steepest]:g} and x = {CRITIC_X[steepest + 1]:g} "
                              f"the slope is {slopes[steepest]:g}; it must lie in [−1, 1].")  # fmt: skip
    value = float(f @ (CRITIC_P - CRITIC_Q))
    best = em_dual(CRITIC_P, CRITIC_Q, euclidean_costs(CRITIC_X)).value
    if abs(value - best) <= 1e-3:
        return Verdict(True, f"Right: Σ f (p − q) = {value:.3g}, and no 1-Lipschitz function reaches more.")
    if abs(value + best) <= 1e-3:
        return Verdict(False, "Upside down: f should be high where p has more mass, low where q has. Turn the sign.")
    return Verdict(False, f"1-Lipschitz, but Σ f (p − q) = {value:.3g} where {best:.3g} can be reached: be as "
                          "steep as allowed wherever mass has to cross, uphill to where p has more.")  # fmt: skip


def check_lipschitz_bound(function):
    """Exercise 5: a function bound(model) = product of the spectral norms of a dense ReLU net."""
    for seed, units in ((1, (5, 4)), (2, (8, 8, 8))):
        model = _dense_net(seed, units)
        value, problem = _number(function, "a model", model)
        if problem is not None:
            return problem
        kernels = [layer.kernel.numpy() for layer in model.layers]
        spectral = [np.linalg.norm(kernel, 2) for kernel in kernels]
        if np.isclose(value, np.prod(spectral), rtol=1e-4):
            continue
        reasons = [
            (np.prod([np.linalg.norm(kernel) for kernel in kernels]),
             "these are Frobenius norms (NumPy's default): a bound too, but a looser one. np.linalg.norm(W, 2) is the "
             "largest singular value"),
            (np.sum(spectral), "the factors of a chain multiply, you added them"),
            (np.max(spectral), "that is the steepest layer alone; multiply the norms of all layers"),
            (np.prod([np.abs(kernel).max() for kernel in kernels]), "that is the largest weight of each layer, not its "
             "largest singular value"),
            (np.prod(spectral[:-1]), "the last layer is missing"),
        ]  # fmt: skip
        return _wrong(f"For a dense net with {units} hidden units", value, np.prod(spectral), reasons)
    return Verdict(True, "Right: ReLU has slope at most 1 and biases have none, so only the matrices count.")


def _dense_net(seed, units):
    """A dense ReLU net with random weights and biases that are not 0."""
    rng = np.random.default_rng(seed)
    layers = [keras.layers.Dense(count, activation="relu") for count in units]
    model = keras.Sequential([keras.Input((3,)), *layers, keras.layers.Dense(1)])
    model.set_weights([rng.normal(size=weight.shape) for weight in model.get_weights()])
    return model


def _number(function, arguments, *values):
    """The value of the reader's function as a float, or a Verdict that says why there is none: see `call`."""
    value, problem = call(function, arguments, *values)
    if problem is not None:
        return None, problem
    try:
        return float(np.asarray(value, dtype=float).reshape(())), None
    except Exception:  # whatever the reader's function returned
        return None, Verdict(False, f"One number was expected back, but your function returns {show(value)}.")


def _wrong(place, value, right, reasons):
    reason = next((words for wrong, words in reasons if np.isclose(value, wrong, rtol=1e-4, atol=1e-9)), None)
    ending = f": {reason}." if reason else "."
    return Verdict(False, f"{place} the answer is {right:.5g}, but your function gives {value:.5g}{ending}")


def _show(values):
    return "(" + ", ".join(f"{value:.3g}" for value in values) + ")"
