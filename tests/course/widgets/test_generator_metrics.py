import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from scipy.spatial import cKDTree

from wganlib.course.widgets import MetricsExplorer
from wganlib.course.widgets.generator_metrics import MODES, STD, K, make_clouds, measure_clouds, mode_centres
from wganlib.plots.style import FAKE, INK, REAL


def shares_by_tree(real, fake, k):
    """Precision and recall by another algorithm than the library's."""
    inside = []
    for owners, others in ((real, fake), (fake, real)):
        radii = cKDTree(owners).query(owners, k + 1)[0][:, k]
        inside.append(np.mean([(np.linalg.norm(owners - other, axis=1) <= radii).any() for other in others]))
    return inside


@pytest.mark.parametrize("choice", [(60, 5, 1.0, 0), (60, 2, 1.0, 0), (125, 5, 0.3, 2), (30, 1, 3.0, 4)])
def test_the_numbers_are_those_of_the_clouds(choice):
    real, fake = make_clouds(*choice)
    found = measure_clouds(real, fake)
    np.testing.assert_allclose((found["precision"], found["recall"]), shares_by_tree(real, fake, K))


def test_clouds_have_the_modes_spread_and_outliers_asked_for():
    real, fake = make_clouds(1000, 3, 2.0, 0)
    for cloud, modes, std in ((real, MODES, STD), (fake, 3, 2 * STD)):
        member = np.arange(1000) % modes
        spread = cloud - mode_centres()[member]
        np.testing.assert_allclose(spread.std(axis=0), std, rtol=0.1)
        np.testing.assert_allclose(spread.mean(axis=0), 0, atol=0.1 * std)
    with_outliers = make_clouds(1000, 3, 2.0, 2)[1]
    assert np.linalg.norm(with_outliers[:2], axis=1).min() > 3.5
    np.testing.assert_array_equal(with_outliers[2:], fake[2:])


def test_each_fault_moves_the_measure_that_stands_for_it():
    def of(**choice):
        return measure_clouds(*make_clouds(**({"count": 250, "modes": 5, "spread": 1.0, "outliers": 0} | choice)))

    best = of()
    assert best["precision"] > 0.9 and best["recall"] > 0.9 and best["modes"] == MODES
    for kept in range(1, MODES):
        forgetful = of(modes=kept)
        assert forgetful["modes"] == kept and forgetful["precision"] > 0.85
        assert forgetful["recall"] == pytest.approx(kept / MODES, abs=0.06)
        assert forgetful["coverage"] == pytest.approx(kept / MODES, abs=0.06)
        assert forgetful["Fréchet"] > 0.2 > 10 * best["Fréchet"]
    narrow = of(spread=0.2)
    assert narrow["recall"] < 0.3 and narrow["modes"] == MODES and narrow["Fréchet"] < 0.01
    assert of(spread=3.0)["precision"] < 0.7
    fooled = of(modes=1, outliers=4)
    assert fooled["recall"] > 0.95 and fooled["coverage"] < 0.3


def drawn(ax):
    """The points of a panel by how they are drawn: ({colour: number of dots}, number of crosses)."""
    dots = {to_rgb(line.get_color()): len(line.get_xdata()) for line in ax.lines if line.get_marker() == "."}
    crosses = [line for line in ax.lines if line.get_marker() == "x"]
    assert all(to_rgb(line.get_color()) == to_rgb(INK) for line in crosses)
    return dots, sum(len(line.get_xdata()) for line in crosses)


def test_moving_a_slider_moves_points_balls_and_bars():
    explorer = MetricsExplorer()
    for name, value in (("modes", 2), ("spread", 0.4), ("outliers", 3), ("count", 60)):
        before = explorer.png
        explorer.controls[name].value = value
        assert explorer.png != before, name
        left, middle, right = explorer.figure.axes
        choice = explorer.values
        found = measure_clouds(*make_clouds(**choice))
        for ax, colour, share in ((left, FAKE, found["precision"]), (middle, REAL, found["recall"])):
            dots, crosses = drawn(ax)
            assert dots[to_rgb(colour)] + crosses == choice["count"]
            assert dots[to_rgb(colour)] / choice["count"] == pytest.approx(share)
            assert f"{share:.2f}" in ax.get_title()
        bars = [patch.get_width() for patch in right.patches]
        np.testing.assert_allclose(bars, [found["precision"], found["recall"], found["coverage"]])
        texts = " ".join(text.get_text() for text in explorer.figure.texts)
        assert f"{found['Fréchet']:.3g}" in texts and f"{found['modes']} of 5" in texts


def test_a_ball_reaches_to_the_third_neighbour():
    figure = MetricsExplorer().still(count=30)
    real, _ = make_clouds(30, MODES, 1.0, 0)
    (balls,) = figure.axes[0].collections
    np.testing.assert_allclose(balls.get_offsets(), real)
    FigureCanvasAgg(figure).draw()  # which turns the widths into scales of a unit circle
    np.testing.assert_allclose(balls.get_transforms()[:, 0, 0], cKDTree(real).query(real, K + 1)[0][:, K])


def test_the_twin_is_a_figure_of_its_own():
    plt.close("all")
    explorer = MetricsExplorer()
    assert not plt.get_fignums()  # an explorer shows its picture itself
    twin = explorer.still(modes=1)
    assert plt.gcf() is twin is not explorer.figure
    assert explorer.controls["modes"].value == MODES


@pytest.mark.parametrize("choice", [(5, 5, 1.0, 0), (60, 0, 1.0, 0), (60, 6, 1.0, 0), (60, 5, -1, 0), (60, 5, 1.0, 5)])
def test_impossible_clouds_are_refused(choice):
    with pytest.raises(ValueError, match="`count` must be at least 6"):
        make_clouds(*choice)
