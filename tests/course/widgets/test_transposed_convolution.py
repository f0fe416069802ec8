"""The explorer of chapter 01 without a browser: a moved control changes the numbers of the picture."""

import keras
import numpy as np
import pytest

from wganlib.course.widgets import TransposedConvolutionExplorer
from wganlib.course.widgets.transposed_convolution import DONE, draw_transposed_convolution


@pytest.fixture
def explorer():
    return TransposedConvolutionExplorer()


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def cell_counts(figure):
    """The squares of input with zeros, kernel and output."""
    return [len(collection.get_paths()) for collection in figure.axes[0].collections[:3]]


def test_the_numbers_are_those_of_keras(explorer):
    figure = explorer.still(size=3, kernel_size=3, stride=2, padding="same", step=36)
    layer = keras.layers.Conv2DTranspose(1, 3, strides=2, padding="same", use_bias=False)
    layer.build((1, 3, 3, 1))
    layer.set_weights([np.arange(1.0, 10).reshape(3, 3, 1, 1)])
    expected = keras.ops.convert_to_numpy(layer(np.arange(1.0, 10).reshape(1, 3, 3, 1))).ravel()
    written = texts(figure)
    output = written[written.index("output") - 36 : written.index("output")]
    assert [float(number) for number in output] == expected.tolist()


def test_a_control_changes_the_grids(explorer):
    assert cell_counts(explorer.figure) == [81, 4, 64]
    explorer.controls["kernel_size"].value = 3
    assert cell_counts(explorer.figure) == [121, 9, 81]
    explorer.controls["padding"].value = "same"
    assert cell_counts(explorer.figure) == [100, 9, 64]
    explorer.controls["stride"].value = 1
    assert cell_counts(explorer.figure) == [36, 9, 16]
    explorer.controls["size"].value = 2
    assert cell_counts(explorer.figure) == [16, 9, 4]
    assert "2 × 2 in, 2 × 2 out" in explorer.figure.get_suptitle()


def test_every_cell_that_holds_no_input_shows_its_zero(explorer):
    figure = explorer.still(size=4, kernel_size=2, stride=2, padding="valid", step=1)
    zeros = figure.axes[0].collections[3].get_offsets() - 0.5
    assert len(zeros) == 81 - 16
    squares = np.array([path.vertices.min(axis=0) for path in figure.axes[0].collections[0].get_paths()])
    blank = [tuple(square) for square in squares.reshape(9, 9, 2)[::2].reshape(-1, 2)]  # rows without input
    assert {tuple(zero) for zero in np.asarray(zeros)}.issuperset(blank)


def test_a_step_moves_the_kernel_and_fills_one_more_cell(explorer):
    explorer.controls["step"].value = 10
    before = explorer.figure
    explorer.controls["step"].value = 11
    after = explorer.figure
    frames = [[patch.get_xy() for patch in figure.axes[0].patches] for figure in (before, after)]
    assert [(b[0] - a[0], b[1] - a[1]) for a, b in zip(*frames, strict=True)] == [(1, 0), (1, 0)]
    done = [figure.axes[0].collections[2].get_facecolor()[:, :3] for figure in (before, after)]
    green = np.array([int(DONE[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    assert [int(np.isclose(colours, green).all(axis=1).sum()) for colours in done] == [10, 11]
    assert after.get_supxlabel().startswith("Step 11 of 64: the flipped kernel meets 1 input value: ")


def test_the_arithmetic_under_the_picture_is_true(explorer):
    label = explorer.still(size=4, kernel_size=3, stride=2, padding="valid", step=21).get_supxlabel()
    sums, result = label.split(": ")[-1].split(" = ")
    products = [product.split("·") for product in sums.split(" + ")]
    assert len(products) == 4
    assert sum(int(a) * int(b) for a, b in products) == int(result)


def test_the_step_never_leaves_the_output_and_is_drawn_once(explorer):
    explorer.controls["step"].value = 64
    drawn = []
    draw = explorer._draw
    explorer._draw = lambda **values: drawn.append(values) or draw(**values)
    explorer.controls["stride"].value = 1
    assert explorer.controls["step"].max == explorer.controls["step"].value == 25
    assert [values["step"] for values in drawn] == [25]


@pytest.mark.slow
def test_every_combination_of_the_controls_can_be_drawn(explorer):
    c = explorer.controls
    for size in (c["size"].min, c["size"].max):
        for kernel_size in range(c["kernel_size"].min, c["kernel_size"].max + 1):
            for stride in range(c["stride"].min, c["stride"].max + 1):
                for padding in c["padding"].options:
                    figure = draw_transposed_convolution(size, kernel_size, stride, padding, 1)
                    assert len(figure.axes[0].patches) == 2
                    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= 9


def test_a_step_beyond_the_output_is_refused(explorer):
    with pytest.raises(ValueError, match=r"from 1 to 64, the cells of the output. Received: 65"):
        explorer.still(step=65)
