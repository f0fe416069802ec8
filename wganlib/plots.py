"""Figures that more than one chapter draws. Each returns a Figure that pyplot does not know: nothing leaks, and a
notebook shows it once, as the last value of a cell."""

import numpy as np
from matplotlib.figure import Figure


def new_figure(width=7.5, height=4.2, **subplots):
    """A Figure outside pyplot and its axes: `figure, axes = new_figure(8, 3, nrows=1, ncols=2)`. Sizes in inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(**subplots)


def plot_images(images, columns=None, labels=None, title=None, size=0.9):
    """Draw images in a grid.

    Args:
        images: (n, h, w, 1 or 3) or (n, h, w), in [−1, 1]; values outside are clipped.
        columns: images in a row; None makes the grid about square.
        labels: one text above each image.
        title: text above the grid.
        size: inches per image.

    Returns:
        The `Figure`.

    Raises:
        ValueError: not a non-empty batch of grey or colour images.
    """
    images = np.asarray(images, dtype=float)
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or len(images) == 0:
        raise ValueError(f"Images of shape (n, height, width, 1 or 3) are needed, n ≥ 1; this is {images.shape}.")
    columns = columns or int(np.ceil(np.sqrt(len(images))))
    rows = int(np.ceil(len(images) / columns))
    extra = 0.25 * (labels is not None)
    figure, axes = new_figure(
        columns * size,
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
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    return figure
