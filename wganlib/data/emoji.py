"""Emoji: 1,377 small colour pictures that ship with the package."""

import csv
import hashlib
from importlib.resources import files

import numpy as np

from wganlib._arguments import check_flag, show
from wganlib.data.pixels import to_samples

SIDE, COLUMNS = 64, 38  # pixels of a picture, and pictures in a row, of assets/emoji.webp
SIZES = (SIDE // 2, SIDE)
# Over pixels, names and groups, as tools/build_emoji.py prints it.
EMOJI_SHA256 = "cb8bafbeaae4580f0e3f8ef0dfe368da72442ae3efbb1f8370de6398c80880fd"


def load_emoji(size=32, *, labels=False):
    """The emoji of one character each in Google's font Noto Color Emoji (SIL Open Font License 1.1), on white.

    They come in Unicode's order, which puts like beside like: shuffle them before you keep some aside. A class is one
    of Unicode's nine groups, such as "Food & Drink"; `wganlib.data.emoji_names` has the name of each picture. Sources
    and licences are in the file NOTICE.

    Args:
        size: height and width in pixels, 32 or 64. Four pixels of the larger make one of the smaller.
        labels: whether to return labels and class names too.

    Returns:
        float32 images (1377, size, size, 3) in [−1, 1]; with labels=True the triple (images, uint8 labels (1377,),
        names), where names[label] is a group.

    Raises:
        ValueError: another size, or shipped files whose hash is wrong.
    """
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size not in SIZES:
        raise ValueError(f"`size` must be one of {', '.join(map(str, SIZES))}. Received: {show(size)}.")
    labels = check_flag("labels", labels)
    rows = _read_rows()
    pixels = _read_sheet()[: len(rows)]
    if content_hash(pixels, rows) != EMOJI_SHA256:
        raise ValueError("The shipped emoji are damaged (their hash is wrong): install wganlib again.")
    images = to_samples(pixels if size == SIDE else _halved(pixels))
    if not labels:
        return images
    names = tuple(dict.fromkeys(group for _, _, group in rows))
    return images, np.array([names.index(group) for _, _, group in rows], np.uint8), names


def emoji_names():
    """The Unicode name of each picture of `load_emoji`, e.g. "grinning face", as a tuple of 1,377."""
    return tuple(name for _, name, _ in _read_rows())


def content_hash(pixels, rows):
    """SHA-256 over what is in the files, so that neither another WebP encoder nor a line ending can change it."""
    digest = hashlib.sha256(np.ascontiguousarray(pixels))
    for row in rows:
        digest.update("\t".join(row).encode())
    return digest.hexdigest()


def _read_rows():
    """[(character, name, group), …]"""
    with (_assets() / "emoji.csv").open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def _read_sheet():
    """uint8 (places, SIDE, SIDE, 3), row by row; the last places may be empty."""
    from PIL import Image

    with (_assets() / "emoji.webp").open("rb") as file, Image.open(file) as picture:
        sheet = np.asarray(picture.convert("RGB"))
    return sheet.reshape(-1, SIDE, COLUMNS, SIDE, 3).swapaxes(1, 2).reshape(-1, SIDE, SIDE, 3)


def _assets():
    return files("wganlib") / "assets"


def _halved(pixels):
    """The mean of every 2×2 pixels, rounded."""
    count, height, width, channels = pixels.shape
    fours = pixels.reshape(count, height // 2, 2, width // 2, 2, channels)
    return ((fours.sum(axis=(2, 4), dtype=np.uint16) + 2) // 4).astype(np.uint8)
