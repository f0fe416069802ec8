"""Figure of chapter 06: a GAN's discriminator side and a WGAN's, with the five changes numbered."""

from itertools import pairwise

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

import wganlib as wl
from wganlib.plots.figures import new_figure
from wganlib.plots.style import BLUE, FAKE, GREY, INK, PAPER, RED

HEIGHT = 0.62


def five_changes():
    # The numbers are those of the trainers as they come.
    gan, wgan = (
        kind(wl.make_mlp_generator(2, (2,), (3,), output=None), wl.make_mlp_critic((2,), (3,)))
        for kind in (wl.GAN, wl.WGAN)
    )
    adam, rmsprop = gan.default_optimizer(), wgan.default_optimizer()
    rate = np.format_float_scientific(float(rmsprop.learning_rate), precision=2, trim="-", exp_digits=1)
    # (text, centre, width, what changes it: None or a number)
    gan_row = (
        ("x\nG(z)", 0.75, 0.8, None),
        ("discriminator D", 2.45, 1.5, None),
        ("sigmoid", 4.15, 1.0, 1),
        ("mean log D(x),\nmean log(1 − D(G(z)))", 6.05, 1.9, 2),
        (f"Adam,\nβ₁ = {adam.beta_1}", 8.05, 1.0, 4),
    )
    wgan_row = (
        ("x\nG(z)", 0.75, 0.8, None),
        ("critic D", 2.45, 1.5, None),
        ("mean D(x),\nmean D(G(z))", 6.05, 1.9, 2),
        (f"RMSProp,\nrate {rate}", 8.05, 1.0, 4),
    )
    figure, ax = new_figure(9, 3.6)
    ax.set(xlim=(0, 9), ylim=(-1.45, 2.65), aspect="equal")
    ax.set_axis_off()
    ax.text(0.05, 2.4, "GAN", fontsize=12, fontweight="bold", color=FAKE, va="center")
    ax.text(0.05, 0.72, "WGAN", fontsize=12, fontweight="bold", color=BLUE, va="center")
    _draw_row(ax, gan_row, 1.75, FAKE)
    _draw_row(ax, wgan_row, 0.0, BLUE)
    ax.text(4.15, 0.14, "no sigmoid", ha="center", va="bottom", fontsize=9.5, color=BLUE)
    _number(ax, 4.15, 0.5, 1)
    _back(ax, 1.75 - HEIGHT / 2, 1.1, f"{gan.n_critic} update of D for each update of G", FAKE, 5)
    _back(ax, -HEIGHT / 2, -0.75, f"{wgan.n_critic} updates of D for each update of G", BLUE, 5)
    clip = f"then every weight of D: clip to [−{wgan.clip}, {wgan.clip}]"
    ax.text(2.45, -1.2, clip, ha="center", va="center", fontsize=9.5, color=BLUE)
    _number(ax, 0.55, -1.2, 3)
    return figure


def _draw_row(ax, parts, y, colour):
    for (_, left, left_width, _), (_, right, right_width, _) in pairwise(parts):
        _arrow(ax, (left + left_width / 2, y), (right - right_width / 2, y), GREY)
    for text, x, width, change in parts:
        box = FancyBboxPatch(
            (x - width / 2, y - HEIGHT / 2),
            width,
            HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=PAPER,
            edgecolor=GREY if change is None else colour,
            linewidth=1 if change is None else 1.8,
        )
        ax.add_patch(box)
        ax.text(x, y, text, ha="center", va="center", fontsize=9.5, color=INK)
        if change:
            _number(ax, x + width / 2 - 0.02, y + HEIGHT / 2, change)


def _back(ax, bottom, level, text, colour, change):
    """The way back from the optimiser to D, with what is written under it."""
    ax.plot([8.05, 8.05, 2.45], [bottom, level, level], color=colour, linewidth=1.4)
    _arrow(ax, (2.45, level), (2.45, bottom), colour)
    ax.text(3.95, level - 0.06, text, ha="left", va="top", fontsize=9.5, color=colour)
    _number(ax, 3.7, level - 0.17, change)


def _arrow(ax, start, end, colour):
    ax.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=11, color=colour, shrinkA=0, shrinkB=0, linewidth=1.4
        )
    )


def _number(ax, x, y, number):
    ax.text(
        x,
        y,
        str(number),
        ha="center",
        va="center",
        fontsize=9,
        fontweight="bold",
        color=PAPER,
        bbox={"boxstyle": "circle,pad=0.22", "facecolor": RED, "edgecolor": PAPER},
        zorder=5,
    )


FIGURES = {"five_changes": five_changes}
