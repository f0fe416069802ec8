"""Chapter 02: the batch as a block of numbers, and what the three steps do to it."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon

from wganlib.plots.style import BLUE, GREEN, GREY, INK, ORANGE, PAPER

# Three images of 2×2 pixels and 3 channels, (m, h, w, c). Whole numbers, so that the reader can check them by hand.
BATCH = np.array(
    [
        [[[4, 10, 0], [6, 12, 1]], [[2, 11, 0], [4, 13, 1]]],
        [[[8, 10, 1], [6, 15, 1]], [[4, 12, 0], [2, 13, 0]]],
        [[[6, 14, 0], [10, 11, 0]], [[8, 12, 1], [0, 11, 1]]],
    ],
    dtype=float,
)
GAMMA, BETA = np.array([2.0, 1.0, 0.5]), np.array([1.0, 0.0, -1.0])
EPSILON = 1e-3  # Keras' default
CHANNEL_COLOURS = (BLUE, ORANGE, GREEN)
SIDE, STEP = 0.56, 0.22  # of a cell, and of one channel into the depth, in inches


def three_steps(batch=BATCH, gamma=GAMMA, beta=BETA, epsilon=EPSILON):
    """(μ, σ², standardised, result) of a batch (m, h, w, c): the numbers that the figure shows."""
    mean, variance = batch.mean(axis=(0, 1, 2)), batch.var(axis=(0, 1, 2))
    standardised = (batch - mean) / np.sqrt(variance + epsilon)
    return mean, variance, standardised, gamma * standardised + beta


def tint(colour, strength):
    """The colour mixed with white."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return tuple(1 - strength * (1 - rgb))


def draw_block(ax, left, bottom, batch, number):
    """A batch as a block: one image a column, one pixel a row, one channel a slab; channel 0 is in front."""
    m, h, w, c = batch.shape
    width, height = m * SIDE, h * w * SIDE
    for k in reversed(range(c)):
        colour, x, y = CHANNEL_COLOURS[k], left + k * STEP, bottom + k * STEP
        top = [(x, y + height), (x + STEP, y + height + STEP), (x + width + STEP, y + height + STEP)]
        right = [(x + width, y), (x + width + STEP, y + STEP), (x + width + STEP, y + height + STEP)]
        for corners, strength in (([*top, (x + width, y + height)], 0.4), ([*right, (x + width, y + height)], 0.6)):
            ax.add_patch(Polygon(corners, closed=True, facecolor=tint(colour, strength), edgecolor=PAPER, linewidth=1))
    front = batch[..., 0].reshape(m, h * w)
    for image in range(m):
        for pixel in range(h * w):
            x, y = left + image * SIDE, bottom + height - (pixel + 1) * SIDE
            corners = [(x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE)]
            ax.add_patch(Polygon(corners, facecolor=tint(BLUE, 0.13), edgecolor=tint(BLUE, 0.55), linewidth=0.9))
            ax.text(
                x + SIDE / 2,
                y + SIDE / 2 - 0.01,
                number.format(front[image, pixel]).replace("-", "−"),
                ha="center",
                va="center",
                fontsize=10.5,
                fontweight="bold" if image == pixel == 0 else "normal",
                color=INK,
            )


def draw_vector(ax, left, y, name, values, number):
    """One number per channel, each in its channel's colour."""
    ax.text(left, y, f"{name} =", ha="right", va="center", fontsize=11, color=INK)
    for k, value in enumerate(values):
        x = left + 0.06 + k * 0.47
        box = [(x, y - 0.13), (x + 0.44, y - 0.13), (x + 0.44, y + 0.13), (x, y + 0.13)]
        ax.add_patch(Polygon(box, facecolor=tint(CHANNEL_COLOURS[k], 0.22), edgecolor="none"))
        text = number.format(value).replace("-", "−")
        ax.text(x + 0.22, y - 0.01, text, ha="center", va="center", fontsize=10, color=INK)


def draw_batch_normalisation():
    """The figure: the batch with μ and σ² per channel, the standardised batch, the scaled and shifted batch."""
    mean, variance, standardised, result = three_steps()
    figure = Figure(figsize=(9, 5.3), layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 9), ylim=(0, 5.3))
    ax.set_axis_off()
    bottom, lefts = 1.72, (0.6, 3.56, 6.52)
    width, height = 3 * SIDE, 4 * SIDE
    blocks = ((BATCH, "{:.0f}"), (standardised, "{:.2f}"), (result, "{:.2f}"))
    titles = ("1  Measure each channel", "2  Standardise", "3  Scale and shift")
    for left, (batch, number), title in zip(lefts, blocks, titles, strict=True):
        draw_block(ax, left, bottom, batch, number)
        ax.text(left - 0.3, 5.05, title, fontsize=12.5, fontweight="bold", va="center", color=INK)
    for left in lefts[:2]:
        start = (left + width + 3 * STEP + 0.08, bottom + height / 2 + 0.3)
        ax.add_patch(
            FancyArrowPatch(start, (start[0] + 0.42, start[1]), arrowstyle="-|>", mutation_scale=16, color=GREY, lw=1.6)
        )

    # The axes of the first block.
    left = lefts[0]
    ax.text(left + width / 2, bottom - 0.15, "m = 3 images", ha="center", va="center", fontsize=10, color=INK)
    ax.text(left - 0.17, bottom + height / 2, "h·w = 2·2 pixels", ha="center", va="center", rotation=90, fontsize=10)
    ax.text(left + 0.42, bottom + height + 3 * STEP + 0.14, "c = 3 channels", va="center", fontsize=10, color=INK)
    ax.text(lefts[1] + width / 2, bottom - 0.15, "mean 0, variance ≈ 1", ha="center", va="center", fontsize=10)
    text = f"mean β = {BETA[0]:.0f}, spread ≈ γ = {GAMMA[0]:.0f}"
    ax.text(lefts[2] + width / 2, bottom - 0.15, text, ha="center", va="center", fontsize=10)

    draw_vector(ax, 0.78, 1.2, "μ", mean, "{:.1f}")
    draw_vector(ax, 0.78, 0.86, "σ²", variance, "{:.2f}")
    ax.text(lefts[1] - 0.3, 1.2, "(x − μ) / √(σ² + ε),  ε = 0.001", fontsize=11, va="center", color=INK)
    draw_vector(ax, 6.68, 1.2, "γ", GAMMA, "{:.1f}")
    draw_vector(ax, 6.68, 0.86, "β", BETA, "{:.1f}")

    # One number all the way through.
    x, z, a = BATCH[0, 0, 0, 0], standardised[0, 0, 0, 0], result[0, 0, 0, 0]
    sums = (
        f"the bold {x:.0f}, among {BATCH[..., 0].size} blue numbers\n"
        f"with mean {mean[0]:.0f}, variance {variance[0]:.2f}",
        f"({x:.0f} − {mean[0]:.0f}) / √({variance[0]:.2f} + 0.001)\n= {z:.2f}",
        f"{GAMMA[0]:.0f} · ({z:.2f}) + {BETA[0]:.0f}\n= {a:.2f}",
    )
    ax.plot([0.3, 8.75], [0.62, 0.62], color=GREY, linewidth=0.6)
    for left, line in zip(lefts, sums, strict=True):
        ax.text(left - 0.3, 0.33, line.replace("-", "−"), fontsize=10, va="center", color=INK, linespacing=1.35)
    return figure


FIGURES = {"batch_normalisation": draw_batch_normalisation}
