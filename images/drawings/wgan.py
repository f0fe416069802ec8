"""Figure of chapter 06: a GAN's discriminator side and a WGAN's, with the five changes numbered."""

from itertools import pairwise

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from wganlib.plots import new_figure
from wganlib.style import BLUE, FAKE, GREY, INK, PAPER, RED

HEIGHT = 0.62
# (text, centre, width, what changes it: None or a number)
GAN = (
    ("x\nG(z)", 0.75, 0.8, None),
    ("discriminator D", 2.45, 1.5, None),
    ("sigmoid", 4.15, 1.0, 1),
    ("mean log D(x),\nmean log(1 − D(G(z)))", 6.05, 1.9, 2),
    ("Adam,\nβ₁ = 0.5", 8.05, 1.0, 4),
)
WGAN = (
    ("x\nG(z)", 0.75, 0.8, None),
    ("critic D", 2.45, 1.5, None),
    ("mean D(x),\nmean D(G(z))", 6.05, 1.9, 2),
    ("RMSProp,\nrate 5e-5", 8.05, 1.0, 4),
)


def five_changes():
    figure, ax = new_figure(9, 3.6)
    ax.set(xlim=(0, 9), ylim=(-1.45, 2.65), aspect="equal")
    ax.set_axis_off()
    ax.text(0.05, 2.4, "GAN", fontsize=12, fontweight="bold", color=FAKE, va="center")
    ax.text(0.05, 0.72, "WGAN", fontsize=12, fontweight="bold", color=BLUE, va="center")
    _draw_row(ax, GAN, 1.75, FAKE)
    _draw_row(ax, WGAN, 0.0, BLUE)
    ax.text(4.15, 0.14, "no sigmoid", ha="center", va="bottom", fontsize=9.5, color=BLUE)
    _number(ax, 4.15, 0.5, 1)
    _back(ax, 1.75 - HEIGHT / 2, 1.1, "1 update of D for each update of G", FAKE, 5)
    _back(ax, -HEIGHT / 2, -0.75, "5 updates of D for each update of G", BLUE, 5)
    ax.text(
        2.45, -1.2, "then every weight of D: clip to [−0.01, 0.01]", ha="center", va="center", fontsize=9.5, color=BLUE
    )
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
    ax.text(5.4, level - 0.06, text, ha="center", va="top", fontsize=9.5, color=colour)
    _number(ax, 3.95, level - 0.15, change)


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
