"""What is written is what was given, to the pixel, and what cannot be written is refused before anything is."""

import numpy as np
import pytest
from PIL import Image

from wganlib.data.emoji import load_emoji
from wganlib.data.image_folder import load_images
from wganlib.data.image_writer import save_animation, save_grid, save_images, tile

RED = np.stack([np.ones((4, 5)), -np.ones((4, 5)), -np.ones((4, 5))], axis=-1)


def test_a_folder_of_class_folders_is_read_back_with_its_labels(tmp_path):
    images, labels, names = load_emoji(labels=True)
    some = np.random.default_rng(0).permutation(len(images))[:60]
    save_images(images[some], tmp_path / "emoji", labels[some], names)
    back, new_labels, new_names = load_images(tmp_path / "emoji", labels=True, verbose=False)
    by_class = sorted(range(60), key=lambda place: (names[labels[some][place]], place))
    np.testing.assert_array_equal(back, images[some][by_class])
    assert [new_names[label] for label in new_labels] == [names[labels[some][place]] for place in by_class]


@pytest.mark.parametrize("channels", [1, 3])
def test_without_labels_they_lie_in_one_folder_in_order(channels, tmp_path):
    images = np.random.default_rng(0).uniform(-1, 1, (12, 4, 6, channels)).astype(np.float32)
    save_images(images, tmp_path / "new" / "folder")
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())[10] == "0010.png"
    np.testing.assert_allclose(load_images(tmp_path / "new" / "folder", verbose=False), images, atol=0.51 / 127.5)


def test_a_folder_that_holds_something_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        save_images(RED[None], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("names", [["a/b", "c"], ["..", "c"], ["", "c"], ["a", "a"], ["a"], "ab"])
def test_names_that_are_not_folders_are_refused_before_anything_is_made(names, tmp_path):
    with pytest.raises(ValueError, match="`names` must be"):
        save_images(np.stack([RED, RED]), tmp_path / "new", [0, 1], names)
    assert not (tmp_path / "new").exists()


def test_a_grid_holds_each_image_to_the_pixel(tmp_path):
    images = np.stack([RED, -RED, RED / 2, -RED, RED])
    save_grid(images, tmp_path / "grid.png", columns=3, scale=2)
    with Image.open(tmp_path / "grid.png") as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (2 * 4 * 2, 3 * 5 * 2, 3)
    np.testing.assert_array_equal(pixels[::2, ::2], tile(images, 3))
    np.testing.assert_array_equal(pixels[0, 10], [0, 255, 255])
    np.testing.assert_array_equal(pixels[-1, -1], [0, 0, 0])


def test_what_a_diverged_generator_makes_can_be_looked_at(tmp_path):
    save_grid(np.full((2, 4, 4, 1), np.nan), tmp_path / "grid.png")
    save_animation([np.full((2, 4, 4, 1), np.nan)] * 2, tmp_path / "run.gif")
    assert (tmp_path / "run.gif").stat().st_size > 0
    with pytest.raises(ValueError, match="finite"):
        save_images(np.full((2, 4, 4, 1), np.nan), tmp_path / "new")


def test_frames_of_two_shapes_are_refused(tmp_path):
    with pytest.raises(ValueError, match="`frames` must be"):
        save_animation([RED[None], RED[None, :2]], tmp_path / "run.gif")
    assert not list(tmp_path.iterdir())
