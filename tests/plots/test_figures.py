"""Figures show the numbers that they are given."""

import sys
import types

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from wganlib.plots.figures import TITLES, new_figure, outside_pyplot, plot_curves, plot_images


class History:
    """What `plot_curves` reads of an IterationHistory."""

    def __init__(self, count, names):
        generator = np.random.default_rng(0)
        self.steps = np.arange(10, 10 + count)
        self.curves = {name: generator.normal(size=count) for name in names}


@pytest.fixture(autouse=True)
def no_screen():
    """The backend of a script without a screen, with nothing open before or after."""
    plt.switch_backend("agg")
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def windows(monkeypatch):
    """A backend that opens a window for each figure, and draws nothing in it."""

    class Window(FigureManagerBase):
        pass

    class Canvas(FigureCanvasAgg):
        manager_class = Window

    backend = types.ModuleType("backend_of_windows")
    backend.FigureCanvas, backend.FigureManager = Canvas, Window
    monkeypatch.setitem(sys.modules, "backend_of_windows", backend)
    plt.switch_backend("module://backend_of_windows")
    yield
    plt.close("all")
    plt.switch_backend("agg")


def test_a_new_figure_is_pyplots_current_one(tmp_path):
    plot_images(np.zeros((2, 4, 4, 1)))
    images = plot_images(np.linspace(-1, 1, 2 * 16).reshape(2, 4, 4, 1))
    assert plt.gcf() is images
    plt.savefig(tmp_path / "images.png")
    assert np.ptp(plt.imread(tmp_path / "images.png")[..., :3]) == 1  # black and white, not a blank page
    curves = plot_curves(History(5, ["critic_loss"]))
    plt.title("by pyplot")
    assert curves.axes[0].get_title() == "by pyplot"
    figure, axes = new_figure()
    assert plt.gcf() is figure and plt.gca() is axes
    plt.close()
    assert plt.get_fignums() == []


@pytest.mark.filterwarnings("error")
def test_without_a_screen_a_loop_leaves_the_newest_figure_and_ones_own():
    own, before = plt.figure(), new_figure()[0]
    for _ in range(25):
        newest = plot_images(np.zeros((1, 2, 2)))
    assert [plt.figure(number) for number in plt.get_fignums()] == [own, newest]
    assert before._repr_png_().startswith(b"\x89PNG")  # one that was closed can still be saved


@pytest.mark.filterwarnings("error")
@pytest.mark.usefixtures("windows")
def test_windows_stay_open_and_the_notebook_shows_no_second_picture():
    figures = [new_figure()[0] for _ in range(25)]
    assert [plt.figure(number) for number in plt.get_fignums()] == figures
    assert figures[0]._repr_mimebundle_() == {} and figures[0]._repr_png_() is None
    assert len(plt.get_fignums()) == 25


@pytest.mark.usefixtures("windows")
def test_who_shows_figures_itself_opens_none():
    with pytest.raises(ValueError, match="`images` must have shape"), outside_pyplot():
        figure = plot_images(np.zeros((1, 2, 2)))
        plot_images(np.zeros(3))
    assert plt.get_fignums() == [] and figure._repr_png_().startswith(b"\x89PNG")
    assert plt.gcf() is not figure and new_figure()[0] is plt.gcf()


def test_new_figure_has_the_size_and_axes_asked_for():
    figure, axes = new_figure(8, 3, nrows=2, ncols=3)
    np.testing.assert_allclose(figure.get_size_inches(), (8, 3))
    assert axes.shape == (2, 3)


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, None, 1), (9, None, 3), (10, None, 3), (10, 5, 2), (3, 4, 1)]
)
def test_images_fill_a_grid_in_reading_order(count, columns, rows):
    images = np.random.default_rng(0).uniform(-1, 1, (count, 5, 4, 1))
    figure = plot_images(images, columns)
    assert figure.axes[0].get_subplotspec().get_gridspec().nrows == rows
    shown = [ax for ax in figure.axes if ax.images]
    assert len(shown) == count
    for ax, image in zip(shown, images, strict=True):
        np.testing.assert_allclose(ax.images[0].get_array(), (image[..., 0] + 1) / 2)
        assert ax.images[0].get_clim() == (0, 1)  # −1 is black and 1 white, whatever the image's own range
        assert not ax.axison


def test_grey_images_may_lack_their_channel_and_colour_ones_have_three():
    grey = plot_images(np.full((1, 3, 3), 0.5)).axes[0].images[0].get_array()
    np.testing.assert_allclose(grey, np.full((3, 3), 0.75))
    colour = plot_images(np.tile([-1.0, 0.0, 1.0], (1, 2, 2, 1))).axes[0].images[0].get_array()
    np.testing.assert_allclose(colour, np.tile([0, 0.5, 1], (2, 2, 1)))


def test_values_outside_are_clipped():
    np.testing.assert_array_equal(plot_images(np.array([[[-3.0, 3.0]]])).axes[0].images[0].get_array(), [[0, 1]])


def test_row_labels_stand_left_of_their_rows():
    figure = plot_images(np.zeros((5, 3, 3)), columns=2, row_labels=["first", "second", "third"])
    first_of_row = [ax for ax in figure.axes if ax.get_subplotspec().colspan.start == 0]
    assert [[text.get_text() for text in ax.texts] for ax in first_of_row] == [["first"], ["second"], ["third"]]
    assert all(text.get_position()[0] < 0 for ax in first_of_row for text in ax.texts)


def test_labels_and_title_are_written():
    figure = plot_images(np.zeros((2, 3, 3)), labels=["four", 9], title="Two digits")
    assert [ax.get_title() for ax in figure.axes if ax.images] == ["four", "9"]
    assert figure.get_suptitle() == "Two digits"


@pytest.mark.parametrize("shape", [(0, 4, 4, 1), (4, 4), (2, 4, 4, 2), (2, 4, 4, 1, 1)])
def test_anything_but_a_batch_of_images_is_refused(shape):
    with pytest.raises(ValueError, match=r"`images` must have shape \(n, height, width, 1 or 3\), n ≥ 1"):
        plot_images(np.zeros(shape))


GP = ["wasserstein", "gradient_penalty", "gradient_norm", "critic_loss", "generator_loss"]


@pytest.mark.parametrize(
    ("curves", "asked", "drawn"),
    [
        (GP, None, ["wasserstein", "generator_loss", "gradient_norm"]),
        (["wasserstein", "critic_loss", "generator_loss"], None, ["wasserstein", "generator_loss"]),
        (["critic_loss", "generator_loss"], None, ["critic_loss", "generator_loss"]),
        (GP, ["gradient_penalty"], ["gradient_penalty"]),
    ],
)
def test_each_curve_has_a_panel(curves, asked, drawn):
    history = History(200, curves)
    figure = plot_curves(history, asked)
    assert [ax.get_title(loc="left") or ax.get_title() for ax in figure.axes] == [TITLES[name] for name in drawn]
    for ax, name in zip(figure.axes, drawn, strict=True):
        assert ax.get_xlabel() == "iteration"
        raw, smooth = ax.lines[:2]
        np.testing.assert_array_equal(raw.get_xdata(), history.steps)
        np.testing.assert_array_equal(raw.get_ydata(), history.curves[name])
        # Each point of the strong line is the mean of the four iterations up to it, a fiftieth of them all.
        np.testing.assert_array_equal(smooth.get_xdata(), history.steps[3:])
        expected = [history.curves[name][i : i + 4].mean() for i in range(197)]
        np.testing.assert_allclose(smooth.get_ydata(), expected, atol=1e-12)


def test_the_norms_target_is_drawn():
    figure = plot_curves(History(10, GP), ["gradient_norm", "wasserstein"])
    assert [list(line.get_ydata()) for line in figure.axes[0].lines[2:]] == [[1, 1]]
    assert len(figure.axes[1].lines) == 2


def test_an_axis_counts_epochs_where_their_length_is_known():
    figure = plot_curves(History(100, ["critic_loss"]), steps_per_epoch=25)
    figure.draw_without_rendering()
    (epochs,) = figure.axes[0].child_axes
    assert epochs.get_xlabel() == "epoch"
    np.testing.assert_allclose(np.multiply(epochs.get_xlim(), 25), figure.axes[0].get_xlim())


@pytest.mark.parametrize("count", [1, 3])
def test_a_short_run_is_drawn_as_it_is(count):
    history = History(count, ["critic_loss"])
    line = plot_curves(history).axes[0].lines[1]
    np.testing.assert_array_equal(line.get_xydata().T, [history.steps, history.curves["critic_loss"]])


def test_a_run_or_a_curve_that_is_not_there_is_refused():
    from wganlib.callbacks.history import IterationHistory

    with pytest.raises(ValueError, match="Nothing was recorded: pass the IterationHistory"):
        plot_curves(IterationHistory())
    with pytest.raises(ValueError, match=r"`names` must be one or more of critic_loss\. Received: \('accuracy',\)"):
        plot_curves(History(3, ["critic_loss"]), ["accuracy"])
