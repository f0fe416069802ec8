"""The way back: the z from which a generator draws a given picture (Creswell & Bharath 2016, arXiv 1611.05644)."""

from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from wganlib._arguments import as_finite, check_count, check_network, check_number, check_range
from wganlib.networks.pretrained import sample_latent

AT_ONCE = 32  # images


class Inversion(NamedTuple):
    """What `invert` found: z, float32 (n, z_size), and how far the generator's pictures of it are off.

    errors: float32 (n,), the root of the mean squared difference of a pixel, in units of the images' [−1, 1].
    """

    z: np.ndarray
    errors: np.ndarray


def invert(generator, images, steps=300, starts=4, learning_rate=0.05, seed=0):
    """For each image the z whose picture comes nearest: Adam on z, from several starts, on the mean squared difference.

    A generator draws few pictures exactly, so look at both: `generator.predict(found.z)`. A large error says that the
    generator has nothing like this picture, or that the search ended in a valley; more starts tell the two apart.

    Args:
        generator: a built model z (batch, z_size) → images (batch, height, width, channels), used in inference mode.
        images: (n, height, width, channels), of the generator's size, in [−1, 1].
        steps: of Adam, ≥ 1.
        starts: z ~ N(0, 1) that are tried for each image, ≥ 1; the best is returned.
        learning_rate: Adam's, > 0.
        seed: of the starts.

    Returns:
        An `Inversion`, with z and errors.

    Raises:
        ValueError: a generator of anything but images, images of another size or range, or a number out of
            range.
    """
    steps, starts = check_count("steps", steps), check_count("starts", starts)
    check_number("learning_rate", learning_rate, above=0)
    images = _check_images(generator, images)
    first = sample_latent(generator, len(images) * starts, seed).reshape(len(images), starts, -1)
    parts = [
        _descend(generator, images[start : start + AT_ONCE], first[start : start + AT_ONCE], steps, learning_rate)
        for start in range(0, len(images), AT_ONCE)
    ]
    return Inversion(*map(np.concatenate, zip(*parts, strict=True)))


def _descend(generator, images, first, steps, learning_rate):
    """(z, errors) of a few images; first: (n, starts, z_size)."""
    count, starts, z_size = first.shape
    targets = tf.repeat(tf.constant(images), starts, axis=0)
    z = keras.Variable(first.reshape(count * starts, z_size))
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build([z])

    def squared_errors():
        drawn = tf.cast(generator(z.value, training=False), tf.float32)
        return tf.reduce_mean((drawn - targets) ** 2, axis=(1, 2, 3))

    @tf.function(autograph=False)
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(squared_errors())  # of images that know nothing of each other
        optimizer.apply([tape.gradient(loss, z.value)])

    for _ in range(steps):
        step()
    errors = np.sqrt(squared_errors().numpy()).reshape(count, starts)
    best, rows = errors.argmin(axis=1), np.arange(count)
    return z.numpy().reshape(first.shape)[rows, best], errors[rows, best]


def _check_images(generator, images):
    _, drawn = check_network("generator", generator)
    images = as_finite("images", images)
    if len(drawn) != 3 or images.ndim != 4 or images.shape[1:] != drawn or len(images) == 0:
        raise ValueError(
            "`images` must have shape (n, height, width, channels), n ≥ 1, as the generator draws them. Received: "
            f"shape {images.shape}, and a generator of {drawn}."
        )
    check_range("`images`", images.min(), images.max())
    return images.astype(np.float32)
