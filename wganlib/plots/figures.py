"""Figures that more than one chapter draws. They are pyplot's: a notebook shows each once, wherever in a cell it is
made, and plt.show(), plt.savefig() and plt.close() work on it."""

import contextlib
import contextvars
import io
import warnings

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.figure import Figure

from wganlib._arguments import as_numbers, as_tuple, check_count, check_number, check_pictures, show
from wganlib.plots.style import GREY, PALETTE

UNSEEN = "wganlib: the newest figure"  # the label of the one figure that a backend without a screen keeps
_outside = contextvars.ContextVar("outside pyplot", default=False)


class NotebookFigure(Figure):
    """A Figure that a notebook shows once: as the last value of a cell, by `display`, or at the cell's end."""

    def _repr_mimebundle_(self, **kwargs):
        # Jupyter asks this of whatever it is about to show. At the cell's end it shows all that is still open.
        if _is_inline():
            plt.close(self)
        return {}

    def _repr_png_(self):
        """The picture, where pyplot has not taught the notebook to draw figures. One in a window is shown there."""
        if _has_window(self):
            return None
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", bbox_inches="tight")
        return buffer.getvalue()


@contextlib.contextmanager
def outside_pyplot():
    """Figures that are made in this block are unknown to pyplot: for whoever shows or saves them itself."""
    token = _outside.set(True)
    try:
        yield
    finally:
        _outside.reset(token)


def blank_figure(width, height, layout="none", **options):
    """A Figure without axes or layout. Sizes in inches; `options` as of matplotlib's `Figure`.

    It is pyplot's current one, except in a block of `outside_pyplot`. Where nothing can show it (a script without a
    screen), pyplot keeps it until the next one is made.
    """
    options |= {"figsize": (width, height), "layout": layout}
    if _outside.get():
        return NotebookFigure(**options)
    with warnings.catch_warnings():
        # A loop may make any number: the end of the cell, or plt.show(), closes them.
        warnings.filterwarnings("ignore", "More than .* figures have been opened", RuntimeWarning)
        figure = plt.figure(FigureClass=NotebookFigure, **options)
    if not (_is_inline() or _has_window(figure)):
        plt.close(UNSEEN)
        figure.set_label(UNSEEN)
    return figure


def new_figure(width=7.5, height=4.2, **subplots):
    """A Figure and its axes: `figure, axes = new_figure(8, 3, nrows=1, ncols=2)`. Sizes in inches."""
    figure = blank_figure(width, height, layout="constrained")
    return figure, figure.subplots(**subplots)


def _is_inline():
    """Whether figures are shown, and closed, at the end of a notebook's cell."""
    return "inline" in matplotlib.get_backend()


def _has_window(figure):
    manager = figure.canvas.manager
    return manager is not None and type(manager) is not FigureManagerBase  # which serves the backends without windows


def plot_images(images, columns=None, labels=None, title=None, size=0.9, row_labels=None):
    """Draw images in a grid.

    Args:
        images: (n, h, w, 1 or 3) or (n, h, w), in [−1, 1]; values a little outside are clipped. NaN stays blank, so
            that what a diverged generator makes can be looked at.
        columns: images in a row; None makes the grid about square.
        labels: one text above each image.
        title: text above the grid.
        size: inches per image.
        row_labels: one text to the left of each row.

    Returns:
        The `Figure`.

    Raises:
        ValueError: not a batch of grey or colour images, images in [0, 255], or texts that do not fit.
    """
    images = as_numbers("images", images)
    images = check_pictures("images", images[..., None] if images.ndim == 3 else images).astype(np.float64)
    columns = int(np.ceil(np.sqrt(len(images)))) if columns is None else check_count("columns", columns)
    check_number("size", size, above=0)
    if labels is not None:
        labels = as_tuple("labels", labels, "must be texts, one for each image")
        if len(labels) != len(images):
            raise ValueError(f"`labels` must be one for each of the {len(images)} images. Received: {len(labels)}.")
    if row_labels is not None:
        row_labels = as_tuple("row_labels", row_labels, "must be texts, one for each row", str)
    if not (title is None or isinstance(title, str)):
        raise ValueError(f"`title` must be text or None. Received: {show(title)}.")
    rows = int(np.ceil(len(images) / columns))
    extra = 0.25 * (labels is not None)
    margin = 0.08 * max(map(len, row_labels)) + 0.1 if row_labels else 0
    figure, axes = new_figure(
        columns * size + margin,
        rows * (size + extra) + 0.4 * (title is not None),
        nrows=rows,
        ncols=columns,
        squeeze=False,
    )
    pixels = np.clip((images + 1) / 2, 0, 1)
    for index, ax in enumerate(axes.flat):
        ax.set_axis_off()
        if index < len(images):
            if pixels.shape[-1] == 1:
                ax.imshow(pixels[index, ..., 0], cmap="gray", vmin=0, vmax=1)
            else:
                ax.imshow(pixels[index])
            if labels is not None:
                ax.set_title(labels[index], fontsize=9, loc="center", fontweight="normal")
    for ax, label in zip(axes[:, 0], row_labels or (), strict=False):
        ax.text(-0.12, 0.5, label, transform=ax.transAxes, ha="right", va="center", fontsize=9)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    return figure


TITLES = {
    "wasserstein": "Wasserstein estimate",
    "critic_loss": "critic loss",
    "generator_loss": "generator loss",
    "gradient_penalty": "gradient penalty",
    "gradient_norm": "mean gradient norm",
}


def plot_curves(history, names=None, steps_per_epoch=None):
    """Draw the curves of a training, one panel each, over the iterations.

    The pale line is raw, the strong one a running mean over a fiftieth of the run.

    Args:
        history: an `IterationHistory`.
        names: which curves; None draws the Wasserstein estimate, the generator's loss and the gradient norm, or the
            losses of a trainer that has no such estimate.
        steps_per_epoch: where known, an axis above counts epochs.

    Returns:
        The `Figure`.

    Raises:
        ValueError: nothing was recorded, a name that is not among the curves, or a length out of range.
    """
    if not (hasattr(history, "curves") and hasattr(history, "steps")):
        raise ValueError(f"`history` must be an IterationHistory from fit's callbacks. Received: {show(history)}.")
    if steps_per_epoch is not None:
        check_number("steps_per_epoch", steps_per_epoch, above=0)
    curves, steps = history.curves, history.steps
    if not curves:
        raise ValueError("Nothing was recorded: pass the IterationHistory among the callbacks of fit.")
    if names is None:
        names = [name for name in ("wasserstein", "generator_loss", "gradient_norm") if name in curves]
        names = names if "wasserstein" in curves else list(curves)
    names = as_tuple("names", names, "must be names of curves, e.g. ['wasserstein']", str)
    if not names or not set(names) <= set(curves):
        raise ValueError(f"`names` must be one or more of {', '.join(curves)}. Received: {names!r}.")
    smooth = max(1, len(steps) // 50)
    figure, axes = new_figure(3.4 * len(names), 2.9, ncols=len(names), squeeze=False)
    for ax, name in zip(axes[0], names, strict=True):
        colour = PALETTE[names.index(name) % len(PALETTE)]
        ax.plot(steps, curves[name], color=colour, alpha=0.25, linewidth=1)
        ax.plot(steps[smooth - 1 :], _running_mean(curves[name], smooth), color=colour)
        ax.set_title(TITLES.get(name, name), fontsize=9)
        ax.set_xlabel("iteration")
        if name == "gradient_norm":
            ax.axhline(1, color=GREY, linewidth=1, linestyle="--")
        if steps_per_epoch:
            epochs = ax.secondary_xaxis("top", functions=(lambda s: s / steps_per_epoch, lambda e: e * steps_per_epoch))
            epochs.set_xlabel("epoch")
    return figure


def _running_mean(values, length):
    return np.convolve(values, np.ones(length) / length, mode="valid")
