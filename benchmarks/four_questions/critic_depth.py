"""Very deep critics: plain and residual ones of 4 to 128 layers, between two sets whose distance is known.

Every run is kept in the work folder as soon as it is done, so that a stopped measurement goes on. `measure` returns

    "toy", "images": {"exact": W of the two sets, "steps", "batch_size", "width",
        "runs": [{"depth", "residual", "way", "estimate", "largest": steepest slope found, "found": estimate /
            largest / exact, "stem": log10 of ‖∂D/∂h‖ at the stem at the end (None: 0 or too large for float32), and at
            one depth "blocks": which, "start", "end": the same there}]}
    "start": {"he", "scaled"}: log10 of ‖∂D/∂h‖ at the stem of an untrained residual critic, by depth
"""

import itertools
import time
from functools import partial

import keras
import numpy as np
from kept_runs import kept

import wganlib as wl
from wganlib.training.recipes import WORTH_COMPILING

DEPTHS = (4, 8, 16, 32, 64, 128)
SHOWN = 64  # the depth whose gradients by block are kept
WIDTH, IMAGE_WIDTH = 64, 8
TOY_STEPS, IMAGE_STEPS = 1000, 150
BALANCED = (2 / WIDTH) ** 0.5  # c√(n/2) = 1: weights at ±c with random signs keep the gradient's size under ReLU
# name: (constraint, norm, settings)
TOY_WAYS = {
    "clipping 0.01": ("clipping", None, {"clip": 0.01}),
    "clipping 0.1": ("clipping", None, {"clip": 0.1}),
    "clipping √(2/n)": ("clipping", None, {"clip": BALANCED}),
    "penalty": ("gradient_penalty", None, {"learning_rate": 1e-3}),
    "spectral": (None, "spectral", {"learning_rate": 1e-3}),
}
IMAGE_WAYS = {
    "clipping 0.01": TOY_WAYS["clipping 0.01"],
    "clipping √(2/n)": ("clipping", None, {"clip": (2 / (9 * IMAGE_WIDTH)) ** 0.5}),
    "penalty": TOY_WAYS["penalty"],
    "spectral": TOY_WAYS["spectral"],
}


def toy_sets(n=512):
    """Eight Gaussians on a circle, and one in the middle of it: no linear critic tells their means apart."""
    real = wl.data.toys.eight_gaussians(n, seed=1, std=0.1)
    return real, (0.25 * np.random.default_rng(2).standard_normal((n, 2))).astype("float32")


def image_sets(n=512):
    """Digits, and images whose every pixel comes from another digit: the same mean image and the same greys."""
    digits = wl.load_digits(verbose=False)
    real, pool = digits[:n], digits[n:]
    rng = np.random.default_rng(3)
    chosen = rng.integers(len(pool), size=real.shape)
    _, rows, columns, channels = np.indices(real.shape)
    return real, pool[chosen, rows, columns, channels]


def run(sets, exact, depth, residual, way, steps, batch_size, width, ways, seed=0):
    """Train one critic and measure what it has learned."""
    constraint, norm, settings = ways[way]
    keras.utils.set_random_seed(seed)
    critic = wl.make_residual_critic(sets[0].shape[1:], depth, width, residual=residual, norm=norm)
    points = np.concatenate([part[:32] for part in sets])
    before = wl.networks.gradient_by_block(critic, points)
    fit = wl.training.CriticFit(
        critic, *sets, constraint, batch_size=batch_size, seed=seed, jit_compile=steps >= WORTH_COMPILING, **settings
    )
    began = time.perf_counter()
    fit.train(1)
    first = time.perf_counter() - began
    fit.train(steps - 1)
    after = wl.networks.gradient_by_block(critic, points)
    estimate, largest = fit.estimate(), float(fit.slopes(500).max())
    level = float(np.abs(critic(points)).max())
    blocks = sorted({round(place) for place in np.linspace(1, len(before) - 1, 9)})
    return {
        "depth": depth,
        "residual": residual,
        "way": way,
        "estimate": significant(estimate),
        "largest": significant(largest),
        "found": round(share_of(exact, estimate, largest, level), 3),
        "blocks": [block - 1 for block in blocks],
        "start": logarithms(before[blocks]),
        "end": logarithms(after[blocks]),
        "compile": round(first, 1),
        "seconds": round(time.perf_counter() - began, 1),
    }


def share_of(exact, estimate, largest, level):
    """How much of W a critic of slope 1 would have reported; 0 where there is nothing, or only the rounding of values
    of this level."""
    rounding = np.finfo(np.float32).eps * level
    if not (0 < largest < np.inf and rounding < estimate < np.inf):
        return 0.0
    share = estimate / largest / exact
    # No critic rises faster than its steepest slope: such a share is the rounding of a D that is all bias.
    return share if share < 1.5 else 0.0


def significant(value, digits=3):
    """Rounded to so many digits; None where float32 has overflowed."""
    return float(f"{value:.{digits}g}") if np.isfinite(value) else None


def logarithms(norms):
    """log10 to one decimal; None where float32 has rounded to 0 or overflowed."""
    return [round(float(np.log10(norm)), 1) if 0 < norm < np.inf else None for norm in norms]


def gradients_at_the_start(depths):
    """log10 of ‖∂D/∂h‖ at the stem of a residual critic, by He's initialisation alone and with smaller branches."""
    found = {"depths": list(depths)}
    points = toy_sets(64)[0]
    for name, scaled in (("he", False), ("scaled", True)):
        norms = []
        for depth in depths:
            keras.utils.set_random_seed(0)
            norms.append(
                wl.networks.gradient_by_block(wl.make_residual_critic((2,), depth, WIDTH, scaled=scaled), points)[1]
            )
        found[name] = logarithms(norms)
    return found


def slim(found):
    """A run without the gradients by block, but for one depth; the size at the stem stays."""
    told = ["depth", "residual", "way", "estimate", "largest", "found"]
    if found["depth"] == SHOWN:
        told += ["blocks", "start", "end"]
    return {key: found[key] for key in told} | {"stem": found["end"][0]}


def name_of(*parts):
    """A file's name for a run."""
    return "_".join(map(str, parts)).replace(" ", "_").replace("/", "").replace(",", "")


def measure(quick=False, folder="runs/four_questions"):
    """All runs of one kind after the other; see the first lines."""
    depths = DEPTHS[:2] if quick else DEPTHS
    result = {"start": kept(folder, "depth_start", partial(gradients_at_the_start, depths))}
    plans = {
        "toy": (toy_sets, TOY_WAYS, depths, 5 if quick else TOY_STEPS, 64, WIDTH),
        "images": (image_sets, IMAGE_WAYS, depths, 3 if quick else IMAGE_STEPS, 32, IMAGE_WIDTH),
    }
    for kind, (make_sets, ways, depths, steps, batch_size, width) in plans.items():
        sets = make_sets()
        exact = wl.distances.em_samples(*(part.reshape(len(part), -1) for part in sets))
        runs = []
        for depth, way, residual in itertools.product(depths, ways, (False, True)):
            name = name_of(kind, depth, "residual" if residual else "plain", way)
            make = partial(run, sets, exact, depth, residual, way, steps, batch_size, width, ways)
            runs.append(slim(kept(folder, name, make)))
        result[kind] = {
            "exact": round(exact, 4),
            "steps": steps,
            "batch_size": batch_size,
            "width": width,
            "runs": runs,
        }
    return result
