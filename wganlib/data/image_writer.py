"""Images as files: a folder of PNGs, a grid, an animation."""

import numpy as np

from wganlib._arguments import as_finite, as_numbers, as_tuple, check_count, check_path, check_pictures, show
from wganlib._saving import whole_file
from wganlib.data.pixels import to_pixels


def save_images(images, folder, labels=None, names=None):
    """Each image as a PNG file of its own: folder/0000.png, … What `load_images` reads, it gives back to the pixel.

    With labels, each goes into the folder of its class, as `load_images(folder, labels=True)` reads them.

    Args:
        images: (n, height, width, 1 or 3) in [−1, 1].
        folder: its path; it is made, and must be empty.
        labels: (n,) whole numbers of at least 0, or None.
        names: of the classes, the label's number being its place; None takes the numbers.

    Raises:
        ValueError: anything but images in [−1, 1], or labels and names that do not fit.
        FileExistsError: there is something in the folder.
        OSError: it cannot be written to.
    """
    from PIL import Image

    images, folder = check_pictures("images", images), check_path("folder", folder).expanduser()
    pixels = to_pixels(as_finite("images", images))
    of_each = _class_folders(len(pixels), labels, names)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"`folder` must be new or empty. Received: {folder}, which holds files. Name another.")
    for name in set(of_each):
        (folder / name).mkdir(exist_ok=True)
    digits = max(4, len(str(len(pixels) - 1)))
    for number, (picture, name) in enumerate(zip(pixels, of_each, strict=True)):
        with whole_file(folder / name / f"{number:0{digits}d}.png") as place:
            Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture).save(place)


def save_grid(images, path, columns=None, scale=1):
    """Images beside each other in one picture, to the pixel.

    Args:
        images: (n, height, width, 1 or 3) in [−1, 1].
        path: of the file, whose ending names the format, e.g. grid.png; an existing one is replaced.
        columns: images in a row; None makes the grid about square.
        scale: pixels of the picture per pixel of an image.

    Raises:
        ValueError: anything but images in [−1, 1], or a number out of range.
        OSError: the file cannot be written; one that was there stays.
    """
    images, path = check_pictures("images", images), check_path("path", path)
    columns = columns if columns is None else check_count("columns", columns)
    with whole_file(path) as place:
        _as_picture(images, columns, check_count("scale", scale)).save(place)


def save_animation(frames, path, milliseconds=250, scale=2, last=2000):
    """Grids of images, one after the other, as a GIF that begins again at its end.

    Args:
        frames: arrays (n, height, width, 1 or 3) in [−1, 1], all of one shape.
        path: of the .gif file; an existing one is replaced.
        milliseconds: per frame.
        scale: pixels of the animation per pixel of an image.
        last: milliseconds that the last frame is held.

    Raises:
        ValueError: no frames, anything but images in [−1, 1], or a number out of range.
        OSError: the file cannot be written; one that was there stays.
    """
    path = check_path("path", path)
    milliseconds, scale = check_count("milliseconds", milliseconds), check_count("scale", scale)
    last = check_count("last", last)
    rule = "must be arrays of one shape, at least one"
    frames = as_tuple("frames", frames, rule)
    shapes = dict.fromkeys(str(np.shape(frame)) for frame in frames)
    if len(shapes) != 1:
        raise ValueError(f"`frames` {rule}. Received: {len(frames)} of shapes {', '.join(shapes) or 'unknown'}.")
    frames = [check_pictures(f"frames[{place}]", frame) for place, frame in enumerate(frames)]
    pictures = [_as_picture(frame, None, scale) for frame in frames]
    pause = [milliseconds] * (len(pictures) - 1) + [last]
    with whole_file(path) as place:
        pictures[0].save(place, "GIF", save_all=True, append_images=pictures[1:], duration=pause, loop=0)


def _class_folders(count, labels, names):
    """The class folder of each image; "" where there are no labels."""
    if labels is None:
        if names is not None:
            raise ValueError(f"`names` must be left out without labels. Received: {show(names)}.")
        return [""] * count
    labels = as_numbers("labels", labels, whole=True)
    if labels.shape != (count,) or labels.min() < 0:
        smallest = f" and smallest value {labels.min()}" if labels.size else ""
        raise ValueError(
            f"`labels` must be one whole number of at least 0 for each of the {count} images. Received: shape "
            f"{labels.shape}{smallest}."
        )
    rule = "must be names of folders, one for each class"
    names = as_tuple("names", map(str, range(labels.max() + 1)) if names is None else names, rule, str)
    if any(name in ("", ".", "..") or set(name) & set("/\\\0") for name in names) or len(set(names)) < len(names):
        raise ValueError(f"`names` {rule}, without / or \\, no two the same. Received: {show(names)}.")
    if labels.max() >= len(names):
        raise ValueError(f"`names` {rule}. Received: {len(names)} names, and labels up to {labels.max()}.")
    return [names[label] for label in labels]


def _as_picture(images, columns, scale):
    from PIL import Image

    picture = Image.fromarray(tile(images, columns))
    return picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)


def tile(images, columns=None):
    """One uint8 picture from images (n, h, w, 1 or 3) in [−1, 1]: (height, width) in grey, else (height, width, 3)."""
    pixels = to_pixels(images)
    columns = columns or int(np.ceil(np.sqrt(len(pixels))))
    rows = int(np.ceil(len(pixels) / columns))
    height, width, channels = pixels.shape[1:]
    canvas = np.zeros((rows * columns, height, width, channels), np.uint8)
    canvas[: len(pixels)] = pixels
    canvas = canvas.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    canvas = canvas.reshape(rows * height, columns * width, channels)
    return canvas[..., 0] if channels == 1 else canvas
