"""Networks that are asked for a class: what they compute, for any size and number of classes, and what they cost."""

import keras
import numpy as np
import pytest

import wganlib as wl
from wganlib.layers.spectral import SPECTRAL
from wganlib.networks import load_pretrained, make_class_generator, make_projection_critic

SMALL = {"n_blocks": 1, "kernel_size": 4, "stem": False}


def generator(size=(8, 8, 1), n_classes=3):
    keras.utils.set_random_seed(1)
    inner = wl.make_dcgan_generator(4 + n_classes, size, 4, **SMALL)
    return inner, make_class_generator(inner, n_classes)


def critic(size=(8, 8, 1), n_classes=3, **options):
    keras.utils.set_random_seed(1)
    inner = wl.make_dcgan_discriminator(size, 4, **{"norm": None, "dropout": 0, **SMALL, **options})
    return inner, make_projection_critic(inner, n_classes)


@pytest.mark.parametrize("size, n_classes", [((8, 8, 1), 2), ((16, 12, 3), 7)])
def test_any_size_and_any_number_of_classes(size, n_classes):
    makes, judges = generator(size, n_classes)[1], critic(size, n_classes)[1]
    assert makes.input_shape == (None, 4 + n_classes) and makes.output_shape == (None, *size)
    assert judges.input_shape == (None, *size) and judges.output_shape == (None, n_classes)


def test_the_largest_of_the_last_entries_is_the_class():
    inner, outer = generator()
    z = np.random.default_rng(0).normal(size=(20, 7)).astype("float32")
    seen = np.concatenate([z[:, :4], np.eye(3, dtype="float32")[z[:, 4:].argmax(1)]], axis=1)
    np.testing.assert_allclose(outer(z), inner(seen), atol=1e-6)


@pytest.mark.parametrize("hidden_units", [None, 5])
def test_a_value_is_that_of_the_formula(hidden_units):
    inner, outer = critic(hidden_units=hidden_units)
    images = np.tanh(np.random.default_rng(0).normal(size=(6, 8, 8, 1))).astype("float32")
    features = images
    last = max(index for index, layer in enumerate(inner.layers) if layer.weights)
    for layer in inner.layers[:last]:
        features = layer(features)
    features = np.reshape(features, (6, -1))
    kernel, bias = outer.get_layer("value_of_any_class").get_weights()
    (of_each,) = outer.get_layer("value_of_each_class").get_weights()
    np.testing.assert_allclose(outer(images), features @ of_each + features @ kernel + bias, rtol=1e-4, atol=1e-5)


def test_a_spectral_critic_stays_one():
    assert isinstance(critic(norm="spectral")[1].get_layer("value_of_each_class"), SPECTRAL)


def test_the_generator_can_be_saved_and_drawn_from_like_any_other(tmp_path):
    outer = generator()[1]
    outer.save(tmp_path / "generator.keras")
    loaded = load_pretrained(tmp_path / "generator.keras")
    z = wl.sample_latent(loaded, 5)
    np.testing.assert_array_equal(loaded(z), outer(z))


def test_what_cannot_be_asked_for_a_class_is_refused():
    with pytest.raises(ValueError, match=r"more than 7 entries.*Received: 7"):
        make_class_generator(generator()[0], 7)
    with pytest.raises(ValueError, match=r"`critic` must be a keras.Sequential.*Received"):
        make_projection_critic(critic()[1], 3)
