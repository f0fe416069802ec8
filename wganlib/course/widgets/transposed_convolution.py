"""Chapter 01: the zero-inserted grid, the kernel sliding over it, and the output that grows out of it."""

import ipywidgets as widgets
import numpy as np

from wganlib.course.cells import draw_cells, frame_cells
from wganlib.course.convolution import conv_transpose, output_size, spread_and_pad
from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import GREY, INK, ORANGE, PAPER

INPUT, AROUND, KERNEL, DONE = "#D6E8F5", "#E7EBEF", "#FBE7C2", "#CFECE3"
WIDTH, HEIGHT, POINTS = 9.4, 5.2, 72  # inches; points in an inch
DIGIT = 0.62  # width of a digit as a share of the font size


class TransposedConvolutionExplorer(Explorer):
    """Choose input side, kernel, stride and padding, and slide the flipped kernel over the zero-inserted grid.

    The input holds 1, 2, 3, … and so does the kernel, so that every number of the output can be checked by hand.
    """

    idea = {"step": range(1, 37), "kernel_size": (2, 3)}
    held = {"size": 3, "padding": "same"}  # with which both kernels take 36 steps

    def __init__(self):
        controls = {
            "size": widgets.IntSlider(4, 2, 5, description="input side", **SLIDER),
            "kernel_size": widgets.IntSlider(2, 1, 5, description="kernel side", **SLIDER),
            "stride": widgets.IntSlider(2, 1, 3, description="stride", **SLIDER),
            "padding": widgets.Dropdown(options=["valid", "same"], value="valid", description="padding", **SLIDER),
            "step": widgets.IntSlider(28, 1, 64, description="kernel's step", **SLIDER),
        }
        super().__init__(
            draw_transposed_convolution,
            controls,
            alt="Zeros between the cells of the input, the kernel on this grid, and the output so far.",
        )

    def _redraw(self, change=None):
        # The kernel takes as many steps as the output has cells. Shortening the slider may move it, which would draw
        # a second time: that call is let pass.
        if getattr(self, "_settling", False):
            return
        step = self.controls["step"]
        values = {name: control.value for name, control in self.controls.items() if name != "step"}
        self._settling = True
        step.max = output_size(**values) ** 2
        self._settling = False
        super()._redraw(change)


def draw_transposed_convolution(size, kernel_size, stride, padding, step):
    """The picture of the explorer: zero-inserted grid, flipped kernel and the output's first `step` cells.

    Args:
        size, kernel_size, stride, padding: as for `wganlib.course.convolution.output_size`.
        step: the output cell the kernel makes now, 1 for the first, in reading order.

    Returns:
        The `Figure`.

    Raises:
        ValueError: settings that `output_size` refuses, or a step beyond the output.
    """
    side = output_size(size, kernel_size, stride, padding)
    if not 1 <= step <= side**2:
        raise ValueError(f"`step` must be from 1 to {side**2}, the cells of the output. Received: {step}.")
    image = np.arange(1, size**2 + 1).reshape(size, size)
    kernel = np.arange(1, kernel_size**2 + 1).reshape(kernel_size, kernel_size)
    flipped = kernel[::-1, ::-1]
    grid = spread_and_pad(image, kernel_size, stride, padding)
    out = conv_transpose(image, kernel, stride, padding)
    i, j = divmod(step - 1, side)
    window = grid[i : i + kernel_size, j : j + kernel_size]

    # The picture keeps its size whatever the settings, so that the page under it does not jump.
    gap = 1.4
    kernel_left = len(grid) + gap
    out_left = kernel_left + max(kernel_size, 2) + gap
    columns, rows = out_left + side, max(len(grid), side)
    cell = min(WIDTH / (columns + 0.4), (HEIGHT - 1.5) / rows, 0.55)  # inches
    # Without a layout engine, which would measure every number in every cell before it is drawn.
    figure = blank_figure(WIDTH, HEIGHT)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set_xlim(-0.2, WIDTH / cell - 0.2)
    ax.set_ylim(-rows / 2 - HEIGHT / 2 / cell, -rows / 2 + HEIGHT / 2 / cell)
    font = float(np.clip(0.42 * cell * POINTS, 9, 13))
    widest = int(cell * POINTS / (DIGIT * font))  # digits that a cell holds

    inside = grid > 0
    # Where the input's cells begin and end: what lies beyond is padding.
    first, last = np.argwhere(inside)[[0, -1]]
    fills = np.full(grid.shape, AROUND, dtype=object)
    fills[first[0] : last[0] + 1, first[1] : last[1] + 1] = PAPER
    fills[inside] = INPUT
    made = np.arange(side**2).reshape(side, side) < step
    middle = rows / 2
    places = {}
    for name, values, left, colours, show in (
        ("input with zeros", grid, 0, fills, inside),
        ("flipped kernel", flipped, kernel_left, KERNEL, True),
        ("output", out, out_left, np.where(made, DONE, PAPER), made & (len(str(out.max())) <= widest)),
    ):
        top = -middle + len(values) / 2
        draw_cells(ax, values, left, top, fills=colours, fontsize=font, show=show)
        places[name] = left, top
        ax.text(left + len(values) / 2, top + 0.12 / cell, name, ha="center", va="bottom", fontsize=10, color=GREY)
        side_text = f"{len(values)} × {len(values)}"
        ax.text(
            left + len(values) / 2,
            top - len(values) - 0.08 / cell,
            side_text,
            ha="center",
            va="top",
            fontsize=11,
            color=INK,
        )
    if cell > 0.26:
        # All zeros in one call: a text for each would take longer than everything else together.
        rows_of_zeros, columns_of_zeros = np.nonzero(~inside)
        left, top = places["input with zeros"]
        ax.scatter(
            left + columns_of_zeros + 0.5,
            top - rows_of_zeros - 0.5,
            s=(0.72 * font) ** 2,
            marker="$0$",
            color=GREY,
            linewidths=0,
        )
    frame_cells(ax, i, j, kernel_size, kernel_size, *places["input with zeros"], colour=ORANGE)
    frame_cells(ax, i, j, 1, 1, *places["output"], colour=ORANGE)
    under = [(a, w) for a, w in zip(window.flat, flipped.flat, strict=True) if a]
    sums = " + ".join(f"{a}·{w}" for a, w in under) if 0 < len(under) <= 4 else f"a sum of {len(under)} products"
    meets = {0: "no input value", 1: "1 input value"}.get(len(under), f"{len(under)} input values")
    figure.suptitle(
        f"{size} × {size} in, {side} × {side} out: kernel {kernel_size}, stride {stride}, {padding}",
        x=0.01,
        y=0.985,
        ha="left",
        fontsize=13,
        fontweight="bold",
    )
    figure.supxlabel(
        f"Step {step} of {side**2}: the flipped kernel meets {meets}: {sums} = {out[i, j]}",
        x=0.01,
        y=0.015,
        ha="left",
        fontsize=11,
    )
    return figure
