import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from wganlib.course.widgets import PenaltyExplorer
from wganlib.course.widgets.gradient_penalty import best_slope, critic_objective


@pytest.mark.parametrize("distance", [0.5, 2.0, 8.0])
@pytest.mark.parametrize("gp_weight", [0.5, 10.0])
@pytest.mark.parametrize("one_sided", [False, True])
def test_best_slope_is_where_a_minimiser_finds_it(distance, gp_weight, one_sided):
    found = minimize_scalar(lambda s: critic_objective(s, distance, gp_weight, one_sided), bounds=(-5, 50))
    assert best_slope(distance, gp_weight) == pytest.approx(found.x, abs=1e-3)


def test_the_two_forms_agree_above_slope_one_and_differ_below():
    assert critic_objective(1.5, 3, 10) == critic_objective(1.5, 3, 10, one_sided=True)
    assert critic_objective(0.5, 3, 10) > critic_objective(0.5, 3, 10, one_sided=True)


def test_moving_a_slider_moves_the_minimum_and_the_reported_distance():
    explorer = PenaltyExplorer()

    def seen():
        left, right = explorer.figure.axes
        (minimum,) = [line for line in left.lines if line.get_marker() == "o"]
        critic = right.lines[1].get_ydata()
        return minimum.get_xdata()[0], critic[-1]

    slope, reported = seen()
    assert slope == pytest.approx(1.2) and reported == pytest.approx(4.8)
    picture = explorer.png
    explorer.controls["distance"].value = 8
    slope, reported = seen()
    assert slope == pytest.approx(1.4) and reported == pytest.approx(8 * 1.4)
    assert explorer.png != picture and explorer.png.startswith(b"\x89PNG")
    explorer.controls["gp_weight"].value = 100
    assert seen()[0] == pytest.approx(1.04)


def test_the_objective_curve_is_the_formula():
    explorer = PenaltyExplorer()
    curve = explorer.still(distance=2, gp_weight=1, one_sided=True).axes[0].lines[0]
    slopes = curve.get_xdata()
    np.testing.assert_allclose(curve.get_ydata(), -2 * slopes + np.maximum(0, slopes - 1) ** 2)
