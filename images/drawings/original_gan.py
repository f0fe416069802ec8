"""Figures of chapter 04: who plays in a GAN, whose loss reaches whom, and where the class enters."""

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from wganlib.plots.figures import new_figure
from wganlib.plots.style import BLUE, FAKE, GREY, INK, ORANGE, PAPER, REAL

FILLS = {INK: PAPER, REAL: "#DCEBF5", FAKE: "#FBE6DA", ORANGE: "#FCF0D9", GREY: "#EEF0F2"}


def gan_game():
    """The two networks, their two losses, and which way each gradient goes."""
    figure, ax = _canvas(9, 4.3, "One discriminator, two losses: each trains one network")
    _box(ax, 0.3, 1.1, 1.2, 0.8, "z", "noise", GREY)
    _box(ax, 2.2, 1.0, 1.7, 1.0, "G", "generator", FAKE)
    _box(ax, 2.2, 2.7, 1.7, 0.8, "x", "a real sample", REAL)
    _box(ax, 5.4, 1.75, 1.9, 1.1, "D", "discriminator", REAL)
    _box(ax, 9.0, 2.55, 3.6, 0.95, "−log D(x) − log(1 − D(G(z)))", "discriminator's loss", REAL)
    _box(ax, 9.0, 1.0, 3.6, 0.95, "−log D(G(z))", "generator's loss", FAKE)
    for start, end in (
        ((1.5, 1.5), (2.2, 1.5)),
        ((3.9, 1.5), (5.4, 2.1)),
        ((3.9, 3.1), (5.4, 2.5)),
        ((7.3, 2.5), (9.0, 3.0)),
        ((7.3, 2.1), (9.0, 1.5)),
    ):
        _arrow(ax, start, end, INK)
    ax.text(4.6, 1.42, "G(z)", ha="center", va="center", fontsize=10)
    ax.text(8.0, 2.3, "logits", ha="center", va="center", fontsize=10)
    _arrow(ax, (10.8, 3.5), (6.35, 2.85), BLUE, dashed=True, bend=0.35)
    ax.text(8.3, 4.02, "gradient: trains D only", ha="center", color=BLUE, fontsize=10)
    _arrow(ax, (10.8, 1.0), (3.05, 1.0), FAKE, dashed=True, bend=-0.22)
    ax.text(7.0, -0.02, "gradient: through D, trains G only", ha="center", va="center", color=FAKE, fontsize=10)
    ax.set(xlim=(0.1, 12.8), ylim=(-0.35, 4.3))
    return figure


def conditional_gan():
    """The class goes into both networks: as entries of z, and as planes behind the image."""
    figure, ax = _canvas(9, 3.5, "Conditional: both networks are told the class")
    _box(ax, 0.3, 2.1, 1.9, 0.85, "noise", "20 entries of z", GREY)
    _box(ax, 0.3, 0.8, 1.9, 0.85, "class", "10 entries of z", ORANGE)
    _box(ax, 3.1, 1.95, 1.7, 1.15, "G", "generator", FAKE)
    _box(ax, 5.9, 2.1, 2.0, 0.85, "image", "784 pixels", FAKE)
    _box(ax, 5.9, 0.8, 2.0, 0.85, "class", "10 entries, one is 1", ORANGE)
    _box(ax, 9.0, 1.3, 2.1, 1.2, "D", "discriminator", REAL)
    ax.add_patch(
        FancyBboxPatch(
            (5.5, 0.35),
            2.8,
            2.9,
            boxstyle="round,pad=0,rounding_size=0.12",
            fill=False,
            edgecolor=GREY,
            linestyle="--",
        )
    )
    ax.text(6.9, 0.54, "one sample, 794 numbers", ha="center", va="center", fontsize=9, color=GREY)
    for start, end in (
        ((2.2, 2.52), (3.1, 2.52)),
        ((2.2, 1.4), (3.1, 2.2)),
        ((4.8, 2.52), (5.9, 2.52)),
        ((2.2, 1.12), (5.9, 1.12)),
        ((8.3, 1.9), (9.0, 1.9)),
        ((11.1, 1.9), (11.9, 1.9)),
    ):
        _arrow(ax, start, end, INK)
    ax.text(12.0, 1.9, "logit", va="center", fontsize=10)
    ax.text(
        10.05,
        0.95,
        "one logit for each class,\nthe label picks its own",
        ha="center",
        va="center",
        fontsize=9,
        color=GREY,
    )
    ax.set(xlim=(0.1, 12.8), ylim=(0.2, 3.4))
    return figure


def _canvas(width, height, title):
    figure, ax = new_figure(width, height)
    ax.set_axis_off()
    ax.set_title(title)
    return figure, ax


def _box(ax, left, bottom, width, height, name, words, colour):
    style = "round,pad=0,rounding_size=0.1"
    ax.add_patch(
        FancyBboxPatch((left, bottom), width, height, boxstyle=style, facecolor=FILLS[colour], edgecolor=colour)
    )
    middle = left + width / 2
    size = 12 if len(name) < 20 else 10
    ax.text(middle, bottom + 0.66 * height, name, ha="center", va="center", fontsize=size, fontweight="bold")
    ax.text(middle, bottom + 0.27 * height, words, ha="center", va="center", fontsize=9)


def _arrow(ax, start, end, colour, dashed=False, bend=0.0):
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=14,
            color=colour,
            linewidth=1.6,
            linestyle="--" if dashed else "-",
            connectionstyle=f"arc3,rad={bend}",
            shrinkA=0,
            shrinkB=0,
        )
    )


FIGURES = {"gan_game": gan_game, "conditional_gan": conditional_gan}
