"""From a picture back to its z."""

import keras
import numpy as np
import pytest

from wganlib.networks.inversion import invert
from wganlib.networks.pretrained import load_pretrained, sample_latent

SMALL = keras.initializers.RandomNormal(stddev=0.1, seed=0)
LINEAR = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(16, kernel_initializer=SMALL), keras.layers.Reshape((4, 4, 1))]
)


def test_where_the_answer_is_known_it_is_found():
    z = sample_latent(LINEAR, 5)
    found = invert(LINEAR, LINEAR(z), steps=400, starts=1)
    assert found.z.shape == (5, 3) and found.errors.shape == (5,)
    np.testing.assert_allclose(found.z, z, atol=1e-2)
    np.testing.assert_allclose(found.errors, 0, atol=1e-3)


def test_a_generator_s_own_digit_is_found_and_noise_is_not():
    generator = load_pretrained()
    drawn = generator(sample_latent(generator, 2, seed=3)).numpy()
    noise = np.random.default_rng(0).uniform(-1, 1, (1, 28, 28, 1)).astype(np.float32)
    found = invert(generator, np.concatenate([drawn, noise]), steps=60, starts=8, learning_rate=0.1)
    again = generator(found.z).numpy() - np.concatenate([drawn, noise])
    np.testing.assert_allclose(found.errors, np.sqrt((again**2).mean(axis=(1, 2, 3))), rtol=1e-4)
    assert found.errors[:2].max() < 0.25 < found.errors[2]


def test_the_best_of_several_starts_is_kept_and_a_seed_repeats():
    generator = load_pretrained()
    drawn = generator(sample_latent(generator, 2, seed=5)).numpy()
    few, many = (invert(generator, drawn, steps=10, starts=starts, seed=1).errors for starts in (1, 6))
    again = invert(generator, drawn, steps=10, starts=6, seed=1).errors
    np.testing.assert_array_equal(many, again)
    assert many.sum() < few.sum()


def test_more_images_than_are_worked_on_at_once(monkeypatch):
    monkeypatch.setattr("wganlib.networks.inversion.AT_ONCE", 2)
    images = np.zeros((5, 4, 4, 1), np.float32)
    found = invert(LINEAR, images, steps=3, starts=2)
    assert found.z.shape == (5, 3) and found.errors.shape == (5,)


def test_it_changes_nothing_in_the_generator():
    before = [weight.numpy().copy() for weight in LINEAR.weights]
    invert(LINEAR, np.zeros((1, 4, 4, 1)), steps=2)
    for weight, old in zip(LINEAR.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), old)


@pytest.mark.parametrize("images", [np.zeros((2, 28, 28, 1)), np.full((2, 4, 4, 1), 200.0), np.zeros((4, 4, 1))])
def test_images_of_another_size_or_range_are_refused(images):
    with pytest.raises(ValueError, match="`images` must"):
        invert(LINEAR, images)
