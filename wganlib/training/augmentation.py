"""Differentiable augmentation (Zhao et al. 2020, arXiv 2006.10738), for a critic that has few pictures to learn from.

Real and generated samples are changed alike, at random, wherever the critic looks at them, and the generator's gradient
goes through the change. So the critic cannot learn the pictures by heart, and the generator does not learn the changes,
as it would if the real pictures alone were changed.
"""

import tensorflow as tf

from wganlib._arguments import as_tuple, show

DIFFERENTIABLE = ("translation", "cutout", "colour")
AUGMENTATIONS = (*DIFFERENTIABLE, "flip")
NUMBERS = 8  # random ones for each sample, whatever is chosen: leaving one augmentation out changes no other
FARTHEST = 1 / 8  # of height and width: a translation
CUT = 1 / 2  # of height and width: the square that is cut out


def check_augmentations(augment, sample_shape, name="augment"):
    """The names of augmentations as a tuple in their own order, for samples of a shape.

    Raises:
        ValueError: an unknown name, one that is given twice, or samples that are not images.
    """
    rule = f"must be a list of some of {', '.join(map(repr, AUGMENTATIONS))}"
    names = as_tuple(name, augment, rule, str)
    if not set(names) <= set(AUGMENTATIONS) or len(set(names)) < len(names):
        raise ValueError(f"`{name}` {rule}, each once. Received: {show(augment)}.")
    if names and len(sample_shape) != 3:
        raise ValueError(
            f"`{name}` must be empty unless the samples are images (height, width, channels). Received: "
            f"{show(augment)} for samples of shape {tuple(sample_shape)}."
        )
    return tuple(known for known in AUGMENTATIONS if known in names)


def augment_images(images, augmentations, numbers):
    """Images, each changed in its own way; differentiable in the images.

    "colour" adds up to ±0.5 to all pixels, scales each pixel's distance from its grey by 0 to 2 and the image's
    contrast by 0.5 to 1.5; "translation" shifts by up to an eighth of height and width; "cutout" covers a square of
    half the height and width somewhere, which may stand out over the border. What comes in or is covered is 0, grey.
    "flip" mirrors half of the images. Generators learn to make mirrored pictures from it: flip where they are as good.

    Args:
        images: float32 (n, height, width, channels) in [−1, 1].
        augmentations: names from `AUGMENTATIONS`.
        numbers: (n, 8) from U(0, 1), which decide.

    Returns:
        float32 (n, height, width, channels); "colour" may leave [−1, 1].

    Raises:
        ValueError: an unknown augmentation, or one that is given twice.
    """
    check_augmentations(augmentations, images.shape[1:], "augmentations")
    right, down, across, along, brightness, saturation, contrast, side = (
        tf.reshape(number, (-1, 1, 1, 1)) for number in tf.unstack(numbers, num=NUMBERS, axis=1)
    )
    if "flip" in augmentations:
        images = tf.where(side < 0.5, images, tf.reverse(images, [2]))
    if "colour" in augmentations:
        images = _recoloured(images, brightness, saturation, contrast)
    if "translation" in augmentations:
        images = _shifted(images, down, right)
    if "cutout" in augmentations:
        images = _covered(images, across, along)
    return images


def _recoloured(images, brightness, saturation, contrast):
    images += brightness - 0.5
    grey = tf.reduce_mean(images, axis=3, keepdims=True)
    images = grey + (images - grey) * (2 * saturation)
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    return mean + (images - mean) * (contrast + 0.5)


def _shifted(images, down, right):
    _, height, width, channels = images.shape
    rows = tf.range(height)[None, :, None] - _whole(down, _farthest(height))
    columns = tf.range(width)[None, None, :] - _whole(right, _farthest(width))
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    # Behind the image's pixels stands one that is 0. No pixel is read twice but this one: its gradient goes nowhere,
    # and the others' needs no sum, whose order would be chance on a GPU.
    pixels = tf.reshape(images, (-1, height * width, channels))
    pixels = tf.pad(pixels, ((0, 0), (0, 1), (0, 0)))
    places = tf.where(inside, rows * width + columns, height * width)
    return tf.reshape(
        tf.gather(pixels, tf.reshape(places, (-1, height * width)), axis=1, batch_dims=1), (-1, height, width, channels)
    )


def _covered(images, across, along):
    _, height, width, _ = images.shape
    rows, columns = tf.range(height)[None, :, None, None], tf.range(width)[None, None, :, None]
    inside = _in_square(rows, across, height) & _in_square(columns, along, width)
    return tf.where(inside, tf.zeros_like(images), images)


def _in_square(places, number, side):
    size = _part(CUT, side)
    centre = _below(number, side + 1 - size % 2)
    return (places >= centre - size // 2) & (places < centre - size // 2 + size)


def _farthest(side):
    return _part(FARTHEST, side)


def _part(share, side):
    """A share of a side in pixels, halves rounded up, as in the authors' code."""
    return int(share * side + 0.5)


def _whole(number, farthest):
    """−farthest … farthest, each as often: int32 (n, 1, 1)."""
    return _below(number, 2 * farthest + 1)[..., 0] - farthest


def _below(number, count):
    """0 … count − 1, each as often: int32 of the number's shape."""
    # Rounding may bring the product of a number below 1 up to `count`.
    return tf.minimum(tf.cast(tf.floor(number * count), tf.int32), count - 1)
