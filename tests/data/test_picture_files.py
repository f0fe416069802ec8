"""What the head of a file tells is what its picture turns out to be; the rest is held by `load_images`' tests."""

import os

import numpy as np
import pytest
from PIL import Image

from wganlib.data.picture_files import find_pictures, header_size, is_grey, open_picture

MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"]


@pytest.mark.parametrize("mode", MODES)
def test_the_head_tells_whether_a_picture_is_grey_and_how_large(mode, tmp_path):
    path = tmp_path / f"a.{'jpg' if mode == 'CMYK' else 'png'}"
    if mode == "I;16":
        Image.fromarray(np.arange(48, dtype=np.uint16).reshape(6, 8) * 1000).save(path)
    else:
        Image.fromarray(np.arange(144, dtype=np.uint8).reshape(6, 8, 3)).convert(mode).save(path)
    picture = open_picture(path, None, None)
    assert is_grey(path) == (picture.ndim == 2)
    assert header_size(path) == picture.shape[:2] == (6, 8)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes a pipe with a name")
def test_a_pipe_is_passed_over(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    Image.new("L", (4, 4)).save(tmp_path / "a.png")
    (tmp_path / "broken.png").symlink_to("nowhere.png")
    paths, others = find_pictures(tmp_path, skip_unreadable=False)
    assert [path.name for path in paths] == ["a.png", "broken.png"]
    assert others == {"pipe or device": 1}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_picture_that_links_lead_to_counts_once_by_its_first_path(tmp_path):
    for name in ("b/one.png", "b/two.png", "elsewhere/three.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    mine = tmp_path / "b"
    (mine / "again.png").symlink_to("one.png")
    (mine / "inner").mkdir()
    for name in ("three.png", "four.png"):
        (mine / "inner" / name).symlink_to(tmp_path / "elsewhere" / "three.png")
    (mine / "z").symlink_to(mine / "inner")
    paths, others = find_pictures(mine, skip_unreadable=False)
    assert [path.relative_to(mine).as_posix() for path in paths] == ["again.png", "inner/four.png", "two.png"]
    assert others == {"repeated by a link": 2}


def test_what_a_run_has_drawn_is_passed_over(tmp_path):
    for name in ("a.png", "runs/first/samples.png", "runs/first/settings.json", "runs/first/states/epoch_0001.npz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    paths, others = find_pictures(tmp_path, skip_unreadable=False)
    assert [path.name for path in paths] == ["a.png"]
    assert others == {"run folder": 1}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_link_to_what_the_folder_lies_in_brings_no_neighbours(tmp_path):
    (tmp_path / "mine").mkdir()
    for name in ("mine/a.png", "b.png"):
        (tmp_path / name).touch()
    (tmp_path / "mine" / "up").symlink_to("..")
    paths, _ = find_pictures(tmp_path / "mine", skip_unreadable=False)
    assert [path.name for path in paths] == ["a.png"]
