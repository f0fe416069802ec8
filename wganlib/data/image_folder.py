"""A folder of pictures as training data."""

import math
import os
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

from wganlib._arguments import check_flag, check_path, show
from wganlib._output import say

SUFFIXES = {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp", ".avif", ".tif", ".tiff"}


def load_images(folder, size=None, channels=None, *, skip_unreadable=False, verbose=True):
    """Every picture in a folder and the folders in it, scaled for a generator that ends in tanh.

    Pictures are turned as their EXIF data say, transparent ones are laid on white, the first frame is taken of
    animations. With a size given, a picture is first cut to that shape around its middle, then scaled; a JPEG of many
    times that size is decoded at a half, a quarter or an eighth. Of 16 bits a channel the upper 8 are taken.

    Args:
        folder: its path; ~ is the home folder, and links to folders are followed. Files count as pictures by their
            suffix (.png, .jpg, …). Hidden files and folders (.thumbnails, .ipynb_checkpoints, …) are ignored; what else
            is passed over is counted and reported.
        size: (height, width) in pixels, or one number for both; None takes the pictures' own, which must then agree.
        channels: 1 for grey, 3 for colour; None takes 1 if every picture is grey, else 3.
        skip_unreadable: whether to leave out files and folders that cannot be read, instead of stopping. A file that
            decodes to more than PIL.Image.MAX_IMAGE_PIXELS (89 million) is one of them: it could fill the memory.
        verbose: whether to print what was found.

    Returns:
        float32 (n, height, width, channels) in [−1, 1], sorted by path.

    Raises:
        FileNotFoundError: no such folder.
        OSError: a folder in it cannot be read, and skip_unreadable is False.
        ValueError: no pictures in it, unreadable ones, pictures of several sizes without a `size`, or an argument out
            of range.
        MemoryError: there are more pixels than memory for them.
    """
    folder, size = check_path("folder", folder).expanduser(), _check_size(size)
    if channels is not None and not (_is_side(channels) and channels in (1, 3)):
        raise ValueError(f"`channels` must be 1 (grey), 3 (colour) or None. Received: {show(channels)}.")
    skip_unreadable, verbose = check_flag("skip_unreadable", skip_unreadable), check_flag("verbose", verbose)
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}. Relative paths start at {Path.cwd()}.")
    paths, others = _find(folder, skip_unreadable)
    passed_over = ", ".join(f"{count} {kind}" for kind, count in others.items())
    if not paths:
        found = f"only {passed_over}" if others else "no files"
        endings = ", ".join(sorted(SUFFIXES))
        raise ValueError(f"There must be pictures in {folder}, files that end in {endings}. Received: {found}.")
    pictures, unreadable = _read(paths, size, channels)
    if unreadable and not (skip_unreadable and pictures):
        some = "; ".join(f"{path.relative_to(folder)}: {why}" for path, why in list(unreadable.items())[:3])
        advice = "Remove them, or pass skip_unreadable=True." if pictures else "No picture can be read."
        raise ValueError(f"{len(unreadable)} of {len(paths)} pictures in {folder} cannot be read ({some}). {advice}")
    sizes = Counter(picture.shape[:2] for picture in pictures)
    if len(sizes) > 1:
        found = ", ".join(f"{width}×{height} ({count} of them)" for (height, width), count in sizes.most_common(4))
        raise ValueError(
            f"The pictures in {folder} have {len(sizes)} different sizes (width×height): {found}"
            f"{', …' * (len(sizes) > 4)}. Pass size=(height, width), e.g. size=32, to scale them all."
        )
    images = _as_samples(pictures)
    if verbose:
        say(
            f"{folder}: {len(images):,} pictures, {images.shape[1]}×{images.shape[2]} (height×width), "
            f"{'grey' if images.shape[3] == 1 else 'colour'}"
            + (f"; {len(unreadable)} unreadable" if unreadable else "")
            + (f"; passed over: {passed_over}" if others else "")
        )
    return images


def _find(folder, skip_unreadable):
    """(the pictures in a folder, sorted; how many other things there are by suffix, the most first)."""
    paths, others, seen = [], Counter(), set()

    def pass_over(problem):
        if not skip_unreadable:
            raise type(problem)(
                f"The folder {problem.filename} cannot be read: {problem.strerror}. Change its permissions, move it "
                "elsewhere, or pass skip_unreadable=True."
            ) from problem
        others["unreadable folder"] += 1

    for place, folders, files in os.walk(folder, onerror=pass_over, followlinks=True):
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


def _read(paths, size, channels):
    """(the pictures as uint8 arrays, {path: why it cannot be read})."""
    pictures, unreadable = [], {}
    for path in paths:
        try:
            pictures.append(_open(path, size, channels))
        except MemoryError:
            raise _too_large(len(paths), (*(size or _header_size(path)), channels or _channels(pictures))) from None
        except Exception as problem:  # a decoder may raise anything on a damaged file
            unreadable[path] = (str(problem) or type(problem).__name__).splitlines()[0][:120]
    return pictures, unreadable


def _open(path, size, channels):
    """A picture of the size as uint8, (height, width) in grey and (height, width, 3) in colour."""
    # Pillow costs a tenth of a second that `import wganlib` need not pay.
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # refused below, unless drafted
        file = Image.open(path)
    with file as picture:
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


def _as_8_bits(picture):
    """A picture in mode L or RGB, without transparency."""
    from PIL import Image

    if picture.mode.startswith("I;16") or (picture.mode == "I" and picture.format == "PNG"):
        deep = np.asarray(picture)  # the upper 8 bits are what Pillow gives of colour
        return Image.fromarray(np.where(deep == picture.info.get("transparency"), 255, deep >> 8).astype(np.uint8))
    target = "L" if picture.mode in ("1", "L", "LA", "La") else "RGB"
    if picture.has_transparency_data:
        picture = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    if picture.mode in ("I", "F"):
        raise ValueError(f"its values have no known range (mode {picture.mode}); save it with 8 or 16 bits a channel")
    return picture.convert(target)


def _as_samples(pictures):
    """uint8 pictures of one size → float32 (n, height, width, channels) in [−1, 1]; one in colour makes all colour."""
    shape = *pictures[0].shape[:2], _channels(pictures)
    try:
        images = np.empty((len(pictures), *shape), np.float32)
    except MemoryError:
        raise _too_large(len(pictures), shape) from None
    for image, picture in zip(images, pictures, strict=True):
        np.divide(picture.reshape(*shape[:2], -1), np.float32(127.5), out=image)
    images -= 1
    return images


def _channels(pictures):
    return 3 if any(picture.ndim == 3 for picture in pictures) else 1


def _header_size(path):
    from PIL import Image

    with Image.open(path) as picture:
        return picture.size[::-1]


def _too_large(count, shape):
    sides = "×".join(map(str, shape))
    return MemoryError(
        f"{count:,} pictures of {sides} (height×width×channels) take {count * math.prod(shape) * 4 / 1e9:,.1f} GB as "
        "float32, more than there is. Pass a smaller `size`, channels=1 for grey, or keep fewer pictures in the folder."
    )


def _check_size(size):
    if size is None:
        return None
    pair = (size, size) if _is_side(size) else size
    if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(map(_is_side, pair)):
        raise ValueError(f"`size` must be (height, width) in pixels, or one number for both. Received: {show(size)}.")
    return tuple(int(side) for side in pair)


def _is_side(size):
    return isinstance(size, (int, np.integer)) and not isinstance(size, bool) and size >= 1
