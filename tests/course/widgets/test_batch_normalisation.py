"""The explorer of chapter 02, moved without a browser: what the figure holds, against closed forms and Keras."""

import keras
import numpy as np
import pytest

import wganlib as wl
from wganlib.course.widgets.batch_normalisation import N_BATCHES, draw_batch_normalisation, standardise


@pytest.fixture(scope="module")
def explorer():
    return wl.course.widgets.BatchNormalisationExplorer()


def shares(ax):
    """The histogram of a panel: its heights in per cent, and the middles of its bins."""
    (stairs,) = (patch for patch in ax.patches if hasattr(patch, "get_data"))
    heights, edges, _ = stairs.get_data()
    return np.asarray(heights), (edges[1:] + edges[:-1]) / 2


def mean_of(ax):
    heights, middles = shares(ax)
    return np.sum(heights * middles) / np.sum(heights)


def spread_of(ax):
    heights, middles = shares(ax)
    return np.sqrt(np.sum(heights * (middles - mean_of(ax)) ** 2) / np.sum(heights))


def test_standardise_is_keras_in_training_mode():
    channels = 3 + 2 * np.random.default_rng(0).normal(size=(5, 64))  # five channels, one a row
    layer = keras.layers.BatchNormalization(epsilon=1e-3)
    np.testing.assert_allclose(standardise(channels), layer(channels.T, training=True).numpy().T, atol=1e-5)


def test_every_panel_shows_whole_batches(explorer):
    for ax in explorer.still(batch_size=128, shift=0, scale=1).axes:
        assert np.sum(shares(ax)[0]) == pytest.approx(100, abs=1)


def test_shift_moves_the_picture_before_and_not_after(explorer):
    explorer.controls["batch_size"].value, explorer.controls["scale"].value = 256, 1
    explorer.controls["shift"].value = -4
    before, after = mean_of(explorer.figure.axes[0]), shares(explorer.figure.axes[1])[0]
    explorer.controls["shift"].value = 4
    assert mean_of(explorer.figure.axes[0]) - before == pytest.approx(8, abs=0.3)
    np.testing.assert_allclose(shares(explorer.figure.axes[1])[0], after, atol=1)  # one value may change its bin


def test_scale_changes_the_spread_before_and_not_after(explorer):
    narrow, wide = (explorer.still(batch_size=512, shift=0, scale=scale, shape="normal") for scale in (1, 3))
    assert spread_of(wide.axes[0]) / spread_of(narrow.axes[0]) == pytest.approx(3, rel=0.1)
    assert spread_of(wide.axes[1]) == pytest.approx(1, abs=0.05)


def test_a_tiny_scale_meets_epsilon(explorer):
    figure = explorer.still(batch_size=512, shift=0, scale=0.01)
    # 0.01 / √(0.01² + 0.001) = 0.30
    assert spread_of(figure.axes[1]) == pytest.approx(0.30, abs=0.04)
    assert "sd 0.30" in figure.axes[1].get_title(loc="left") + figure.axes[1].get_title()


def test_one_value_is_scattered_as_the_formula_says(explorer):
    for size in (32, 128):
        figure = explorer.still(batch_size=size, shift=2, scale=2, shape="normal")
        assert spread_of(figure.axes[2]) == pytest.approx(np.sqrt(1.5 / size), rel=0.2)


def test_a_batch_of_one_becomes_zero(explorer):
    heights, middles = shares(explorer.still(batch_size=1, shift=3).axes[1])
    assert heights[np.argmin(np.abs(middles - 0.01))] == pytest.approx(100)


def test_the_shape_of_a_distribution_stays(explorer):
    def skewness(ax):
        heights, middles = shares(ax)
        return np.sum(heights * ((middles - mean_of(ax)) / spread_of(ax)) ** 3) / np.sum(heights)

    skewed = explorer.still(batch_size=512, shift=0, scale=1, shape="skewed")
    assert skewness(skewed.axes[1]) > 1  # an exponential has 2
    assert abs(skewness(explorer.still(batch_size=512, shift=0, scale=1, shape="normal").axes[1])) < 0.5


def test_the_line_in_a_panel_says_what_it_is(explorer):
    for ax, says in zip(explorer.still().axes, ("mean", "mean", "true"), strict=True):
        (line,) = ax.lines
        (words,) = ax.get_legend().get_texts()
        assert says in words.get_text() == line.get_label()


@pytest.mark.slow
def test_every_setting_can_be_drawn_and_labels_are_legible(explorer):
    for size in explorer.controls["batch_size"].options:
        for scale in (explorer.controls["scale"].options[0], explorer.controls["scale"].options[-1]):
            for shape in explorer.controls["shape"].options:
                figure = draw_batch_normalisation(size, -4, scale, shape)
                for ax in figure.axes:
                    texts = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels()]
                    assert min(text.get_fontsize() for text in texts) >= 9
                    assert ax.get_xlabel() and ax.get_ylabel()
    assert N_BATCHES >= 100


def test_a_move_replaces_the_picture_and_adds_nothing(explorer):
    children, old = len(explorer.children), explorer.png
    explorer.controls["batch_size"].value = 2
    assert len(explorer.children) == children
    assert explorer.png != old
