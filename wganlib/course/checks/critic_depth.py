"""Checks for chapter 12, questions 2 and 3: gradients of deep critics, layers that keep them."""

import numpy as np

from wganlib.course.checks.verdict import NOT_YET, Verdict, not_a_function, raised, unanswered

DEPTH_CASES = ((0.01, 64, 4), (0.01, 64, 128), (0.1, 256, 16), (0.25, 32, 64))


def check_log_gradient(answer):
    """Exercise: a function (c, n, depth) → log₁₀ ‖∂D/∂h₁‖ of a plain ReLU critic of `depth` layers with weights, n
    units in each but the last, all weights ±c with random signs; h₁ is what the first layer's ReLU gives."""
    if unanswered(answer):
        return NOT_YET
    if not callable(answer):
        return not_a_function(answer, "c, n and depth")
    try:
        given = np.array([float(answer(*case)) for case in DEPTH_CASES])
    except Exception as error:  # whatever the reader's function raises is part of the answer
        return raised(error)

    def agrees(formula):
        with np.errstate(all="ignore"):
            expected = np.array([formula(*case) for case in DEPTH_CASES])
        return np.isclose(given, expected, rtol=1e-3, atol=1e-3)

    def right(c, n, depth):
        return np.log10(c * n**0.5) + (depth - 2) * np.log10(c * (n / 2) ** 0.5)

    if agrees(right).all():
        share = 10 ** right(*DEPTH_CASES[0])
        return Verdict(
            True,
            f"c√n from the last layer, c√(n/2) from each of the depth − 2 before it: {share:.1e} at 4 layers, "
            f"10^{right(*DEPTH_CASES[1]):.0f} at 128 (c = 0.01, n = 64).",
        )
    last = "On its way back the gradient meets no ReLU at the last layer: its factor is c√n."
    hints = [
        (
            lambda c, n, d: (d - 1) * np.log10(c * n**0.5),
            "A ReLU lets about half of the units pass: c√(n/2) for each layer in the middle.",
        ),
        (lambda c, n, d: (d - 1) * np.log10(c * (n / 2) ** 0.5), last),
        (
            lambda c, n, d: right(c, n, d + 1),
            "One factor too many. From h₁ on come depth − 1 layers: depth − 2 in the middle and the last.",
        ),
        (
            lambda c, n, d: right(c, n, d - 1),
            "A factor is missing. From h₁ on come depth − 1 layers: depth − 2 in the middle and the last.",
        ),
        (
            lambda c, n, d: np.log10(c * n) + (d - 2) * np.log10(c * n / 2),
            "That is for weights of one sign. With random signs the terms add up like a random walk: √n, not n.",
        ),
        (lambda c, n, d: (d - 1) * np.log10(c), "A layer adds up n signals of random sign, about √n of them in size."),
        (
            lambda c, n, d: right(c, n, d) * np.log(10),
            "That is the natural logarithm; take np.log10, so that the answer counts zeros.",
        ),
        (
            lambda c, n, d: 10 ** right(c, n, d),
            "That is the gradient itself; at 128 layers it is too small to look at. Return its log₁₀.",
        ),
    ]
    for formula, reason in hints:
        if agrees(formula).all():
            return Verdict(False, reason)
    place = int(np.argmin(agrees(right)))
    (c, n, depth), value = DEPTH_CASES[place], given[place]
    return Verdict(
        False,
        f"For c = {c:g}, n = {n} and {depth} layers it gives {value:.4g}, and {right(c, n, depth):.4g} is right. Add "
        "up the logarithms of the factors, layer by layer from the end.",
    )


def check_group_sort(answer):
    """Exercise: a function (x, group_size) → x (batch, units) with the units of each group sorted, smallest first."""
    if unanswered(answer):
        return NOT_YET
    if not callable(answer):
        return not_a_function(answer, "x and group_size")
    rng = np.random.default_rng(0)
    cases = [(rng.normal(size=(5, units)).astype("float32"), size) for units, size in ((6, 2), (12, 3), (8, 8), (4, 1))]
    for x, size in cases:
        try:
            given = np.asarray(answer(x.copy(), size), dtype=float)
        except Exception as error:  # whatever the reader's function raises is part of the answer
            return raised(error, f"For x {x.shape} in groups of {size}")
        if given.shape != x.shape:
            return Verdict(False, f"For x {x.shape} in groups of {size} the shape is {given.shape}: keep it.")
        verdict = _judge_sort(given, x, size)
        if verdict is not None:
            return verdict
    return Verdict(True, "Each group in order, nothing lost: the output is a permutation of the input.")


def _judge_sort(given, x, size):
    """What is wrong with an answer for one case, or None."""
    batch, units = x.shape

    def in_groups(values):
        return values.reshape(batch, -1, size)

    if np.allclose(given, np.sort(in_groups(x), axis=-1).reshape(x.shape), atol=1e-6):
        return None
    where = f"for {units} units in groups of {size}"
    strided = np.sort(x.reshape(batch, size, -1), axis=1).reshape(x.shape)
    rows = x.reshape(-1, size)
    for wrong, reason in (
        (np.sort(in_groups(x), axis=-1)[..., ::-1].reshape(x.shape), "The smallest comes first; this is descending."),
        (np.sort(x, axis=-1), f"This sorts all units; {where} only neighbours within a group trade places."),
        (np.sort(x, axis=0), "This sorts over the batch: samples must not see each other. Sort the last axis."),
        (strided, f"The groups are neighbours: {where} the first holds units 0 … {size - 1}."),
        (np.maximum(x, 0), "That is ReLU, which throws the negative half away."),
        (np.repeat(rows.max(axis=-1), size).reshape(x.shape), "The maximum alone loses the others: keep them all."),
        (x, f"Nothing has moved {where}."),
    ):
        if np.allclose(given, wrong, atol=1e-6):
            return Verdict(False, reason)
    if not np.allclose(np.sort(given, axis=-1), np.sort(x, axis=-1), atol=1e-6):
        return Verdict(False, f"The output has other values than the input {where}: a sort only changes their order.")
    place = tuple(int(i) for i in np.argwhere(~np.isclose(given, np.sort(in_groups(x), axis=-1).reshape(x.shape)))[0])
    return Verdict(False, f"The right values in the wrong places {where}; the first is at {place}.")
