import numpy as np
import pytest

from wganlib.course.widgets import BilinearExplorer
from wganlib.course.widgets.bilinear_game import bilinear_path


@pytest.mark.parametrize("rate", [0.02, 0.3])
def test_simultaneous_steps_grow_by_the_formula(rate):
    """Each step is a multiplication of x + iy by 1 + iη."""
    path = bilinear_path(rate, 50)
    expected = (1 + 1j * rate) ** np.arange(51)
    np.testing.assert_allclose(path[:, 0] + 1j * path[:, 1], expected, rtol=1e-10)


@pytest.mark.parametrize("rate", [0.02, 0.5, 1.9])
def test_alternating_steps_are_powers_of_a_matrix_and_stay_bounded(rate):
    path = bilinear_path(rate, 400, "alternating")
    step = np.array([[1, -rate], [rate, 1 - rate**2]])
    np.testing.assert_allclose(path[-1], np.linalg.matrix_power(step, 400) @ path[0], atol=1e-8)
    assert np.linalg.norm(path, axis=1).max() < 2 / np.sqrt(1 - rate / 2)


@pytest.mark.parametrize(
    "arguments, says",
    [((0, 10), "`learning_rate`"), ((0.1, 0), "`steps`"), ((0.1, 2.5), "`steps`"), ((0.1, 10, "random"), "`rule`")],
)
def test_a_game_that_cannot_be_played(arguments, says):
    with pytest.raises(ValueError, match=says):
        bilinear_path(*arguments)


def test_moving_the_controls_changes_the_path():
    explorer = BilinearExplorer()

    def end():
        left, right = explorer.figure.axes
        path = np.column_stack(left.lines[0].get_data())
        assert right.lines[0].get_ydata()[-1] == pytest.approx(np.linalg.norm(path[-1]))
        return len(path) - 1, np.linalg.norm(path[-1])

    assert end() == (200, pytest.approx(np.sqrt(1.01) ** 200))
    explorer.controls["learning_rate"].value = 0.2
    assert end() == (200, pytest.approx(np.sqrt(1.04) ** 200))
    explorer.controls["steps"].value = 50
    assert end() == (50, pytest.approx(np.sqrt(1.04) ** 50))
    explorer.controls["rule"].value = "alternating"
    assert end()[1] < 1.2
