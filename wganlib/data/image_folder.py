"""A folder of pictures as training data."""

import os
from collections import Counter
from pathlib import Path

import numpy as np

from wganlib._arguments import check_flag, check_path, show

SUFFIXES = {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp", ".avif", ".tif", ".tiff"}


def load_images(folder, size=None, channels=None, *, skip_unreadable=False, verbose=True):
    """Every picture in a folder and the folders in it, scaled for a generator that ends in tanh.

    Pictures are turned as their EXIF data say, transparent ones are laid on white, the first frame is taken of
    animations. With a size given, a picture is first cut to that shape around its middle, then scaled.

    Args:
        folder: its path; ~ is the home folder, and links to folders are followed. Files count as pictures by their
            suffix (.png, .jpg, …). Hidden files and folders (.thumbnails, .ipynb_checkpoints, …) are no data; what else
            is passed over is counted and said.
        size: (height, width) in pixels, or one number for both; None takes the pictures' own, which must then agree.
        channels: 1 for grey, 3 for colour; None takes 1 if every picture is grey, else 3.
        skip_unreadable: whether to leave out files that cannot be read, instead of stopping.
        verbose: whether to print what was found.

    Returns:
        float32 (n, height, width, channels) in [−1, 1], sorted by path.

    Raises:
        FileNotFoundError: no such folder.
        ValueError: no pictures in it, unreadable ones, pictures of several sizes without a `size`, or an argument out
            of range.
    """
    folder, size = check_path("folder", folder).expanduser(), _check_size(size)
    if channels is not None and not (_is_side(channels) and channels in (1, 3)):
        raise ValueError(f"`channels` must be 1 (grey), 3 (colour) or None. Received: {show(channels)}.")
    skip_unreadable, verbose = check_flag("skip_unreadable", skip_unreadable), check_flag("verbose", verbose)
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}. Relative paths start at {Path.cwd()}.")
    paths, others = _find(folder)
    if not paths:
        found = f"Received: files ending in {', '.join(others)}." if others else "Received: no files."
        raise ValueError(f"There must be pictures in {folder}, files in {', '.join(sorted(SUFFIXES))}. {found}")
    pictures, unreadable = [], {}
    for path in paths:
        try:
            pictures.append(_open(path, size))
        except Exception as problem:  # a decoder may raise anything on a damaged file
            unreadable[path.relative_to(folder)] = problem
    if unreadable and not (skip_unreadable and pictures):
        some = "; ".join(f"{path}: {_first_line(problem)}" for path, problem in list(unreadable.items())[:3])
        advice = "Remove them, or pass skip_unreadable=True." if pictures else "None is left."
        raise ValueError(f"{len(unreadable)} of {len(paths)} pictures in {folder} cannot be read ({some}). {advice}")
    sizes = Counter(picture.size for picture in pictures)
    if len(sizes) > 1:
        found = ", ".join(f"{width}×{height} ({count} of them)" for (width, height), count in sizes.most_common(4))
        raise ValueError(
            f"The pictures in {folder} have {len(sizes)} different sizes (width×height): {found}"
            f"{', …' * (len(sizes) > 4)}. Pass size=(height, width), e.g. size=32, to scale them all."
        )
    if channels is None:
        channels = 1 if all(picture.mode == "L" for picture in pictures) else 3
    mode = "L" if channels == 1 else "RGB"
    images = np.stack([np.asarray(picture.convert(mode), np.uint8) for picture in pictures])
    images = images.reshape(len(images), *images.shape[1:3], channels)
    if verbose:
        print(
            f"{folder}: {len(images):,} pictures, {images.shape[1]}×{images.shape[2]} (height×width), "
            f"{'grey' if channels == 1 else 'colour'}"
            + (f"; {len(unreadable)} unreadable" if unreadable else "")
            + (f"; passed over: {', '.join(f'{count} {suffix}' for suffix, count in others.items())}" if others else "")
        )
    return images / np.float32(127.5) - 1


def _find(folder):
    """(the pictures in a folder, sorted; how many other files there are by suffix, the most first)."""
    paths, others, seen = [], Counter(), set()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        # A link may lead back to where one came from.
        folders[:] = [] if real in seen else [name for name in folders if not name.startswith(".")]
        if real in seen:
            continue
        seen.add(real)
        for path in (Path(place, name) for name in files if not name.startswith(".")):
            if path.suffix.lower() in SUFFIXES:
                paths.append(path)
            else:
                others[path.suffix.lower() or "without a suffix"] += 1
    return sorted(paths), dict(sorted(others.items(), key=lambda item: (-item[1], item[0])))


def _open(path, size):
    """A picture in mode L or RGB, of the size."""
    # Pillow costs a tenth of a second that `import wganlib` need not pay.
    from PIL import Image, ImageOps

    with Image.open(path) as file:
        picture = ImageOps.exif_transpose(file)
        if picture.mode in ("I", "F") or picture.mode.startswith("I;"):
            raise ValueError(f"it has more than 8 bits a channel (mode {picture.mode}); save it with 8")
        if picture.has_transparency_data:
            picture = picture.convert("RGBA")
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
        elif picture.mode in ("1", "L"):
            picture = picture.convert("L")
        else:
            picture = picture.convert("RGB")
        if size is not None:
            picture = ImageOps.fit(picture, size[::-1], Image.Resampling.LANCZOS)
        picture.load()
        return picture


def _check_size(size):
    if size is None:
        return None
    pair = (size, size) if _is_side(size) else size
    if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(map(_is_side, pair)):
        raise ValueError(f"`size` must be (height, width) in pixels, or one number for both. Received: {show(size)}.")
    return tuple(int(side) for side in pair)


def _is_side(size):
    return isinstance(size, (int, np.integer)) and not isinstance(size, bool) and size >= 1


def _first_line(problem):
    return (str(problem) or type(problem).__name__).splitlines()[0][:120]
