"""Explorer of chapter 12: how large is the gradient in each block of a deep critic, before any training?"""

from functools import lru_cache

import ipywidgets as widgets
import numpy as np

from wganlib._arguments import check_choice, check_count, check_flag, check_number
from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.networks.residual import SLOPE
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import BLUE, GREY, INK, ORANGE, RED

WIDTH = 64
SAMPLES = 64
ACTIVATIONS = ("ReLU", "leaky ReLU", "GroupSort, orthonormal")
SMALLEST = float(np.finfo(np.float32).tiny)  # what float32 holds with all of its digits


@lru_cache(maxsize=64)
def first_kernels(depth, clip, residual, orthonormal):
    """The kernels that a critic of `make_residual_critic` starts with, clipped: a tuple of `depth` arrays.

    Args:
        depth: layers with weights, even, ≥ 4: 2 → WIDTH → … → WIDTH → 1.
        clip: every weight is clipped to [−clip, clip]; None leaves them.
        residual: whether the second kernel of each block starts smaller, as there.
        orthonormal: random orthonormal kernels in place of He's; those are not clipped.
    """
    rng = np.random.default_rng(0)
    blocks = (depth - 2) // 2
    kernels = []
    for index in range(depth):
        inputs, outputs = (2 if index == 0 else WIDTH), (1 if index == depth - 1 else WIDTH)
        kernel = rng.standard_normal((inputs, outputs))
        if orthonormal:
            kernel = np.linalg.qr(kernel)[0] if inputs >= outputs else np.linalg.qr(kernel.T)[0].T
        else:
            variance = 2 / inputs if index < depth - 1 else 2 / (inputs + outputs)  # He's, and Glorot's for the last
            second = 0 < index < depth - 1 and index % 2 == 0
            kernel *= np.sqrt(variance / (blocks if residual and second else 1))
            kernel = kernel if clip is None else np.clip(kernel, -clip, clip)
        kernels.append(kernel)
    return tuple(kernels)


def gradient_by_depth(kernels, samples, residual, activation, scale=1.0):
    """‖∂D/∂h‖, mean over samples, for the input, the stem's output and each block's: an array (blocks + 2,), float64.

    Args:
        kernels: as `first_kernels` gives them; the biases are 0.
        samples: (n, 2).
        residual: whether h ↦ h + branch(h).
        activation: one of ACTIVATIONS.
        scale: what the branch is multiplied by.
    """
    act = {"ReLU": _leaky(0.0), "leaky ReLU": _leaky(SLOPE)}.get(activation, _max_min)
    state = samples @ kernels[0]
    backs = []
    for first, second in zip(kernels[1:-1:2], kernels[2:-1:2], strict=True):
        inner, back_first = act(state)
        branch, back_second = act(inner @ first)
        backs.append((back_first, first, back_second, second))
        state = residual * state + scale * (branch @ second)
    _, back = act(state)
    slope = back(np.broadcast_to(kernels[-1][:, 0], state.shape))
    norms = [_mean_norm(slope)]
    for back_first, first, back_second, second in reversed(backs):
        through = back_first(back_second(scale * slope @ second.T) @ first.T)
        slope = residual * slope + through
        norms.append(_mean_norm(slope))
    norms.append(_mean_norm(slope @ kernels[0].T))
    return np.array(norms[::-1])


def _leaky(slope_below):
    def act(x):
        slopes = np.where(x > 0, 1.0, slope_below)
        return slopes * x, lambda gradient: slopes * gradient

    return act


def _max_min(x):
    swap = x[:, ::2] > x[:, 1::2]

    def exchange(values):
        first, second = values[:, ::2], values[:, 1::2]
        pairs = np.stack([np.where(swap, second, first), np.where(swap, first, second)], axis=-1)
        return pairs.reshape(len(values), -1)

    return exchange(x), exchange  # a swap is its own transpose


def _mean_norm(slope):
    return np.linalg.norm(slope, axis=1).mean()


def draw_critic_depth(depth, clip, residual, activation):
    """The figure of `CriticDepthExplorer`: one axes, ‖∂D/∂h‖ over the blocks on a logarithmic scale, and the floor of
    float32."""
    depth, residual = check_count("depth", depth, 4), check_flag("residual", residual)
    check_number("clip", clip, above=0)
    check_choice("activation", activation, ACTIVATIONS)
    orthonormal = activation == ACTIVATIONS[2]
    samples = np.random.default_rng(1).standard_normal((SAMPLES, 2))
    kernels = first_kernels(depth, None if orthonormal else float(clip), residual and not orthonormal, orthonormal)
    # Orthonormal branches are averaged with the shortcut, or the sum would have slope 2.
    scale = 1 / ((depth - 2) // 2) if orthonormal and residual else 1.0
    with np.errstate(over="ignore", under="ignore"):
        norms = gradient_by_depth(kernels, samples, residual, activation, scale)[1:]
    places = np.arange(len(norms))
    factor = (norms[0] / norms[-1]) ** (1 / places[-1]) if norms[0] > 0 else 0.0
    figure = blank_figure(8, 3.8)
    figure.subplots_adjust(left=0.11, right=0.98, bottom=0.14, top=0.84)
    ax = figure.subplots()
    ax.axhline(1, color=GREY, linewidth=1, linestyle=":")
    ax.axhspan(1e-320, SMALLEST, color=RED, alpha=0.12)
    ax.semilogy(places, np.maximum(norms, 1e-300), "o-", color=BLUE if residual else ORANGE, markersize=4)
    low = min(norms[norms > 0].min(initial=1.0), 1e-3)
    bottom = max(low * 1e-2, 1e-300) if low > 1e2 * SMALLEST else max(low * 1e-8, 1e-300)
    ax.set(xlabel="block (0: the stem, next to the input)", ylabel="mean ‖∂D/∂h‖")
    ax.set_ylim(bottom, max(norms.max() * 1e2, 1e3))
    if bottom < SMALLEST:
        ax.text(0.99, 0.03, "shaded: float32 rounds to 0", transform=ax.transAxes, ha="right", color=INK, fontsize=9)
    kind = "residual" if residual else "plain"
    limit = "" if orthonormal else f", weights clipped to ±{clip:.2g}"
    figure.suptitle(
        f"{depth} layers, {kind}, {activation}{limit}\n"
        f"first block {norms[0]:.1e}, last {norms[-1]:.1e}: × {factor:.2g} per block towards the input",
        x=0.02,
        ha="left",
        fontsize=11,
        fontweight="bold",
        color=INK,
    )
    return figure


class CriticDepthExplorer(Explorer):
    """Controls for depth, clipping constant, shortcuts and activation; shows the size of the gradient at each block of
    a critic that has not been trained. With orthonormal kernels nothing is clipped, and c rests."""

    idea = {"clip": (10 ** np.arange(-2, 0.125, 0.125)).tolist(), "residual": (False, True)}
    held = {"depth": 128}

    def __init__(self):
        controls = {
            "depth": widgets.SelectionSlider(options=[4, 8, 16, 32, 64, 128], value=32, description="depth", **SLIDER),
            "clip": widgets.FloatLogSlider(value=0.1, min=-3, max=0, step=0.125, description="c", **SLIDER),
            "residual": widgets.Dropdown(
                options=[("plain", False), ("residual", True)], description="critic", **SLIDER
            ),
            "activation": widgets.Dropdown(
                options=list(ACTIVATIONS), value=ACTIVATIONS[0], description="activation", **SLIDER
            ),
        }

        def rest(change):
            controls["clip"].disabled = change["new"] == ACTIVATIONS[2]

        controls["activation"].observe(rest, names="value")
        alt = "The size of the gradient of a critic at each of its blocks, on a logarithmic scale"
        super().__init__(draw_critic_depth, controls, alt=alt)
