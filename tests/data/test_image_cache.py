"""The cache holds what `load_images` reads, is made once, and is made again when a picture changes."""

import os
import shutil
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from wganlib._saving import lock_folder
from wganlib.data import image_cache
from wganlib.data.emoji import load_emoji
from wganlib.data.image_cache import cache_images
from wganlib.data.image_folder import load_images
from wganlib.data.image_writer import save_images
from wganlib.data.pixels import to_pixels


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """40 emoji in class folders; the cache goes beside them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    images, labels, names = load_emoji(labels=True)
    save_images(images[::34], tmp_path / "emoji", labels[::34], names)
    return tmp_path / "emoji"


@pytest.fixture
def decoded(monkeypatch):
    """The paths that were decoded."""
    paths = []

    def note(path, *how, decode=image_cache.open_picture):
        paths.append(path)
        return decode(path, *how)

    monkeypatch.setattr(image_cache, "open_picture", note)
    return paths


@pytest.mark.parametrize("how", [{}, {"size": 16}, {"size": (8, 12), "channels": 1}])
def test_it_holds_what_load_images_reads(how, folder, capsys):
    cached, labels, names = cache_images(folder, labels=True, **how)
    assert isinstance(cached, np.memmap) and cached.dtype == np.uint8 and not cached.flags.writeable
    read, their_labels, their_names = load_images(folder, labels=True, verbose=False, **how)
    np.testing.assert_array_equal(cached, to_pixels(read))
    np.testing.assert_array_equal(labels, their_labels)
    assert names == their_names
    said = capsys.readouterr().out
    assert str(folder.parent / "home" / "wganlib") in said and "MB" in said and "8 classes" in said


def test_grey_pictures_stay_grey_until_one_is_in_colour(tmp_path):
    grey = np.arange(48, dtype=np.uint8).reshape(6, 8)
    (tmp_path / "mine").mkdir()
    for name in "ab":
        Image.fromarray(grey).save(tmp_path / "mine" / f"{name}.png")
    first = cache_images(tmp_path / "mine", cache=tmp_path / "cache", verbose=False)
    np.testing.assert_array_equal(first[..., 0], [grey, grey])
    Image.fromarray(np.stack([grey] * 3, axis=-1)).save(tmp_path / "mine" / "c.png")
    assert cache_images(tmp_path / "mine", cache=tmp_path / "cache", verbose=False).shape == (3, 6, 8, 3)
    assert first.shape == (2, 6, 8, 1)


def test_pictures_are_decoded_once_until_name_size_or_date_change(folder, decoded):
    def calls(**how):
        decoded.clear()
        cache_images(folder, verbose=False, **how)
        return len(decoded)

    count = sum(len(files) for *_, files in os.walk(folder))
    assert calls() == count and calls() == 0 and calls(labels=True) == 0
    assert calls(size=16) == count and calls(size=16) == 0
    one = next(folder.glob("*/*.png"))
    os.utime(one, ns=(0, 0))
    assert calls() == count
    one.rename(one.with_name("other.png"))
    assert calls() == count and calls() == 0


def test_a_folder_that_changed_replaces_its_cache_and_no_other(folder, capsys):
    home = folder.parent / "home" / "wganlib"
    shutil.copytree(folder, folder.parent / "copy" / "emoji")
    first = cache_images(folder)
    cache_images(folder, size=16)
    cache_images(folder.parent / "copy" / "emoji")
    whole, before = np.array(first), {*home.rglob("pixels*")}
    assert len(before) == 3 and "removed" not in capsys.readouterr().out
    (home / first.filename.parent / "partial_pixels_torn").write_bytes(b"of a process that was killed")
    next(folder.glob("*/*.png")).unlink()
    assert len(cache_images(folder)) == 40
    after, said = {*home.rglob("*pixels*")}, capsys.readouterr().out
    (old,) = before - after
    assert len(after) == 3 and f"no longer what the folder holds: {old}\n" in said
    np.testing.assert_array_equal(first, whole)  # still there for whoever has it
    assert len(cache_images(folder)) == 40 and "removed" not in capsys.readouterr().out


def test_a_cache_that_was_cut_off_is_made_again(folder, decoded):
    whole = np.array(cache_images(folder, verbose=False))
    (place,) = (folder.parent / "home" / "wganlib").iterdir()
    (pixels,) = place.glob("pixels_*")
    for damage in (lambda: os.truncate(pixels, 100), lambda: (place / "record.json").write_text("{")):
        damage()
        decoded.clear()
        np.testing.assert_array_equal(cache_images(folder, verbose=False), whole)
        assert decoded


def test_an_interrupted_decoding_leaves_no_half_cache(folder, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(image_cache, "open_picture", interrupt)
        with pytest.raises(KeyboardInterrupt):
            cache_images(folder, verbose=False)
    (place,) = (folder.parent / "home" / "wganlib").iterdir()
    assert not list(place.iterdir())
    assert len(cache_images(folder, verbose=False)) == 41


def test_unreadable_pictures_cost_no_second_decoding(folder, decoded):
    one = next(folder.glob("*/*.png"))
    one.write_bytes(b"damaged")
    with pytest.raises(ValueError, match="1 of 41 pictures"):
        cache_images(folder)
    decoded.clear()
    images, labels, _ = cache_images(folder, labels=True, skip_unreadable=True)
    assert len(images) == len(labels) == 40 and not decoded
    for path in folder.glob("*/*.png"):
        path.write_bytes(b"damaged")
    with pytest.raises(ValueError, match="No picture can be read"):
        cache_images(folder, skip_unreadable=True)


def test_a_disk_without_room_is_named_before_anything_is_decoded_or_written(folder, decoded, monkeypatch):
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage._replace(free=41 * 32 * 32 * 3 - 1))
    for how, words in (({}, "0.1 MB"), ({"size": 99_999}, "1,230.0 GB")):
        with pytest.raises(OSError, match=rf"41 pictures take {words} .*home.*Make room[^.]*XDG_CACHE_HOME[^.]*\.$"):
            cache_images(folder, **how)
    assert not decoded and not list((folder.parent / "home").rglob("pixels*"))


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_link_to_nothing_is_an_unreadable_picture(folder):
    (folder / "Symbols" / "gone.png").symlink_to(folder / "nowhere.png")
    with pytest.raises(ValueError, match=r"1 of 42 pictures .*gone\.png.*No such file"):
        cache_images(folder)
    assert len(cache_images(folder, skip_unreadable=True)) == 41


@pytest.mark.slow
def test_a_disk_that_fills_up_leaves_no_half_cache(folder, full_disk):
    with full_disk(), pytest.raises(OSError, match="Make room"):
        cache_images(folder, verbose=False)
    assert not list((folder.parent / "home").rglob("*pixels*"))
    assert len(cache_images(folder, verbose=False)) == 41


def test_several_sizes_are_refused_at_the_first_that_differs(folder):
    Image.new("RGB", (10, 20)).save(folder / "Symbols" / "zzz.png")
    with pytest.raises(ValueError, match=r"zzz\.png of 10×20 .* of 32×32 before it"):
        cache_images(folder)
    assert cache_images(folder, size=16).shape == (42, 16, 16, 3)


@pytest.mark.skipif(os.name == "nt", reason="a lock of this process")
def test_a_process_that_decodes_already_is_waited_for(folder, monkeypatch):
    cache_images(folder, verbose=False)
    (place,) = (folder.parent / "home" / "wganlib").iterdir()
    (place / "record.json").unlink()

    def refuse(folder):
        raise BlockingIOError

    monkeypatch.setattr(image_cache, "lock_folder", refuse)
    with pytest.raises(BlockingIOError, match="Wait for it"):
        cache_images(folder)
    monkeypatch.setattr(image_cache, "lock_folder", lock_folder)
    assert len(cache_images(folder, verbose=False)) == 41


def test_decoding_holds_one_picture_in_memory(tmp_path):
    rng = np.random.default_rng(0)
    (tmp_path / "mine").mkdir()
    for index in range(40):
        pixels = rng.integers(0, 256, (128, 128, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / "mine" / f"{index}.bmp")
    tracemalloc.start()
    images = cache_images(tmp_path / "mine", cache=tmp_path / "cache", verbose=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < images.nbytes / 4


@pytest.mark.parametrize("wrong", [{"size": 0}, {"channels": 2}, {"labels": "yes"}, {"skip_unreadable": 3}])
def test_arguments_out_of_range_are_refused_before_a_folder_is_made(wrong, folder):
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be"):
        cache_images(folder, **wrong)
    assert not (folder.parent / "home").exists()
