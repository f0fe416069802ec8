"""Files of pictures: which there are in a folder, and what is in one."""

import math
import os
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

SUFFIXES = {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp", ".avif", ".tif", ".tiff"}
GREY = ("1", "L", "LA", "La")  # Pillow's modes, besides those of 16 bits


def find_pictures(folder, skip_unreadable):
    """(the pictures in a folder, sorted; how many other things there are by suffix, the most first)."""
    # A link may lead back to where one came from, or to what the folder lies in.
    paths, others, seen = [], Counter(), set(map(str, Path(os.path.realpath(folder)).parents))

    def pass_over(problem):
        if not skip_unreadable:
            raise type(problem)(
                f"The folder {problem.filename} cannot be read: {problem.strerror}. Change its permissions, move it "
                "elsewhere, or pass skip_unreadable=True."
            ) from problem
        others["unreadable folder"] += 1

    for place, folders, files in os.walk(folder, onerror=pass_over, followlinks=True):
        real = os.path.realpath(place)
        is_run = "settings.json" in files and "states" in folders  # whose samples are not pictures to learn from
        others["run folder"] += is_run
        if is_run or real in seen:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        seen.add(real)
        for path in (Path(place, name) for name in files if not name.startswith(".")):
            if path.suffix.lower() not in SUFFIXES:
                others[path.suffix.lower() or "without a suffix"] += 1
            elif path.exists() and not path.is_file():
                others["pipe or device"] += 1  # which could keep its reader waiting for ever
            else:
                paths.append(path)
    first = {os.path.realpath(path): path for path in sorted(paths, reverse=True)}
    if len(first) < len(paths):
        others["repeated by a link"] = len(paths) - len(first)
    return sorted(first.values()), dict(sorted((+others).items(), key=lambda item: (-item[1], item[0])))


def open_picture(path, size, channels):
    """A picture of the size as uint8, (height, width) in grey and (height, width, 3) in colour."""
    from PIL import Image, ImageOps

    with _open(path) as picture:
        if size is not None:
            picture.draft(None, (3 * max(size),) * 2)  # from three times the size on, Lanczos hardly sees it
        if Image.MAX_IMAGE_PIXELS is not None and math.prod(picture.size) > Image.MAX_IMAGE_PIXELS:
            raise ValueError(f"it has {math.prod(picture.size):,} pixels, too many to decode; scale it down")
        ImageOps.exif_transpose(picture, in_place=True)
        picture = _as_8_bits(picture)
        if size is not None:
            picture = ImageOps.fit(picture, size[::-1], Image.Resampling.LANCZOS)
        if channels is not None:
            picture = picture.convert("L" if channels == 1 else "RGB")
        return np.asarray(picture)


def _open(path):
    """A picture whose head alone is read."""
    # Pillow costs a tenth of a second that `import wganlib` need not pay.
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `open_picture` refuses it, unless drafted
        try:
            return Image.open(path)
        except Image.DecompressionBombError:
            most = 2 * Image.MAX_IMAGE_PIXELS
            raise ValueError(f"it has more than {most:,} pixels, too many to decode; scale it down") from None


def _as_8_bits(picture):
    """A picture in mode L or RGB, without transparency."""
    from PIL import Image

    if _is_deep_grey(picture):
        deep = np.asarray(picture)  # the upper 8 bits are what Pillow gives of colour
        return Image.fromarray(np.where(deep == picture.info.get("transparency"), 255, deep >> 8).astype(np.uint8))
    target = "L" if picture.mode in GREY else "RGB"
    if picture.has_transparency_data:
        picture = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    if picture.mode in ("I", "F"):
        raise ValueError(f"its values have no known range (mode {picture.mode}); save it with 8 or 16 bits a channel")
    return picture.convert(target)


def is_grey(path):
    """Whether `open_picture` would give a grey picture, by the head of the file."""
    with _open(path) as picture:
        return picture.mode in GREY or _is_deep_grey(picture)


def header_size(path):
    """(height, width) in pixels, by the head of the file."""
    with _open(path) as picture:
        return picture.size[::-1]


def _is_deep_grey(picture):
    return picture.mode.startswith("I;16") or (picture.mode == "I" and picture.format == "PNG")
