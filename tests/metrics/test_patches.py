"""The distance in patches: against POT, its pyramid against what it was made of, and cases whose answer is known."""

import tracemalloc

import numpy as np
import ot
import pytest

from wganlib.data.emoji import load_emoji
from wganlib.distances.samples import random_directions
from wganlib.metrics import patch_distance
from wganlib.metrics.patches import SIDE, laplacian_pyramid, scale_up, sliced_wasserstein


@pytest.fixture(scope="module")
def emoji():
    """Two sets of 150 emoji, alike."""
    images = load_emoji()
    order = np.random.default_rng(0).permutation(len(images))
    return images[order[:150]], images[order[150:300]]


def test_it_is_pots_sliced_distance():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(300, 12)).astype("float32"), rng.normal(0.3, 1, (300, 12)).astype("float32")
    directions = random_directions(12, 37, 1).astype("float32")  # no whole number of chunks
    expected = ot.sliced_wasserstein_distance(x, y, projections=directions, p=1)
    assert sliced_wasserstein(x, y, directions) == pytest.approx(float(expected), rel=1e-5)


@pytest.mark.parametrize("size", [(64, 64), (30, 57), (28, 28), (8, 8)])
def test_the_levels_of_a_pyramid_add_up_to_the_images(size):
    images = np.random.default_rng(0).uniform(-1, 1, (3, *size, 2)).astype("float32")
    *finer, built = laplacian_pyramid(images)
    assert min(built.shape[1:3]) < 28
    for level in reversed(finer):
        built = level + scale_up(built, level.shape)
    np.testing.assert_allclose(built, images, atol=1e-6)


def whole_at_once(samples, reference, n_patches, n_directions, seed):
    """The values of `patch_distance` from both pyramids as a whole, a place drawn as it is needed."""
    rng, values = np.random.default_rng(seed), []
    directions = random_directions(SIDE * SIDE * samples.shape[-1], n_directions, rng).astype(np.float32)
    for levels in zip(laplacian_pyramid(samples), laplacian_pyramid(reference), strict=True):
        patches = []
        for level in levels:
            windows = np.lib.stride_tricks.sliding_window_view(level, (SIDE, SIDE), axis=(1, 2))
            which = np.arange(n_patches) * len(level) // n_patches
            tops, lefts = (rng.integers(count, size=n_patches) for count in windows.shape[1:3])
            cut = np.moveaxis(windows[which, tops, lefts], 1, -1)
            mean, spread = (f(cut, axis=(0, 1, 2), dtype=np.float64) for f in (np.mean, np.std))
            patches.append(((cut - mean) / spread).astype(np.float32).reshape(n_patches, -1))
        values.append(sliced_wasserstein(*patches, directions))
    return tuple(values)


# More images than are worked on at a time, with more patches than images, and fewer.
@pytest.mark.parametrize("n_patches", [1000, 400])
def test_a_part_of_the_images_at_a_time_gives_the_values_of_the_whole(n_patches):
    rng = np.random.default_rng(0)
    samples, reference = (rng.uniform(-1, 1, (count, 30, 57, 2)).astype("float32") for count in (300, 600))
    found = patch_distance(samples, reference, n_patches, 4, seed=3)
    assert found.values == whole_at_once(samples, reference, n_patches, 4, 3)
    assert found.sizes == ((30, 57), (15, 29))


def test_the_pyramid_of_all_images_is_never_held():
    images = np.random.default_rng(0).uniform(-1, 1, (3000, 32, 32, 1)).astype("float32")
    tracemalloc.start()
    patch_distance(images, images, 500, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.7 * images.nbytes


def test_a_constant_has_no_details():
    finest, coarsest = laplacian_pyramid(np.full((1, 32, 32, 1), 0.5, np.float32))
    np.testing.assert_allclose(finest, 0, atol=1e-6)
    np.testing.assert_allclose(coarsest, 0.5, atol=1e-6)


@pytest.mark.slow
def test_real_images_are_nearer_than_anything_else(emoji):
    first, second = emoji
    alike = patch_distance(first, second)
    assert alike.sizes == ((32, 32), (16, 16)) and alike.n_patches == 16_384
    assert alike.values == patch_distance(first, second).values
    assert alike.values != patch_distance(first, second, seed=1).values
    shuffled = np.random.default_rng(0).permuted(first, axis=1)
    assert min(np.divide(patch_distance(shuffled, second).values, alike.values)) > 2


def test_fine_noise_is_seen_at_the_finest_level_alone(emoji):
    first, second = emoji
    noise = np.random.default_rng(0).normal(0, 0.3, first.shape)
    fine, coarse = np.divide(
        patch_distance(np.clip(first + noise, -1, 1), second).values, patch_distance(first, second).values
    )
    assert fine > 2 and fine > 1.5 * coarse


def test_brightness_and_contrast_are_not_seen(emoji):
    first, second = emoji
    dim = patch_distance(0.5 * first - 0.25, second)
    np.testing.assert_allclose(dim.values, patch_distance(first, second).values, rtol=1e-3)


def test_a_generator_in_the_place_of_a_seed_is_not_printed(emoji):
    found = patch_distance(*emoji, 100, 2, np.random.default_rng(0))
    assert found.values == patch_distance(*emoji, 100, 2, 0).values
    assert found.seed is None and str(found).endswith("in 2 directions)")


def test_black_images_have_a_distance(emoji):
    black = np.full_like(emoji[0], -1)
    assert np.isfinite(patch_distance(black, emoji[1]).values).all()
    assert patch_distance(black, black).mean == 0


def test_all_images_of_either_set_give_patches(emoji):
    few = emoji[1][:40]
    repeated = np.repeat(few, 3, axis=0)
    # The same images at other counts: at most the places of the patches differ.
    assert max(patch_distance(repeated, few).values) < 0.5 * max(patch_distance(emoji[0], few).values)
    assert "900 patches" in str(patch_distance(emoji[0], few, n_patches=900, n_directions=4))
