"""A folder of pictures that need not fit into memory: decoded once, into a file that is read image by image."""

import contextlib
import hashlib
import json
import math
import os
import shutil
import time
from pathlib import Path

import numpy as np

from wganlib._arguments import check_flag, check_path
from wganlib._output import say
from wganlib._saving import lock_folder, unlock_folder, whole_file
from wganlib.data.image_folder import (
    count_pictures,
    look_for_pictures,
    refuse_unreadable,
    why_unreadable,
    with_labels,
)
from wganlib.data.picture_files import header_size, is_grey, open_picture

FORMAT = 1  # of the cache; another one is another key
SECONDS = 30  # between two lines about how far the decoding is


def cache_images(folder, size=None, channels=None, *, labels=False, skip_unreadable=False, verbose=True, cache=None):
    """Every picture in a folder, as `load_images` reads them, in a file on the disk instead of in memory.

    They are decoded by the first call, which says where the file goes and how large it is, and not again until a
    picture's name, size or date changes. Then a new file takes the place of the old one, which a process that reads it
    keeps to its end. `fit` and `wganlib.batches` take what comes back like any array, and scale it
    to [−1, 1] batch by batch. For anything else take a part of it: images[:100] / 127.5 - 1.

    Args:
        folder, size, channels, labels, skip_unreadable, verbose: as of `load_images`.
        cache: the folder that the file goes to; None takes wganlib in XDG_CACHE_HOME, or else ~/.cache/wganlib. It may
            be removed at any time: the next call decodes again.

    Returns:
        A read-only np.memmap, uint8 (n, height, width, channels) from 0 to 255, sorted by path; with labels=True the
        triple (images, int32 labels (n,), names) of `load_images`.

    Raises:
        FileNotFoundError, ValueError: what `load_images` raises. With a picture that cannot be read, the others are
            kept, so that a second call with skip_unreadable=True has them at once.
        OSError: less free disk than the pictures take, or the cache's folder cannot be written to.
        BlockingIOError: another process is decoding the same pictures.
    """
    cache, verbose = cache if cache is None else check_path("cache", cache), check_flag("verbose", verbose)
    found = look_for_pictures(folder, size, channels, labels, skip_unreadable)
    return cache_found(found, labels, skip_unreadable, verbose, cache)


def cache_found(found, labels=False, skip_unreadable=False, verbose=True, cache=None):
    """`cache_images` of the pictures that `look_for_pictures` has found."""
    if cache is None:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "wganlib"
    place, key = cache.expanduser() / _name(found), _key(found)
    record = _read_record(place, key)
    if record is None:
        place.mkdir(parents=True, exist_ok=True)
        with _alone(place, found.folder):
            record = _read_record(place, key) or _decode(found, place, key, verbose)
    unreadable = {found.folder / name: why for name, why in record["unreadable"].items()}
    refuse_unreadable(found, unreadable, skip_unreadable)
    images = np.memmap(_pixels(place, key), np.uint8, "r", shape=tuple(record["shape"]))
    return with_labels(images, found, unreadable, labels, verbose)


def _name(found):
    """The name of a cache, one for each folder and way to read it."""
    folder = found.folder.resolve()
    return f"{folder.name}_{_hash([str(folder), found.size, found.channels])}"


def _key(found):
    """What changes with the files' names, sizes and dates."""
    return _hash([FORMAT, *((path.relative_to(found.folder).as_posix(), *_state(path)) for path in found.paths)])


def _hash(contents):
    return hashlib.sha256(json.dumps(contents).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _pixels(place, key):
    return place / f"pixels_{key}"


def _state(path):
    """(size, date) of a file, (0, 0) of a link to nothing."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_size, state.st_mtime_ns


def _read_record(place, key):
    """What is in a cache: its shape, and why some pictures are not; None if it is not whole, or of other files."""
    try:
        record = json.loads((place / "record.json").read_text(encoding="utf-8"))
        whole = record["key"] == key and _pixels(place, key).stat().st_size == math.prod(record["shape"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if whole else None


@contextlib.contextmanager
def _alone(place, folder):
    try:
        lock_folder(place)
    except BlockingIOError:
        raise BlockingIOError(
            f"{folder} must be decoded by one process at a time. Received: a call while another one writes to {place}. "
            "Wait for it to finish."
        ) from None
    try:
        yield
    finally:
        unlock_folder(place)


def _remove_pixels(place, verbose):
    """Remove the pixels of a cache before it is rewritten. What is mapped outlives its name; Windows keeps it."""
    for path in place.glob("*pixels_*"):
        with contextlib.suppress(OSError):
            path.unlink()
            if verbose:
                say(f"removed, since it is no longer what the folder holds: {path}")


def _decode(found, place, key, verbose):
    """Write the pictures one after the other, then what `_read_record` reads."""
    _remove_pixels(place, verbose)
    channels = found.channels or (1 if all(map(_is_grey, found.paths)) else 3)
    _check_room(place, len(found.paths), math.prod(found.size or _first_size(found.paths)) * channels, verbose)
    shape, count, unreadable, said = None, 0, {}, time.monotonic()
    with whole_file(_pixels(place, key)) as partial, open(partial, "wb") as file:
        for number, path in enumerate(found.paths):
            try:
                picture = open_picture(path, found.size, channels)
            except Exception as problem:  # a decoder may raise anything on a damaged file
                unreadable[path] = why_unreadable(problem)
                continue
            shape = shape or picture.shape
            _check_shape(path, picture.shape, shape, count)
            file.write(picture.tobytes())
            count += 1
            if verbose and time.monotonic() - said > SECONDS:
                said = time.monotonic()
                say(f"{number + 1:,} of {len(found.paths):,} pictures decoded")
        if shape is None:
            refuse_unreadable(found, unreadable, skip_unreadable=True)
    record = {
        "key": key,
        "shape": [count, *shape[:2], channels],
        "unreadable": {path.relative_to(found.folder).as_posix(): why for path, why in unreadable.items()},
    }
    with whole_file(place / "record.json") as partial:
        partial.write_text(json.dumps(record), encoding="utf-8")
    return record


def _is_grey(path):
    with contextlib.suppress(Exception):
        return is_grey(path)
    return True  # unreadable: it decides nothing


def _first_size(paths):
    """(height, width) of the first picture whose head can be read."""
    for path in paths:
        with contextlib.suppress(Exception):
            return header_size(path)
    return 0, 0


def _check_room(place, count, bytes_each, verbose):
    needed, free = count * bytes_each, shutil.disk_usage(place).free
    words = (
        f"the pixels of {count_pictures(count)} take {_gigabytes(needed)} in {place}, where {_gigabytes(free)} are free"
    )
    if needed > free:
        raise OSError(
            f"{words}. Make room there, take a smaller size, or set the environment variable XDG_CACHE_HOME to a "
            "folder elsewhere."
        )
    if verbose:
        say(f"decoded once, for all later calls: {words}")


def _gigabytes(count):
    return f"{count / 1e9:,.1f} GB" if count >= 1e8 else f"{count / 1e6:,.1f} MB"


def _check_shape(path, shape, first, count):
    if shape != first:
        raise ValueError(
            f"The pictures must all have one size, or be scaled to one. Received: {path} of {shape[1]}×{shape[0]} "
            f"(width×height), and {count:,} of {first[1]}×{first[0]} before it. Pass size=(height, width), e.g. "
            "size=32, to scale them all."
        )
