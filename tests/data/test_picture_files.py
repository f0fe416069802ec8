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
