"""Figures of images and curves, and the one look that all figures share."""

from wganlib.plots.figures import new_figure, plot_curves, plot_images
from wganlib.plots.style import (
    BLUE,
    FAKE,
    GREEN,
    GREY,
    INK,
    LINE,
    ORANGE,
    PALETTE,
    PAPER,
    PINK,
    REAL,
    RED,
    SKY,
    use_style,
)

__all__ = [
    "BLUE",
    "FAKE",
    "GREEN",
    "GREY",
    "INK",
    "LINE",
    "ORANGE",
    "PALETTE",
    "PAPER",
    "PINK",
    "REAL",
    "RED",
    "SKY",
    "new_figure",
    "plot_curves",
    "plot_images",
    "use_style",
]
