import numpy as np
import pytest

from wganlib.course.dirac_gan import path, update_matrix
from wganlib.course.widgets import DiracExplorer


def shown(explorer):
    """(path, the generator's error, eigenvalues or None) as they are drawn."""
    plane, error, circle = explorer.figure.axes
    points = circle.lines[1].get_data() if len(circle.lines) > 1 else None
    return np.column_stack(plane.lines[1].get_data()), error.lines[0].get_ydata(), points


def test_moving_the_controls_changes_the_path():
    explorer = DiracExplorer()
    for settings in (
        {},
        {"method": "GAN + R1"},
        {"rate": 0.3},
        {"weight": 0.4},
        {"updates": "simultaneous"},
        {"n_critic": 5},
    ):
        for name, value in settings.items():
            explorer.controls[name].value = value
        places, error, eigenvalues = shown(explorer)
        expected = path(**explorer.values, steps=400)
        np.testing.assert_allclose(places, expected)
        np.testing.assert_allclose(error, np.abs(expected[:, 0]))
        if explorer.values["method"] == "WGAN-GP":
            assert eigenvalues is None
        else:
            found = np.sort_complex(np.linalg.eigvals(update_matrix(**explorer.values)))
            np.testing.assert_allclose(np.sort_complex(eigenvalues[0] + 1j * eigenvalues[1]), found)


def test_a_best_critic_that_does_not_exist_is_explained():
    explorer = DiracExplorer()
    explorer.controls["n_critic"].value = "best"
    np.testing.assert_allclose(shown(explorer)[0], path("WGAN-GP", n_critic=np.inf, steps=400))
    before = explorer.png
    explorer.controls["method"].value = "GAN"
    assert "no best critic for GAN" in explorer.children[1].value and explorer.png == before


@pytest.mark.parametrize("method", DiracExplorer.idea["method"])
def test_the_end_is_named(method):
    figure = DiracExplorer().still(method=method)
    largest = np.abs(path(method, steps=400)[-100:, 0]).max()
    assert f"{largest:.2g}" in "".join(axis.get_title(loc="left") + axis.get_title() for axis in figure.axes)
