"""benchmarks/named_samples.py: what a look says, what two of them have in common, and the pictures of a sheet."""

import named_samples
import numpy as np
import pytest
from PIL import Image

from wganlib.data import load_emoji, save_grid
from wganlib.data.pixels import to_pixels


def look(names):
    return "\n".join(f"{number}: {names.get(number, '-')}, {number}" for number in range(1, named_samples.COUNT + 1))


def test_a_sample_counts_where_both_looks_have_the_same_name():
    looks = [named_samples.read_look(look({3: "Heart", 2: "clock", 4: "face"})) for _ in range(2)]
    looks[1][1], looks[1][2] = ("watch", 90), ("heart", 1)
    assert list(named_samples.agreement(looks)) == [(3, "heart", 1), (4, "face", 4)]


@pytest.mark.parametrize("text", ["1: heart, 50\n2: -, 5", look({7: ""})])
def test_a_look_names_every_sample_or_says_that_it_cannot(text):
    with pytest.raises(ValueError, match="samples 1 to 32"):
        named_samples.read_look(text)


def test_the_samples_of_a_grid_are_those_that_were_saved(tmp_path, monkeypatch):
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 32, 3)).astype("uint8")
    (tmp_path / "images").mkdir()
    save_grid(pixels / np.float32(127.5) - 1, tmp_path / "images" / "emoji_wide.png", columns=8, scale=2)
    monkeypatch.setattr(named_samples, "ROOT", tmp_path)
    np.testing.assert_array_equal(named_samples.pictures("emoji_wide"), pixels)
    assert Image.open(tmp_path / "images" / "emoji_wide.png").size == (512, 256)


def test_real_emoji_are_32_different_ones():
    emoji = {picture.tobytes() for picture in to_pixels(load_emoji(32))}
    drawn = {picture.tobytes() for picture in named_samples.pictures("real")}
    assert len(drawn) == 32 and drawn <= emoji
