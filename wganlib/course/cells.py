"""Grids of numbered cells, for pictures of how a kernel meets an image."""

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle

from wganlib.plots.style import GREY, INK, ORANGE, PAPER


def draw_cells(ax, values, left=0.0, top=0.0, *, fills=PAPER, fontsize=10, show=None):
    """Draw a matrix as squares of side 1 with a number in each; rows run downwards from `top`.

    Args:
        ax: matplotlib axes, with equal aspect.
        values: (rows, columns), whole numbers.
        left, top: where the upper left corner stands.
        fills: one colour, or a (rows, columns) array of colours.
        fontsize: of the numbers, in points.
        show: (rows, columns) of booleans, which numbers to write; None writes all.

    Returns:
        The `PolyCollection` of the squares, in reading order.
    """
    values = np.asarray(values)
    fills = np.broadcast_to(np.asarray(fills, dtype=object), values.shape)
    show = np.broadcast_to(True if show is None else show, values.shape)
    i, j = np.indices(values.shape).reshape(2, -1, 1)
    squares = np.stack([left + j + [0, 1, 1, 0], top - i - [0, 0, 1, 1]], axis=-1)
    collection = PolyCollection(squares, facecolors=list(fills.flat), edgecolors=GREY, linewidths=0.7)
    ax.add_collection(collection)
    for (i, j), value in np.ndenumerate(values):
        if show[i, j]:
            ax.text(
                left + j + 0.5, top - i - 0.53, f"{value:g}", ha="center", va="center", fontsize=fontsize, color=INK
            )
    return collection


def frame_cells(ax, row, column, height, width, left=0.0, top=0.0, colour=ORANGE):
    """Frame a block of cells of a grid drawn at (left, top), as "the kernel is here"."""
    return ax.add_patch(
        Rectangle((left + column, top - row - height), width, height, fill=False, edgecolor=colour, linewidth=2.6)
    )
