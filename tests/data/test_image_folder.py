"""A folder of pictures comes in as images in [−1, 1], or with a sentence that says what is wrong with it."""

import os
import re
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile

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


def test_transparent_grey_is_grey(put):
    grey_and_alpha = np.array([[[0, 255], [100, 255]], [[100, 0], [255, 255]]], np.uint8)
    image = load_images(put("clear.png", grey_and_alpha), verbose=False)[0]
    np.testing.assert_array_equal(np.round((image[..., 0] + 1) * 127.5), [[0, 100], [255, 255]])
    assert image.shape == (2, 2, 1)


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
    with pytest.raises(ValueError, match="3 of 3 pictures"):
        load_images(folder, skip_unreadable=True)


def write_16_bit_png(path, array, transparent=b""):
    """Pillow writes neither colour of 16 bits nor a transparent value."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], 16, 2 if array.ndim == 3 else 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + row.astype(">u2").tobytes() for row in array))
    chunks = [(b"IHDR", header), *([(b"tRNS", transparent)] if transparent else []), (b"IDAT", rows), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks))


DEEP = np.array([[0, 255, 256, 65535], [1000, 20_000, 40_000, 65_000]], np.uint16)


def in_bytes(folder):
    return np.round((load_images(folder, verbose=False)[0] + 1) * 127.5)


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_of_16_bits_the_upper_8_are_taken_of_grey(put, suffix):
    np.testing.assert_array_equal(in_bytes(put(f"deep.{suffix}", DEEP)), (DEEP >> 8)[..., None])


def test_of_16_bits_the_upper_8_are_taken_of_colour(tmp_path):
    colour = np.stack([DEEP, DEEP.T.reshape(DEEP.shape), DEEP[::-1]], axis=-1)
    write_16_bit_png(tmp_path / "deep.png", colour)
    np.testing.assert_array_equal(in_bytes(tmp_path), colour >> 8)


def test_a_transparent_grey_of_16_bits_is_white(tmp_path):
    write_16_bit_png(tmp_path / "deep.png", DEEP, transparent=struct.pack(">H", 256))
    np.testing.assert_array_equal(in_bytes(tmp_path)[..., 0], np.where(DEEP == 256, 255, DEEP >> 8))


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_pictures_of_no_known_range_are_refused(put, rng, dtype):
    with pytest.raises(ValueError, match="no known range"):
        load_images(put("deep.tiff", rng.integers(0, 100, (4, 4)).astype(dtype)))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("side", [11, 40])  # Pillow warns of the one and refuses the other
def test_a_picture_that_would_fill_the_memory_is_unreadable(put, monkeypatch, rng, side, capsys):
    folder = put("bomb.png", grey(rng, side, side))
    put("small.png", grey(rng))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    decoded = []
    monkeypatch.setattr(
        ImageFile.ImageFile, "load", lambda self, load=ImageFile.ImageFile.load: decoded.append(self.size) or load(self)
    )
    with pytest.raises(ValueError, match=r"1 of 2 pictures.*bomb\.png.*pixels, too many to decode"):
        load_images(folder, size=4)
    assert (side, side) not in decoded
    assert load_images(folder, size=4, skip_unreadable=True).shape == (1, 4, 4, 1)
    assert "1 unreadable" in capsys.readouterr().out


def test_without_pillow_s_limit_there_is_none(put, monkeypatch, rng):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert load_images(put("a.png", grey(rng)), verbose=False).shape == (1, 6, 8, 1)


@pytest.mark.filterwarnings("error")
def test_a_large_jpeg_is_decoded_small(put, monkeypatch):
    ramp = np.tile(np.linspace(0, 255, 480).astype(np.uint8), (240, 1))
    exact = load_images(put("exact/a.png", ramp) / "exact", size=(10, 20), verbose=False)
    folder = put("large/a.jpg", ramp, quality=95) / "large"
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", ramp.size - 1)
    np.testing.assert_allclose(load_images(folder, size=(10, 20), verbose=False), exact, atol=0.03)
    with pytest.raises(ValueError, match="pixels"):
        load_images(folder)


@pytest.mark.parametrize("size, shape", [(None, "6×8×1"), (5, "5×5×1")])
def test_a_full_memory_is_not_a_damaged_picture(put, monkeypatch, rng, size, shape):
    put("a.png", grey(rng))
    folder = put("b.png", grey(rng))

    def fail(*_, **__):
        raise MemoryError

    for owner, name in ((Image.Image, "convert"), (np, "empty")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, fail)
            with pytest.raises(MemoryError, match=rf"2 pictures of {shape}.* take [\d.]+ GB"):
                load_images(folder, size=size, skip_unreadable=True)


def test_pictures_take_little_more_memory_than_the_array(tmp_path):
    rng, count, side = np.random.default_rng(0), 40, 512
    for index in range(count):
        Image.fromarray(rng.integers(0, 256, (side, side, 3), dtype=np.uint8)).save(tmp_path / f"{index}.bmp")
    tracemalloc.start()
    images = load_images(tmp_path, verbose=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # A byte beside each float; Pillow's own memory, of one picture at a time, is not traced.
    assert peak < 1.3 * images.nbytes


def test_a_folder_without_pictures_or_no_folder(tmp_path):
    with pytest.raises(ValueError, match=r"There must be pictures.* files that end in \.avif"):
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


def test_hidden_files_and_folders_are_not_data_and_the_rest_is_counted(put, rng, capsys):
    put("a.png", grey(rng))
    for hidden in (".thumbnails/a.png", ".ipynb_checkpoints/a-checkpoint.png", ".b.png", "c/.trash/d.png"):
        put(hidden, grey(rng))
    folder = put("c/e.png", grey(rng))
    for name in ("notes.txt", "c/labels.csv", "c/more.txt", "README"):
        (folder / name).write_text("not a picture")
    assert load_images(folder).shape[0] == 2
    assert "passed over: 2 .txt, 1 .csv, 1 without a suffix" in capsys.readouterr().out


def test_a_folder_that_cannot_be_read_is_not_passed_over_in_silence(put, rng, monkeypatch, capsys):
    put("closed/a.png", grey(rng))
    folder = put("open/b.png", grey(rng))

    def scandir(place, scan=os.scandir):  # no permission stops an administrator, as whom tests may run
        if os.path.basename(place) == "closed":
            raise PermissionError(13, "Permission denied", place)
        return scan(place)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(PermissionError, match="closed"):
        load_images(folder)
    assert load_images(folder, skip_unreadable=True).shape == (1, 6, 8, 1)
    assert "1 unreadable folder" in capsys.readouterr().out


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


# Classes.


def test_class_folders_become_labels_and_names(put, rng, capsys):
    pictures = [grey(rng) for _ in range(4)]
    for name, picture in zip(("dogs/b.png", "cats/z.png", "cats/kittens/a.png", "dogs/a.png"), pictures, strict=True):
        folder = put(name, picture)
    images, labels, names = load_images(folder, labels=True)
    assert names == ("cats", "dogs") and labels.dtype == np.int32
    np.testing.assert_array_equal(labels, [0, 0, 1, 1])
    np.testing.assert_array_equal(np.round((images[..., 0] + 1) * 127.5), [pictures[number] for number in (2, 1, 3, 0)])
    assert "2 classes: cats (2), dogs (2)" in capsys.readouterr().out
    np.testing.assert_array_equal(load_images(folder, verbose=False), images)


def test_a_single_class_is_counted_as_one(put, rng, capsys):
    load_images(put("dogs/a.png", grey(rng)), labels=True)
    assert "1 class: dogs (1)" in capsys.readouterr().out


def test_labels_stay_with_their_pictures_when_others_are_skipped(put, rng):
    for name in ("a/1.png", "b/1.png", "b/2.png", "c/1.png"):
        folder = put(name, grey(rng))
    (folder / "b" / "1.png").write_bytes(b"damaged")
    (folder / "a" / "1.png").write_bytes(b"damaged")
    images, labels, names = load_images(folder, labels=True, skip_unreadable=True)
    assert names == ("b", "c") and labels.tolist() == [0, 1] and len(images) == 2


def test_a_picture_outside_the_class_folders_is_named_before_any_is_read(put, rng, monkeypatch):
    put("cats/a.png", grey(rng))
    folder = put("stray.png", grey(rng))
    monkeypatch.setattr(Image, "open", None)
    with pytest.raises(ValueError, match=r"1 of 2 pictures .*\(stray\.png\)"):
        load_images(folder, labels=True)


def test_of_many_unreadable_pictures_the_first_five_are_named_and_that_there_are_more(put, rng, capsys):
    folder = put("whole.png", grey(rng))
    for name, count, end in (("abcde", 5, ""), ("f", 6, "; …")):
        for letter in name:
            (folder / f"{letter}.png").write_bytes(b"damaged")
        named = rf"\(a\.png: [^;]*; b.*; e\.png: cannot identify image file [^;]*{end}\)"
        with pytest.raises(ValueError, match=rf"{count} of {count + 1} pictures .* {named}\. Remove"):
            load_images(folder)
        load_images(folder, skip_unreadable=True)
        assert re.search(rf": 1 picture, .*; {count} unreadable {named}$", capsys.readouterr().out)
