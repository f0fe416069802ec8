"""Moving a control changes the figure's data as it should."""

import numpy as np
import pytest
from scipy import stats

from wganlib.course.widgets import DistancesExplorer
from wganlib.course.widgets.distances import EDGES, MEASURES, X, density_on_grid


@pytest.fixture(scope="module")
def explorer():
    return DistancesExplorer()


def title_number(ax):
    return float(ax.get_title().split("=")[1].split()[0])


def plan_ends(figure):
    segments = figure.axes[1].collections[0].get_segments()
    return np.array([[first[0], last[0]] for first, last in segments])


@pytest.mark.parametrize("shape", ["Gaussian", "box"])
def test_the_grid_holds_the_mean_and_the_width(shape):
    mass = density_on_grid(shape, 1.25, 1.5)
    assert mass.sum() == pytest.approx(1) and len(mass) == len(EDGES) - 1
    assert mass @ X == pytest.approx(1.25, abs=1e-6)
    assert np.sqrt(mass @ (X - 1.25) ** 2) == pytest.approx(1.5, rel=1e-3)


def test_moving_q_moves_the_numbers(explorer):
    explorer.controls["q_centre"].value = 1.0  # P: mean −2, std 0.5
    tv, kl, js, em = (title_number(ax) for ax in explorer.figure.axes[2:])
    gap, sigma = 3.0, 0.5
    assert tv == pytest.approx(2 * stats.norm.cdf(gap / (2 * sigma)) - 1, abs=2e-3)
    assert kl == pytest.approx(gap**2 / (2 * sigma**2), rel=2e-3)
    assert 0.68 < js < np.log(2)
    assert em == pytest.approx(gap, abs=5e-3)
    np.testing.assert_allclose(plan_ends(explorer.figure) @ [-1, 1], gap, atol=0.01)


@pytest.mark.parametrize(("p_width", "q_width"), [(0.25, 0.25), (0.25, 2.0), (1.0, 0.25), (2.0, 0.25)])
def test_kl_of_gaussians_far_apart_is_finite(explorer, p_width, q_width):
    # From 38 standard deviations on, the density of Q is no longer a number of 64 bits.
    figure = explorer.still(p_centre=4, q_centre=-4, p_width=p_width, q_width=q_width)
    closed_form = np.log(q_width / p_width) + (p_width**2 + 8**2) / (2 * q_width**2) - 0.5
    assert title_number(figure.axes[3]) == pytest.approx(closed_form, rel=5e-3)
    assert np.isfinite(figure.axes[3].lines[0].get_ydata()).all()


def test_equal_densities_are_at_distance_zero(explorer):
    figure = explorer.still(p_centre=1, q_centre=1, p_width=0.75, q_width=0.75)
    assert [title_number(ax) for ax in figure.axes[2:]] == [0, 0, 0, 0]
    np.testing.assert_allclose(plan_ends(figure) @ [-1, 1], 0)


def test_widening_spreads_the_plan(explorer):
    ends = plan_ends(explorer.still(q_centre=0, q_width=2.0))
    assert np.ptp(ends[:, 1]) == pytest.approx(4 * np.ptp(ends[:, 0]), rel=0.02)


def test_boxes_apart_are_at_infinite_kl(explorer):
    figure = explorer.still(shape="box", p_centre=-2, q_centre=2)
    assert figure.axes[3].get_title() == "KL(P‖Q) = ∞"
    assert title_number(figure.axes[4]) == pytest.approx(np.log(2), abs=1e-3)
    assert len(figure.axes[3].lines) == 1  # the curve, and no dot


def test_the_dot_lies_on_the_curve(explorer):
    figure = explorer.still(shape="Gaussian", q_centre=-1.0)
    for ax, name in zip(figure.axes[2:], MEASURES, strict=True):
        curve, dot = ax.lines
        here = np.interp(dot.get_xdata()[0], curve.get_xdata(), curve.get_ydata())
        assert dot.get_ydata()[0] == pytest.approx(here), name


def test_a_value_beyond_the_axis_is_an_arrow_at_its_top(explorer):
    ax = explorer.still(q_centre=2.0).axes[3]
    assert ax.lines[1].get_marker() == "^" and ax.lines[1].get_ydata()[0] == ax.get_ylim()[1]
    assert title_number(ax) == pytest.approx(32)
