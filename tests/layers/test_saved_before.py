"""Networks saved when the layers stood in other modules still load: their registered names carry no module."""

from pathlib import Path

import keras
import numpy as np

SAVED = Path(__file__).with_name("saved_by_0.1.keras")
# What that network, of all of our layers, gave for these images when it was saved.
VALUES = [-1.2732799, -1.4955171, -1.0009749, -0.7069089]


def test_every_layer_of_ours_in_an_old_file_is_found_by_its_name():
    network = keras.models.load_model(SAVED)
    kinds = {type(layer).__name__ for layer in network.layers if type(layer).__module__.startswith("wganlib.")}
    assert kinds == {
        *("SpectralConv2D", "SpectralDense", "LeakyReLU", "GroupSort", "OrthonormalDense", "MinibatchDiscrimination"),
        *("TakeEntries", "OneHotOfLargest", "EntryOfLabel"),
    }
    images = np.random.default_rng(0).uniform(-1, 1, (4, 8, 8, 1)).astype("float32")
    np.testing.assert_allclose(np.ravel(network(images)), VALUES, rtol=1e-5)
