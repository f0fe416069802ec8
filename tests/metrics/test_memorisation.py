"""Nearest training images: against loops, and on sets of digits that are copies, new, or no digits at all."""

import numpy as np
import pytest

from wganlib.data.digits import load_digits
from wganlib.metrics import nearest_neighbours, nearest_training


@pytest.fixture(scope="module")
def digits():
    train, test = (load_digits(split, "sample", verbose=False) for split in ("train", "test"))
    # Mixed: the sample is sorted by nothing in particular, but halves of it must be alike.
    order = np.random.default_rng(0).permutation(len(test))
    return train[:1500], test[order[:500]], test[order[500:1000]]


@pytest.mark.parametrize("block", [1_000_000, 40])
def test_neighbours_are_those_of_loops(block, monkeypatch):
    monkeypatch.setattr("wganlib.metrics.memorisation.BLOCK", block)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(30, 5)).astype("float32"), rng.normal(size=(50, 5)).astype("float32")
    indices, distances = nearest_neighbours(x, y)
    every = np.array([[np.sqrt(((a - b).astype(float) ** 2).sum()) for b in y] for a in x])
    np.testing.assert_array_equal(indices, every.argmin(1))
    np.testing.assert_allclose(distances, every.min(1), rtol=1e-6)


@pytest.mark.parametrize("space", ["pixels", "features"])
def test_copies_are_found(digits, space):
    train, held_out, _ = digits
    chosen = np.random.default_rng(1).choice(len(train), 200, replace=False)
    found = nearest_training(train[chosen], train, held_out, space)
    assert (found.indices == chosen).mean() > 0.99
    assert found.copies > 0.99
    assert found.nearer > 0.99
    if space == "pixels":
        np.testing.assert_array_equal(found.distances, np.zeros(200))


def test_copies_with_a_little_noise_are_found_too(digits):
    train, held_out, _ = digits
    noisy = np.clip(train[:200] + np.random.default_rng(0).normal(0, 0.05, (200, 28, 28, 1)), -1, 1)
    found = nearest_training(noisy, train, held_out)
    np.testing.assert_array_equal(found.indices, np.arange(200))
    # The nearest hundredth of held-out digits are thin ones, and those are near one another: not every copy is below.
    assert found.copies > 0.9
    assert found.nearer > 0.99


@pytest.mark.parametrize("space", ["pixels", "features"])
def test_new_digits_are_as_near_as_held_out_ones(digits, space):
    train, held_out, new = digits
    found = nearest_training(new, train, held_out, space)
    assert found.copies < 0.04
    assert abs(found.nearer - 0.5) < 0.06


def test_noise_is_farther_than_held_out_digits(digits):
    train, held_out, _ = digits
    noise = np.random.default_rng(0).uniform(-1, 1, (100, 28, 28, 1))
    found = nearest_training(noise, train, held_out)
    assert found.copies == 0
    assert found.nearer == 0


def test_the_two_numbers_are_those_of_their_definitions(digits):
    train, held_out, new = digits
    mixed = np.concatenate([new[:60], train[:40], held_out[:30]])
    found = nearest_training(mixed, train[:300], held_out[:120])
    pairs = found.held_out_distances[:, None] - found.distances
    np.testing.assert_allclose(found.nearer, (pairs > 0).mean() + (pairs == 0).mean() / 2, rtol=1e-12)
    assert (pairs == 0).sum() >= 30
    np.testing.assert_allclose(found.copies, (found.distances <= np.quantile(found.held_out_distances, 0.01)).mean())
    _, expected = nearest_neighbours(held_out[:120].reshape(120, -1), train[:300].reshape(300, -1))
    np.testing.assert_array_equal(found.held_out_distances, expected)
    assert "130 samples" in str(found) and "in pixels to 300 training images" in str(found)


def test_images_of_any_kind_are_compared():
    rng = np.random.default_rng(0)
    train, held_out = (np.tanh(rng.normal(size=(count, 9, 7, 3))).astype("float32") for count in (120, 100))
    for space in ("pixels", "features"):
        found = nearest_training(train[:30], train, held_out, space, features=lambda images: images.mean(axis=3)[:, 0])
        np.testing.assert_array_equal(found.indices, np.arange(30))
        assert found.copies == 1 and found.space == space


def test_anything_but_images_of_one_size_is_refused(digits):
    train, held_out, new = digits
    with pytest.raises(ValueError, match=r"`train`: .*scaled to \[−1, 1\]. Received: values in \[0, 1\]"):
        nearest_training(new, (train + 1) / 2, held_out)
    with pytest.raises(ValueError, match=r"`held_out` must be images.*Received: .*28, 28.*Add a last axis"):
        nearest_training(new, train, held_out[..., 0])
    with pytest.raises(ValueError, match=r"`train` must have the size and channels of `images`"):
        nearest_training(new, train[:, ::2, ::2], held_out)
    with pytest.raises(ValueError, match=r"`images` must be digits"):
        nearest_training(new[:, ::2, ::2], train[:, ::2, ::2], held_out[:, ::2, ::2], "features")
    with pytest.raises(ValueError, match=r"`features` must make features"):
        nearest_training(new, train, held_out, "features", features="patches")
    with pytest.raises(ValueError, match=r"`space` must be one of.*'latent'"):
        nearest_training(new, train, held_out, "latent")
