import numpy as np
import pytest

from wganlib.course.widgets.clinic import ClinicExplorer, load_clinic


@pytest.fixture(scope="module")
def explorer():
    return ClinicExplorer()


def verdict(figure):
    return figure.texts[0].get_text()


def seen(figure):
    return figure.axes[0].lines[1].get_xydata()


def test_the_curve_is_the_record_up_to_the_steps_seen(explorer):
    figure = explorer.still(patient="WGAN-GP, seed 0", steps=200, inside=False)
    curve = load_clinic()["WGAN-GP, seed 0"][0]["wasserstein"]
    np.testing.assert_allclose(seen(figure), np.stack([np.arange(2, 201, 2), curve[:100]], axis=1), rtol=1e-6)
    assert verdict(figure).endswith("healthy")


def test_the_controls_move_curve_and_verdict(explorer):
    explorer.controls["patient"].value = "α per pixel"
    assert verdict(explorer.figure) == "verdict from the curves alone: healthy"
    whole = len(seen(explorer.figure))
    explorer.controls["inside"].value = True
    assert verdict(explorer.figure) == "verdict from curves and trainer: mismeasured"
    assert "leave the line" in explorer.figure.texts[1].get_text()
    explorer.controls["steps"].value = 100
    assert len(seen(explorer.figure)) == 50 < whole == 350
    explorer.controls["patient"].value = "BatchNorm in the critic"
    assert verdict(explorer.figure).endswith("coupled")


def test_every_run_can_be_drawn(explorer):
    runs = load_clinic()
    assert set(explorer.controls["patient"].options) == set(runs)
    for name in runs:
        figure = explorer.still(patient=name, steps=700, inside=True)
        assert verdict(figure).endswith(runs[name][2])
