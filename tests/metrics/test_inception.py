"""Inception's features: a clear sentence where its weights are not, the network's own numbers where they are."""

import keras
import numpy as np
import pytest

from wganlib.metrics import inception, inception_features, measure

IMAGES = np.tanh(np.random.default_rng(0).normal(size=(20, 8, 8, 1))).astype("float32")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Keras' folder, empty."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    inception._inception.cache_clear()
    yield tmp_path
    inception._inception.cache_clear()


def test_missing_weights_are_said_with_their_address_and_place(home):
    for call in (lambda: inception_features(IMAGES), lambda: measure(IMAGES, IMAGES, features="inception")):
        with pytest.raises(FileNotFoundError) as caught:
            call()
        assert str(home / "models" / inception.WEIGHTS) in str(caught.value)
        assert inception.SOURCE in str(caught.value)


@pytest.mark.slow
def test_the_features_are_those_of_keras_network(home, monkeypatch):
    monkeypatch.setattr(inception, "WEIGHTS", "inception.weights.h5")
    network = keras.applications.InceptionV3(include_top=False, weights=None, pooling="avg")
    network.save_weights(inception.weights_path())
    grey = IMAGES[:3]
    found = inception_features(grey, batch_size=2)
    scaled = keras.ops.image.resize(np.repeat(grey, 3, axis=-1), (299, 299), interpolation="bilinear")
    np.testing.assert_allclose(found, network(scaled, training=False), rtol=1e-3, atol=1e-5)
    assert found.shape == (3, 2048)


@pytest.mark.slow
def test_damaged_weights_are_refused(home):
    inception.weights_path().write_bytes(b"no weights")
    with pytest.raises(ValueError, match="holds no weights of Inception"):
        inception_features(IMAGES)
