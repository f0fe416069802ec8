"""The emoji that ship are the ones that were drawn, on white, with their names."""

import shutil

import numpy as np
import pytest

from wganlib.data import emoji
from wganlib.data.emoji import emoji_names, load_emoji
from wganlib.data.pixels import to_pixels


@pytest.mark.parametrize("size", [32, 64])
def test_there_are_1377_of_them_for_a_generator_with_tanh(size):
    images = load_emoji(size)
    assert images.shape == (1377, size, size, 3) and images.dtype == np.float32
    assert images.min() == -1 and images.max() == 1
    pixels = to_pixels(images).reshape(1377, -1)
    np.testing.assert_allclose(pixels / 127.5 - 1, images.reshape(1377, -1), atol=1e-6)
    assert len({picture.tobytes() for picture in pixels}) == 1377, "no two are the same"
    assert (images[:, 0, 0] == 1).mean() > 0.9, "the ground is white"
    assert np.ptp(images, axis=(1, 2, 3)).min() > 0.05, "none is empty"


def test_the_small_ones_are_the_means_of_the_large_ones():
    small, large = load_emoji(32), load_emoji(64)
    means = large.reshape(-1, 32, 2, 32, 2, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(small, means, atol=0.51 / 127.5)


def test_labels_are_unicode_s_groups_and_each_picture_has_its_name():
    images, labels, groups = load_emoji(labels=True)
    names = emoji_names()
    assert len(images) == len(labels) == len(names) == len(set(names)) == 1377
    assert labels.dtype == np.uint8 and len(groups) == 9
    np.testing.assert_array_equal(np.unique(labels), range(9))

    def group(name):
        return groups[labels[names.index(name)]]

    assert group("grinning face") == "Smileys & Emotion"
    assert group("red apple") == "Food & Drink"
    # Colours tell that names and pictures stand in one order.
    red, green = (images[names.index(f"{colour} apple")].mean(axis=(0, 1)) for colour in ("red", "green"))
    assert red[0] > red[1] and green[1] > green[0]
    black, white = (images[names.index(f"{colour} large square")].mean() for colour in ("black", "white"))
    assert black < 0 < white


@pytest.mark.parametrize("damaged", ["emoji.webp", "emoji.csv"])
def test_damaged_files_are_refused(damaged, monkeypatch, tmp_path):
    assets = emoji.files("wganlib") / "assets"
    (tmp_path / "assets").mkdir()
    for name in ("emoji.webp", "emoji.csv"):
        shutil.copy(assets / name, tmp_path / "assets" / name)
    monkeypatch.setattr(emoji, "files", lambda package: tmp_path)
    load_emoji()
    target = tmp_path / "assets" / damaged
    if damaged == "emoji.csv":
        target.write_text(target.read_text(encoding="utf-8").replace("red apple", "rad apple"), encoding="utf-8")
    else:
        from PIL import Image

        with Image.open(target) as picture:
            sheet = np.array(picture.convert("RGB"))
        sheet[100, 100] ^= 1
        Image.fromarray(sheet).save(target, lossless=True, method=0)
    with pytest.raises(ValueError, match="damaged"):
        load_emoji()


@pytest.mark.parametrize("size", [28, 0, 32.0, "32", None, True, (32, 32)])
def test_other_sizes_are_refused(size):
    with pytest.raises(ValueError, match="`size` must be one of 32, 64"):
        load_emoji(size)
    with pytest.raises(ValueError, match="`labels` must be"):
        load_emoji(labels="no")
