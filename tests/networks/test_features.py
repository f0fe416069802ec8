"""The features of a critic, against a walk through its layers."""

import keras
import numpy as np
import pytest

from wganlib.networks.dcgan import make_dcgan_discriminator
from wganlib.networks.features import critic_with_features
from wganlib.networks.mlp import make_mlp_critic


def images(count):
    return np.random.default_rng(0).uniform(-1, 1, (count, 8, 8, 1)).astype("float32")


def up_to(critic, number, x):
    for layer in critic.layers[:number]:
        x = layer(x)
    return np.asarray(x)


@pytest.mark.parametrize("norm", ["batch", "layer", "spectral", None])
def test_features_are_what_goes_into_the_last_convolution(norm):
    critic = make_dcgan_discriminator((8, 8, 1), 4, 1, norm=norm, dropout=0.0, stem=False)
    features, values = critic_with_features(critic)(images(3))
    assert features.shape == (3, 4, 4, 4)
    np.testing.assert_allclose(features, up_to(critic, len(critic.layers) - 2, images(3)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(values, critic(images(3)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("norm", ["batch", "spectral"])
def test_features_with_minibatch_discrimination_are_what_goes_into_the_last_dense_layer(norm):
    critic = make_dcgan_discriminator((8, 8, 1), 4, 1, norm=norm, stem=False, minibatch_discrimination=2)
    features, _ = critic_with_features(critic)(images(3))
    np.testing.assert_allclose(features, up_to(critic, len(critic.layers) - 1, images(3)), rtol=1e-5, atol=1e-6)
    assert features.shape == (3, 4 * 4 * 4 + 2)


def test_a_name_chooses_another_layer():
    critic = make_mlp_critic((4,), (5, 3))
    name = critic.layers[1].name
    features, _ = critic_with_features(critic, name)(np.ones((2, 4), "float32"))
    np.testing.assert_allclose(features, up_to(critic, 2, np.ones((2, 4), "float32")), rtol=1e-6)


def test_a_critic_in_a_critic():
    inner = make_mlp_critic((4,), (5,))
    outer_input = keras.Input((2, 2))
    outer = keras.Model(outer_input, inner(keras.layers.Flatten()(outer_input)))
    x = np.random.default_rng(0).normal(size=(3, 2, 2)).astype("float32")
    features, values = critic_with_features(outer)(x)
    np.testing.assert_allclose(features, up_to(inner, 2, x.reshape(3, 4)), rtol=1e-5)
    np.testing.assert_allclose(values, outer(x), rtol=1e-5)


def test_critics_without_such_a_layer_are_refused():
    class Own(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(ValueError, match=r"must be a Sequential or functional model.*Received: Own"):
        critic_with_features(Own())
    with pytest.raises(ValueError, match=r"no layer 'third'\. Its layers are flatten"):
        critic_with_features(make_mlp_critic((4,), (5,)), "third")
    one, other = keras.Input((2,)), keras.layers.Dense(1)
    merged = keras.Model(one, keras.layers.Add()([other(one), keras.layers.Dense(1)(one)]))
    with pytest.raises(ValueError, match="feature_layer=…"):
        critic_with_features(merged)
