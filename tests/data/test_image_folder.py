"""A folder of pictures comes in as images in [−1, 1], or with a sentence that says what is wrong with it."""

import re

import numpy as np
import pytest
from PIL import Image

from wganlib.data.image_folder import load_images


@pytest.fixture
def put(tmp_path):
    """put("a.png", array, …): writes an array as a picture into the folder, which it returns."""

    def write(name, array, **options):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(array).save(path, **options)
        return tmp_path

    return write


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def grey(rng, height=6, width=8):
    return rng.integers(0, 256, (height, width), dtype=np.uint8)


def test_grey_pictures_keep_every_pixel_and_come_by_path(put, rng, capsys):
    first, second, third = grey(rng), grey(rng), grey(rng)
    put("b/second.png", second)
    put("a.png", first)
    folder = put("b/third.PNG", third)
    (folder / "notes.txt").write_text("not a picture")
    images = load_images(folder)
    assert images.shape == (3, 6, 8, 1) and images.dtype == np.float32
    np.testing.assert_array_equal(np.round((images[..., 0] + 1) * 127.5), [first, second, third])
    assert "3 pictures, 6×8 (height×width), grey" in capsys.readouterr().out


def test_one_colour_picture_makes_them_all_colour(put, rng):
    colour = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    put("a.png", grey(rng))
    images = load_images(put("b.png", colour), verbose=False)
    assert images.shape == (2, 6, 8, 3)
    assert np.array_equal(images[0, ..., 0], images[0, ..., 2])
    np.testing.assert_array_equal(np.round((images[1] + 1) * 127.5), colour)
    assert load_images(put("b.png", colour), channels=1, verbose=False).shape == (2, 6, 8, 1)


def test_other_shapes_are_cut_around_the_middle_then_scaled(put):
    wide = np.zeros((4, 12), np.uint8)
    wide[:, 2:10] = 200
    images = load_images(put("wide.png", wide), size=2, verbose=False)
    # Lanczos looks a little past the cut; the dark sides as a whole would pull this down to −0.5.
    np.testing.assert_allclose(images, 200 / 127.5 - 1, atol=0.05)
    assert load_images(put("wide.png", wide), size=(3, 5), verbose=False).shape == (1, 3, 5, 1)


def test_transparent_pictures_are_laid_on_white(put):
    clear = np.zeros((4, 4, 4), np.uint8)
    clear[0, 0] = (10, 20, 30, 255)
    image = load_images(put("clear.png", clear), verbose=False)[0]
    np.testing.assert_array_equal(np.round((image[0, 0] + 1) * 127.5), [10, 20, 30])
    np.testing.assert_array_equal(image[1:], 1)


def test_a_photograph_is_turned_as_its_camera_says(put, rng):
    turned = Image.Exif()
    turned[0x0112] = 6
    folder = put("photo.jpg", grey(rng, 6, 8), exif=turned)
    assert load_images(folder, verbose=False).shape == (1, 8, 6, 1)


def test_several_sizes_need_a_size(put, rng):
    put("a.png", grey(rng))
    put("b.png", grey(rng))
    folder = put("c.png", grey(rng, 5, 5))
    with pytest.raises(ValueError, match=re.escape("8×6 (2 of them), 5×5 (1 of them)")):
        load_images(folder)
    assert load_images(folder, size=5, verbose=False).shape == (3, 5, 5, 1)


def test_unreadable_pictures_are_named_and_can_be_skipped(put, rng, capsys):
    folder = put("good.png", grey(rng))
    whole = (folder / "good.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "text.jpg").write_text("not a picture")
    (folder / "empty.gif").write_bytes(b"")
    with pytest.raises(ValueError, match="3 of 4 pictures") as problem:
        load_images(folder)
    assert all(name in str(problem.value) for name in ("cut.png", "text.jpg", "empty.gif"))
    assert load_images(folder, skip_unreadable=True).shape == (1, 6, 8, 1)
    assert "3 unreadable" in capsys.readouterr().out
    (folder / "good.png").unlink()
    with pytest.raises(ValueError, match="None is left"):
        load_images(folder, skip_unreadable=True)


def test_deep_pictures_are_refused_not_cut_to_8_bits(put, rng):
    folder = put("deep.png", rng.integers(0, 2**16, (4, 4)).astype(np.uint16))
    with pytest.raises(ValueError, match="more than 8 bits"):
        load_images(folder)


def test_a_picture_that_would_fill_the_memory_is_unreadable(put, monkeypatch, rng):
    folder = put("bomb.png", grey(rng, 40, 40))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(ValueError, match="1 of 1 pictures"):
        load_images(folder)


def test_a_folder_without_pictures_or_no_folder(tmp_path):
    with pytest.raises(ValueError, match="There must be pictures"):
        load_images(tmp_path)
    with pytest.raises(FileNotFoundError, match="no folder"):
        load_images(tmp_path / "nowhere")
    (tmp_path / "file.png").write_bytes(b"")
    with pytest.raises(FileNotFoundError, match="no folder"):
        load_images(tmp_path / "file.png")


@pytest.mark.parametrize("wrong", [{"size": 0}, {"size": (3,)}, {"size": 2.5}, {"size": (4, -4)}, {"channels": 2}])
def test_arguments_out_of_range_are_refused(put, rng, wrong):
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be"):
        load_images(put("a.png", grey(rng)), **wrong)


# What is not data, and what is.


def test_hidden_files_and_folders_are_no_data_and_the_rest_is_counted(put, rng, capsys):
    put("a.png", grey(rng))
    for hidden in (".thumbnails/a.png", ".ipynb_checkpoints/a-checkpoint.png", ".b.png", "c/.trash/d.png"):
        put(hidden, grey(rng))
    folder = put("c/e.png", grey(rng))
    for name in ("notes.txt", "c/labels.csv", "c/more.txt", "README"):
        (folder / name).write_text("not a picture")
    assert load_images(folder).shape[0] == 2
    assert "passed over: 2 .txt, 1 .csv, 1 without a suffix" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", [".jfif", ".jpe", ".JPEG"])
def test_every_suffix_of_a_jpeg_is_one(put, rng, suffix):
    assert load_images(put(f"a{suffix}", grey(rng), format="JPEG"), verbose=False).shape == (1, 6, 8, 1)


def test_links_to_folders_are_followed_and_lead_nowhere_twice(put, rng, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "folder").mkdir()
    put("elsewhere/a.png", grey(rng))
    put("folder/b.png", grey(rng))
    (tmp_path / "folder" / "link").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(tmp_path / "folder")
    assert load_images(tmp_path / "folder", verbose=False).shape[0] == 2
    (tmp_path / "linked").symlink_to(elsewhere)
    assert load_images(tmp_path / "linked", verbose=False).shape[0] == 2


def test_the_home_folder_is_found(put, rng, tmp_path, monkeypatch):
    put("mine/a.png", grey(rng))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert load_images("~/mine", verbose=False).shape[0] == 1
