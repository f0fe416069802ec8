"""Explorer of chapter 02: one channel before and after the layer, and what the rest of the batch does."""

import ipywidgets as widgets
import numpy as np
from matplotlib.ticker import MaxNLocator

from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import BLUE, GREEN, GREY, INK, ORANGE

EPSILON = 1e-3  # Keras' default
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
SCALES = (0.01, 0.03, 0.1, 0.3, 1, 2, 3)
N_BINS = 64
N_BATCHES = 400  # other batches that the followed sample is put into
# Draws of mean 0 and standard deviation 1, whose shape batch normalisation must leave alone.
SHAPES = {
    "normal": lambda rng, size: rng.normal(size=size),
    "skewed": lambda rng, size: rng.exponential(size=size) - 1,
    "two humps": lambda rng, size: rng.choice([-0.96, 0.96], size) + 0.28 * rng.normal(size=size),
}


def standardise(values):
    """(x − μ) / √(σ² + ε) with μ and σ² along the last axis (Ioffe & Szegedy 2015, arXiv 1502.03167, Algorithm 1)."""
    centred = values - values.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)


def draw_batch_normalisation(batch_size, shift, scale, shape):
    """The explorer's figure.

    Axes: 0 the batch before, 1 the same batch after, 2 what one and the same value (the mean plus one standard
    deviation) becomes in each of `N_BATCHES` batches.

    Args:
        batch_size: values in the batch (one channel, one number per sample), ≥ 1.
        shift, scale: mean and standard deviation of what the batch is drawn from; scale > 0.
        shape: a key of `SHAPES`.
    """
    # The seed stays, so that only what the reader moves changes the picture.
    draws = SHAPES[shape](np.random.default_rng(2), (N_BATCHES + 1, BATCH_SIZES[-1]))[:, :batch_size]
    values = shift + scale * draws
    before, batches = values[0], values[1:].copy()
    followed = shift + scale
    batches[:, 0] = followed
    after, fates = standardise(before), standardise(batches)[:, 0]

    # Fixed margins fit every setting, and laying out again would cost a third of the time a move takes.
    figure = blank_figure(9, 3.6)
    axes = figure.subplots(nrows=1, ncols=3)
    figure.subplots_adjust(left=0.07, right=0.985, bottom=0.15, top=0.85, wspace=0.3)
    panels = (
        (axes[0], before, 9, GREY, f"Before\nmean {_two_places(before.mean())}, sd {before.std():.2f}"),
        (axes[1], after, 4, BLUE, f"After\nmean {_two_places(after.mean())}, sd {after.std():.2f}"),
        (axes[2], fates, 4, ORANGE, f"One value in {N_BATCHES} batches\nsd after: {fates.std():.2f}"),
    )
    for ax, data, reach, colour, title in panels:
        counts, edges = np.histogram(data, bins=np.linspace(-reach, reach, N_BINS + 1))
        # One filled outline, not a bar per bin: an explorer has to redraw at once.
        ax.stairs(100 * counts / len(data), edges, fill=True, color=colour)
        ax.set_xlim(-reach, reach)
        ax.set_ylim(0, max(5, 118 * counts.max() / len(data)))
        ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        ax.set_title(title, fontsize=11)
    for ax, data in ((axes[0], before), (axes[1], after)):
        ax.axvline(data.mean(), color=INK, linewidth=1.2, label="mean")
    expected = 1 / np.sqrt(1 + EPSILON / scale**2)
    axes[2].axvline(expected, color=GREEN, linewidth=1.6, linestyle="--", label="with the true\nμ and σ²")
    for ax in axes:
        ax.legend(loc="upper left", fontsize=9)
    axes[0].set(xlabel="value", ylabel="share of the batch (%)")
    axes[1].set(xlabel="value", ylabel="share of the batch (%)")
    axes[2].set(xlabel=f"what {_two_places(followed)} becomes", ylabel="share of the batches (%)")
    return figure


def _two_places(value):
    """ "−1.50", and "0.00" where rounding would print −0.00."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")


class BatchNormalisationExplorer(Explorer):
    """Move the batch size, the shift, the scale and the shape of the input; watch one channel before and after."""

    idea = {"batch_size": BATCH_SIZES, "scale": (0.01, 0.1, 0.3, 1, 3)}

    def __init__(self):
        super().__init__(
            draw_batch_normalisation,
            {
                "batch_size": widgets.SelectionSlider(
                    options=BATCH_SIZES, value=64, description="batch size", **SLIDER
                ),
                "shift": widgets.FloatSlider(value=3, min=-4, max=4, step=0.5, description="shift", **SLIDER),
                "scale": widgets.SelectionSlider(options=SCALES, value=2, description="scale", **SLIDER),
                "shape": widgets.Dropdown(options=list(SHAPES), value="normal", description="shape", **SLIDER),
            },
            alt=f"Histograms of one channel before and after batch normalisation, and of one fixed value after it in "
            f"{N_BATCHES} different batches.",
        )
