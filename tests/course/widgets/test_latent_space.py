import keras
import numpy as np
import pytest

import wganlib as wl
from wganlib.course.widgets import LatentExplorer


@pytest.fixture(scope="module", params=(1, 3), ids=("grey", "colour"))
def generator(request):
    keras.utils.set_random_seed(0)
    return wl.make_mlp_generator(6, (8, 8, request.param), hidden_units=(16,))


def shown(figure):
    large, strip = (ax.images[0].get_array() for ax in figure.axes)
    return np.asarray(large), np.asarray(strip)


def test_the_place_moves_the_image_and_the_ends_the_strip(generator):
    explorer = LatentExplorer({"one": generator})
    image, strip = shown(explorer.figure)
    assert image.shape == (8, 8, 3) and strip.shape == (8, 72, 3)
    explorer.controls["place"].value = 1.0
    moved, same_strip = shown(explorer.figure)
    assert not np.allclose(moved, image)
    np.testing.assert_array_equal(same_strip, strip)
    np.testing.assert_allclose(moved, strip[:, -8:], atol=1e-6)
    explorer.controls["start"].value = 7
    _, new_strip = shown(explorer.figure)
    assert not np.allclose(new_strip[:, :8], strip[:, :8])
    np.testing.assert_allclose(new_strip[:, -8:], strip[:, -8:], atol=1e-6)


def test_equal_ends_are_explained_not_raised(generator):
    explorer = LatentExplorer({"one": generator})
    before = explorer.png
    explorer.controls["end"].value = explorer.controls["start"].value
    assert "different ends" in explorer.children[1].value
    assert explorer.png == before
    explorer.controls["end"].value = 9
    assert explorer.children[1].value == ""


def test_one_chooses_what_is_drawn(generator):
    explorer = LatentExplorer({"one": generator, "other": wl.make_mlp_generator(3, (4, 4, 3), hidden_units=(8,))})
    first, _ = shown(explorer.figure)
    explorer.controls["draws"].value = "other"
    other, strip = shown(explorer.figure)
    assert first.shape == (8, 8, 3) and other.shape == (4, 4, 3) and strip.shape == (4, 36, 3)
