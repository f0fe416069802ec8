"""The look of the figures, as readers meet it: on a dark page, by colour-blind eyes, in a file drawn twice."""

import io
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from wganlib.plots.style import GREY, INK, PALETTE, PAPER, use_style

# What is left of linear RGB (Viénot, Brettel & Mollon 1999).
SIGHTS = {
    "full": np.eye(3),
    "no red cones": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "no green cones": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIELAB: a distance of 2.3 is just seen when two colours touch."""
    x, y, z = np.cbrt(TO_XYZ @ rgb / TO_XYZ.sum(axis=1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(text, ground):
    """The ratio of WCAG 2, which asks for 4.5 where words are read (AA), and for 7 at its strictest (AAA)."""
    low, high = sorted(TO_XYZ[1] @ linear(colour) for colour in (text, ground))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("sight", SIGHTS)
def test_any_two_colours_are_told_apart(sight):
    seen = [lab(np.clip(SIGHTS[sight] @ linear(colour), 0, 1)) for colour in PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 10


def test_words_are_legible():
    assert contrast(INK, PAPER) > 7 and contrast(GREY, PAPER) > 4.5


def test_a_figure_is_a_white_card_on_a_dark_page_and_its_curves_take_the_palette_in_turn():
    with plt.style.context("dark_background"):
        use_style()
        figure, ax = plt.subplots()
        lines = [ax.plot([0, 1], [height, height])[0] for height in range(len(PALETTE) + 1)]
        figure.savefig(picture := io.BytesIO())
        plt.close(figure)
    assert [to_hex(line.get_color()).upper() for line in lines] == [*PALETTE, PALETTE[0]]
    picture.seek(0)
    np.testing.assert_array_equal(plt.imread(picture)[[0, 0, -1, -1], [0, -1, 0, -1]], 1)  # the corners


def test_an_svg_drawn_twice_is_the_same_and_needs_no_font():
    files = []
    plt.rc("svg", fonttype="none")
    for _ in range(2):
        use_style()
        figure, ax = plt.subplots()
        ax.plot([0, 1])
        ax.set_title("critic loss")
        figure.savefig(file := io.BytesIO(), format="svg", metadata={"Date": None})
        plt.close(figure)
        files.append(file.getvalue())
    assert files[0] == files[1] and b"<text" not in files[0]
