"""A folder of pictures as training data."""

import math
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from wganlib._arguments import check_flag, check_path, show
from wganlib._output import say
from wganlib.data.picture_files import SUFFIXES, find_pictures, header_size, open_picture
from wganlib.data.pixels import to_samples

NAMED = 5  # of the pictures that cannot be read, at most


def load_images(folder, size=None, channels=None, *, labels=False, skip_unreadable=False, verbose=True):
    """Every picture in a folder and the folders in it, scaled for a generator that ends in tanh.

    Pictures are turned as their EXIF data say, transparent ones are laid on white, the first frame is taken of
    animations. With a size given, a picture is first cut to that shape around its middle, then scaled; a JPEG of many
    times that size is decoded at a half, a quarter or an eighth. Of 16 bits a channel the upper 8 are taken.

    For more pictures than fit into memory there is `wganlib.data.cache_images`.

    Args:
        folder: its path; ~ is the home folder, and links are followed. Files count as pictures by their suffix (.png,
            .jpg, …); one to which links lead counts once, by the first of its paths. Hidden files and folders
            (.thumbnails, .ipynb_checkpoints, …) are ignored; what else is passed over is counted and reported.
        size: (height, width) in pixels, or one number for both; None takes the pictures' own, which must then agree.
        channels: 1 for grey, 3 for colour; None takes 1 if every picture is grey, else 3.
        labels: whether to return labels and class names too. Each folder in `folder` is then a class, with all the
            pictures in it and in the folders in it.
        skip_unreadable: whether to leave out files and folders that cannot be read, instead of stopping. A file that
            decodes to more than PIL.Image.MAX_IMAGE_PIXELS (89 million) is one of them: it could fill the memory.
        verbose: whether to print what was found, with the first few pictures that were left out and why.

    Returns:
        float32 images (n, height, width, channels) in [−1, 1], sorted by path; with labels=True the triple (images,
        int32 labels (n,), names), where names[label] is the name of a class folder, in sorted order.

    Raises:
        FileNotFoundError: no such folder.
        OSError: a folder in it cannot be read, and skip_unreadable is False.
        ValueError: no pictures in it, unreadable ones, pictures of several sizes without a `size`, with labels=True a
            picture outside the class folders, or an argument out of range.
        MemoryError: there are more pixels than memory for them.
    """
    verbose = check_flag("verbose", verbose)
    found = look_for_pictures(folder, size, channels, labels, skip_unreadable)
    pictures, unreadable = _read(found)
    refuse_unreadable(found, unreadable, skip_unreadable)
    sizes = Counter(picture.shape[:2] for picture in pictures)
    if len(sizes) > 1:
        several = ", ".join(f"{width}×{height} ({count} of them)" for (height, width), count in sizes.most_common(4))
        raise ValueError(
            f"The pictures in {found.folder} have {len(sizes)} different sizes (width×height): {several}"
            f"{', …' * (len(sizes) > 4)}. Pass size=(height, width), e.g. size=32, to scale them all."
        )
    images = _as_samples(pictures)
    return with_labels(images, found, unreadable, labels, verbose)


class FoundPictures(NamedTuple):
    """The pictures in a folder, and how they are to be read: what `load_images` was asked for."""

    folder: Path
    paths: list
    passed_over: str
    size: tuple | None
    channels: int | None

    def without(self, unreadable):
        """The paths that could be read."""
        return [path for path in self.paths if path not in unreadable]


def look_for_pictures(folder, size, channels, labels, skip_unreadable):
    """A `FoundPictures`, or what `load_images` raises before it has read one."""
    folder, size = check_path("folder", folder).expanduser(), _check_size(size)
    if channels is not None and not (_is_side(channels) and channels in (1, 3)):
        raise ValueError(f"`channels` must be 1 (grey), 3 (colour) or None. Received: {show(channels)}.")
    labels, skip_unreadable = check_flag("labels", labels), check_flag("skip_unreadable", skip_unreadable)
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}. Relative paths start at {Path.cwd()}.")
    paths, others = find_pictures(folder, skip_unreadable)
    passed_over = ", ".join(f"{count} {kind}" for kind, count in others.items())
    if not paths:
        found = f"only {passed_over}" if others else "no files"
        endings = ", ".join(sorted(SUFFIXES))
        raise ValueError(f"There must be pictures in {folder}, files that end in {endings}. Received: {found}.")
    outside = [path.name for path in paths if path.parent == folder] if labels else []
    if outside:
        raise ValueError(
            f"To have a class, every picture must lie in a class folder, such as {folder / 'cats' / 'one.png'}. "
            f"Received: {len(outside)} of {len(paths)} pictures in {folder} itself ({', '.join(outside[:3])}"
            f"{', …' * (len(outside) > 3)}). Move them, or leave classes out."
        )
    return FoundPictures(folder, paths, passed_over, size, channels)


def refuse_unreadable(found, unreadable, skip_unreadable):
    """Stop if pictures cannot be read, unless they are to be skipped and others can. unreadable: {path: why}."""
    some_left = len(unreadable) < len(found.paths)
    if unreadable and not (skip_unreadable and some_left):
        advice = "Remove them, or pass skip_unreadable=True." if some_left else "No picture can be read."
        raise ValueError(
            f"{len(unreadable)} of {len(found.paths)} pictures in {found.folder} cannot be read "
            f"({_some(unreadable, found.folder)}). {advice}"
        )


def _some(unreadable, folder):
    """The first few of {path: why}, as text."""
    shown = "; ".join(f"{path.relative_to(folder)}: {why}" for path, why in list(unreadable.items())[:NAMED])
    return shown + "; …" * (len(unreadable) > NAMED)


def why_unreadable(problem):
    """A decoder's error as a short text."""
    return (str(problem) or type(problem).__name__).splitlines()[0][:120]


def with_labels(images, found, unreadable, labels, verbose):
    """What `load_images` returns, after it has said what was found."""
    numbers, names = _classes(found.folder, found.without(unreadable)) if labels else (np.zeros(0, int), ())
    if verbose:
        counts = [f"{name} ({count:,})" for name, count in zip(names, np.bincount(numbers), strict=True)]
        say(
            f"{found.folder}: {count_pictures(len(images))}, {images.shape[1]}×{images.shape[2]} (height×width), "
            f"{'grey' if images.shape[3] == 1 else 'colour'}"
            + (
                f"; {count_of(len(names), 'class', 'classes')}: {', '.join(counts[:12])}{', …' * (len(names) > 12)}"
                if labels
                else ""
            )
            + (f"; {len(unreadable)} unreadable ({_some(unreadable, found.folder)})" if unreadable else "")
            + (f"; passed over: {found.passed_over}" if found.passed_over else "")
        )
    return (images, numbers, names) if labels else images


def count_of(count, one, several):
    """How many there are, in words: count_of(2, "class", "classes") is "2 classes"."""
    return f"{count:,} {one if count == 1 else several}"


def count_pictures(count):
    """How many pictures, in words."""
    return count_of(count, "picture", "pictures")


def _classes(folder, paths):
    """(int32 labels, class names): the folders in `folder` that the pictures lie in."""
    of_each = [path.relative_to(folder).parts[0] for path in paths]
    names = tuple(sorted(set(of_each)))
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[name] for name in of_each], np.int32), names


def _read(found):
    """(the pictures as uint8 arrays, {path: why it cannot be read})."""
    pictures, unreadable = [], {}
    for path in found.paths:
        try:
            pictures.append(open_picture(path, found.size, found.channels))
        except MemoryError:
            shape = *(found.size or header_size(path)), found.channels or _channels(pictures)
            raise _too_large(len(found.paths), shape) from None
        except Exception as problem:  # a decoder may raise anything on a damaged file
            unreadable[path] = why_unreadable(problem)
    return pictures, unreadable


def _as_samples(pictures):
    """uint8 pictures of one size → float32 (n, height, width, channels) in [−1, 1]; one in colour makes all colour."""
    shape = *pictures[0].shape[:2], _channels(pictures)
    try:
        images = np.empty((len(pictures), *shape), np.float32)
    except MemoryError:
        raise _too_large(len(pictures), shape) from None
    for image, picture in zip(images, pictures, strict=True):
        image[...] = to_samples(picture.reshape(*shape[:2], -1))
    return images


def _channels(pictures):
    return 3 if any(picture.ndim == 3 for picture in pictures) else 1


def _too_large(count, shape):
    sides = "×".join(map(str, shape))
    return MemoryError(
        f"{count:,} pictures of {sides} (height×width×channels) take {count * math.prod(shape) * 4 / 1e9:,.1f} GB as "
        "float32, more than there is. Pass a smaller `size` or channels=1 for grey, or take "
        "wganlib.data.cache_images, which keeps them on the disk."
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
