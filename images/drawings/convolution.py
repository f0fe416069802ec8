"""Chapter 01: a convolution beside its transpose, and the transpose as zero insertion. All numbers are computed."""

import numpy as np

from wganlib.course.cells import draw_cells, frame_cells
from wganlib.course.convolution import conv_transpose, correlate, spread_and_pad
from wganlib.plots.figures import new_figure
from wganlib.plots.style import BLUE, GREEN, GREY, INK, ORANGE, PAPER

PALE_BLUE, PALE_GREEN, PALE_ORANGE, PALE_GREY = "#D6E8F5", "#CFECE3", "#FBE7C2", "#E7EBEF"
GATHERED = 0, 1  # the output of the convolution, and the input of its transpose, that is followed
MET = 1, 2  # the output of the transpose, on which several stamps meet
INSERTED = 3, 4  # the output of stride 2 that is followed


def there_and_back():
    """(image, kernel, small, back): `small` is the convolution of the image, `back` the transpose of that."""
    image = np.array([[1, 2, 0, 1], [0, 3, 1, 0], [0, 1, 1, 1], [2, 0, 1, 0]])
    kernel = np.array([[1, 0, 2], [0, 1, 0], [3, 0, 1]])
    small = correlate(image, kernel)
    return image, kernel, small, conv_transpose(small, kernel)


def gathered(image, kernel):
    """[(number, weight)] whose products the output `GATHERED` adds up, those that are zero left out."""
    i, j = GATHERED
    block = image[i : i + len(kernel), j : j + len(kernel)]
    return [(a, b) for a, b in zip(block.ravel(), kernel.ravel(), strict=True) if a * b]


def met(small, kernel):
    """[(number, weight)] whose products the output `MET` adds up, one for each stamp."""
    cells = ((number, MET[0] - p, MET[1] - q) for (p, q), number in np.ndenumerate(small))
    pairs = [(a, kernel[i, j]) for a, i, j in cells if 0 <= i < len(kernel) and 0 <= j < len(kernel)]
    return [(a, b) for a, b in pairs if a * b]


def with_zeros():
    """(image, grid, flipped, out): stride 2 as zero insertion, 4×4 → 9×9, and the flipped 2×2 kernel makes 8×8."""
    image, kernel = np.arange(1, 17).reshape(4, 4), np.array([[1, 2], [3, 4]])
    return image, spread_and_pad(image, 2, stride=2), kernel[::-1, ::-1], conv_transpose(image, kernel, stride=2)


def framed(grid, flipped):
    """[(number, weight)] whose products the output `INSERTED` adds up, zeros and all."""
    i, j = INSERTED
    return list(zip(grid[i : i + 2, j : j + 2].ravel(), flipped.ravel(), strict=True))


def products(pairs):
    """ "2·1 + 1·3"."""
    return " + ".join(f"{a}·{b}" for a, b in pairs)


def _canvas(width, height, columns, rows):
    """Axes in cells, so that every grid has the same scale; y runs upwards, the top edge is 0."""
    figure, ax = new_figure(width, height)
    ax.set_axis_off()
    ax.set_aspect("equal")
    ax.set_xlim(-0.2, columns)
    ax.set_ylim(-rows, 0.2)
    return figure, ax


def _label(ax, x, y, text, colour=INK, size=10, **options):
    ax.text(x, y, text, ha=options.pop("ha", "center"), va="center", fontsize=size, color=colour, **options)


def convolution_and_transposed():
    """4×4 → 2×2 by a 3×3 kernel, and back to 4×4 by the transpose: the same pairs of cells, walked the other way."""
    image, kernel, small, back = there_and_back()
    i, j = GATHERED
    block = slice(i, i + 3), slice(j, j + 3)

    figure, ax = _canvas(8.6, 6.6, 19.4, 14.9)

    def paint(shape, where, colour):
        fills = np.full(shape, PAPER, dtype=object)
        fills[where] = colour
        return fills

    def grids(top, first, first_fill, last, last_fill):
        place = {}
        for name, values, left, fills in (
            ("first", first, 1.0 + (4 - len(first)) / 2, first_fill),
            ("kernel", kernel, 7.5, PALE_ORANGE),
            ("last", last, 13.6 + (4 - len(last)) / 2, last_fill),
        ):
            start = top - (4 - len(values)) / 2
            draw_cells(ax, values, left, start, fills=fills, fontsize=12)
            place[name] = left, start
            side = len(values)
            what = {"first": "in", "kernel": "kernel", "last": "out"}[name]
            _label(ax, left + side / 2, top - 4.45, f"{what}: {side} × {side}", GREY)
        _label(ax, 6.25, top - 2, r"$\ast$" if len(first) == 4 else r"$\ast^{\mathsf{T}}$", size=20)
        _label(ax, 12.05, top - 2, "=", size=17)
        return place

    _label(ax, 0, -0.35, "Convolution gathers", BLUE, 13, ha="left", fontweight="bold")
    place = grids(-1.0, image, paint((4, 4), block, PALE_BLUE), small, paint((2, 2), (i, j), PALE_BLUE))
    frame_cells(ax, i, j, 3, 3, *place["first"], colour=BLUE)
    frame_cells(ax, i, j, 1, 1, *place["last"], colour=BLUE)
    _label(
        ax,
        1,
        -6.35,
        f"{small[i, j]} = {products(gathered(image, kernel))}   (the framed cells times the kernel)",
        ha="left",
    )

    stamp = small[i, j] * kernel
    _label(ax, 0, -7.85, "Its transpose stamps", GREEN, 13, ha="left", fontweight="bold")
    place = grids(-8.5, small, paint((2, 2), (i, j), PALE_GREEN), back, paint((4, 4), block, PALE_GREEN))
    frame_cells(ax, i, j, 1, 1, *place["first"], colour=GREEN)
    frame_cells(ax, i, j, 3, 3, *place["last"], colour=GREEN)
    _label(
        ax,
        1,
        -13.85,
        f"The {small[i, j]} adds {small[i, j]} × kernel = {stamp.tolist()} to the framed cells;\n"
        f"stamps that meet are added: {back[MET]} = {products(met(small, kernel))}. "
        "The shape is back, the values are not.",
        ha="left",
        linespacing=1.5,
    )
    return figure


def zero_insertion():
    """Stride 2 as zero insertion: 4×4 → 7×7 → 9×9, and a 2×2 kernel over it makes 8×8."""
    image, grid, flipped, out = with_zeros()
    i, j = INSERTED

    fills = np.full(grid.shape, PALE_GREY, dtype=object)
    fills[1:-1, 1:-1] = PAPER
    fills[1:-1:2, 1:-1:2] = PALE_BLUE
    # Each 2×2 block of the output comes from one input cell: shade them like a chessboard to tell them apart.
    p, q = np.indices(out.shape) // 2
    blocks = np.where((p + q) % 2, PAPER, PALE_GREEN)

    figure, ax = _canvas(9.0, 4.2, 29.0, 13.1)
    top = -1.7
    lefts = 0.2, 6.0, 16.6, 20.4
    middle = top - 4.5
    for values, left, fill, text in (
        (image, lefts[0], PALE_BLUE, "input"),
        (grid, lefts[1], fills, "zeros inserted (white), then padded (grey)"),
        (flipped, lefts[2], PALE_ORANGE, "flipped\nkernel"),
        (out, lefts[3], blocks, "output"),
    ):
        side = len(values)
        start = middle + side / 2
        draw_cells(ax, values, left, start, fills=fill, fontsize=9)
        _label(ax, left + side / 2, start + (0.9 if "\n" in text else 0.6), text, GREY, 9.5)
        _label(ax, left + side / 2, start - side - 0.6, f"{side} × {side}", INK, 11, fontweight="bold")
    for x, sign in ((5.1, "→"), (15.8, r"$\ast$"), (19.5, "=")):
        _label(ax, x, middle, sign, size=15)
    frame_cells(ax, i, j, 2, 2, lefts[1], middle + 4.5, ORANGE)
    frame_cells(ax, i, j, 1, 1, lefts[3], middle + 4, ORANGE)
    _label(
        ax,
        0,
        -0.3,
        "Stride 2 puts one zero between neighbours; the kernel then moves by one",
        size=12,
        ha="left",
        fontweight="bold",
    )
    _label(
        ax,
        0,
        -12.4,
        f"Framed: {products(framed(grid, flipped))} = {out[i, j]}. "
        "The 2 × 2 kernel never covers two input values at a time:\n"
        f"each makes its own 2 × 2 block of the output, {image[1, 2]} × {flipped[::-1, ::-1].tolist()} here.",
        size=9.5,
        ha="left",
        linespacing=1.5,
    )
    return figure


FIGURES = {"convolution_and_transposed": convolution_and_transposed, "zero_insertion": zero_insertion}
