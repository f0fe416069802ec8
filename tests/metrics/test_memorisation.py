"""Nearest training images: against loops, and on sets of digits that are copies, new, or no digits at all."""

import numpy as np
import pytest
import scipy

from wganlib.data.digits import load_digits
from wganlib.data.emoji import load_emoji
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


@pytest.fixture(scope="module")
def emoji():
    images = load_emoji()[np.random.default_rng(0).permutation(1377)]
    return images[:100], images[100:300], images[300:]


@pytest.mark.parametrize("kind", ["digits", "emoji"])
def test_copies_are_seen_through_noise_and_blur_in_coarse_images(kind, request):
    train, held_out, new = request.getfixturevalue(kind)
    copied = train[:200]
    spoilt = {
        "noise": np.clip(copied + np.random.default_rng(0).normal(0, 0.3, copied.shape), -1, 1),
        "blur": scipy.ndimage.gaussian_filter(copied, (0, 1, 1, 0)),
        "contrast": 0.7 * copied,
    }
    for images in spoilt.values():
        in_pixels, coarse = (nearest_training(images, train, held_out, space) for space in ("pixels", "coarse"))
        assert in_pixels.copies < 0.4  # of emoji under blur; otherwise none
        assert coarse.copies > 0.9 and coarse.nearer > 0.96
        assert (coarse.indices == np.arange(len(copied))).mean() > 0.98
    found = nearest_training(new, train, held_out, "coarse")
    assert found.copies < 0.03 and abs(found.nearer - 0.5) < 0.06
    # No noise, and so not seen through.
    assert nearest_training(np.roll(copied, 3, axis=2), train, held_out, "coarse").copies < 0.03
    noise = np.random.default_rng(0).uniform(-1, 1, copied.shape)
    assert nearest_training(noise, train, held_out, "coarse").copies == 0


def test_coarse_images_are_means_without_brightness_and_contrast():
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (180, 24, 16, 3)).astype("float32")
    parts = images.reshape(180, 8, 3, 8, 2, 3).mean((2, 4))
    parts = (parts - parts.mean((1, 2), keepdims=True)).reshape(180, -1)
    parts /= np.linalg.norm(parts, axis=1, keepdims=True)
    every = np.linalg.norm(parts[:, None] - parts, axis=2)
    np.fill_diagonal(every, np.inf)
    found = nearest_training(*np.split(images, 3), "coarse")
    np.testing.assert_allclose(found.distances, every[:60, 60:120].min(1), rtol=1e-4)
    ratios = every[:, 60:120].min(1) / every[:, 120:].min(1)
    assert found.copies == (ratios[:60] <= np.quantile(ratios[120:], 0.01)).mean()
    assert "in proportion to the nearest held-out image, than 99 %" in str(found) and "in 8×8 pixels" in str(found)
    plain = np.full((10, 5, 7, 3), -0.5, np.float32)
    np.testing.assert_allclose(nearest_training(plain, plain - 0.1, plain, "coarse").distances, 0, atol=0.01)


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
    for space in ("pixels", "coarse", "features"):
        found = nearest_training(train[:30], train, held_out, space, features=lambda images: images.mean(axis=3)[:, 0])
        np.testing.assert_array_equal(found.indices, np.arange(30))
        assert found.copies == 1 and found.space == space


def test_anything_but_images_of_one_size_is_refused(digits):
    train, held_out, new = digits
    with pytest.raises(ValueError, match=r"`train` must be scaled to \[−1, 1\]. Received: values in \[0, 1\]"):
        nearest_training(new, (train + 1) / 2, held_out)
    with pytest.raises(ValueError, match=r"`held_out` must be images.*Received: .*28, 28.*Add a last axis"):
        nearest_training(new, train, held_out[..., 0])
    with pytest.raises(ValueError, match=r"`train` must have the size and channels of `images`"):
        nearest_training(new, train[:, ::2, ::2], held_out)
    with pytest.raises(ValueError, match=r"`images` must be digits"):
        nearest_training(new[:, ::2, ::2], train[:, ::2, ::2], held_out[:, ::2, ::2], "features")
    with pytest.raises(ValueError, match=r"`features` must make features"):
        nearest_training(new, train, held_out, "features", features="patches")
    with pytest.raises(ValueError, match=r"`held_out` must be at least 2 images, better 100. Received: 1"):
        nearest_training(new, train, held_out[:1], "coarse")
    with pytest.raises(ValueError, match=r"`space` must be one of.*'latent'"):
        nearest_training(new, train, held_out, "latent")
