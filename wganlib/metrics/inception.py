"""The Inception network's view of images of any size, where its weights are on this machine."""

import os
from functools import cache
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from wganlib._arguments import check_count
from wganlib.metrics.inputs import as_images

WEIGHTS = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
SOURCE = f"https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/{WEIGHTS}"
SIDE = 299


def inception_features(images, batch_size=50):
    """The 2,048 numbers before the last layer of Inception v3 (Szegedy et al. 2015, arXiv 1512.00567).

    It is the network of `keras.applications`, trained on ImageNet. Published FIDs use another port of it, with other
    weights and another way of scaling images (Parmar et al. 2022, arXiv 2104.11222): numbers made with these features
    compare with one another only. Nothing is downloaded.

    Args:
        images: (n, height, width, channels) in [−1, 1], grey or colour; they are scaled to 299×299 bilinearly.
        batch_size: images per pass.

    Returns:
        float32 (n, 2048).

    Raises:
        FileNotFoundError: the weights are not in Keras' folder; the message says where from and where to.
        ValueError: no such images, or weights that cannot be read.
    """
    images, batch_size = as_images("images", images), check_count("batch_size", batch_size)
    if images.shape[-1] not in (1, 3):
        raise ValueError(
            f"`images` must have 1 or 3 channels for Inception. Received: {images.shape[-1]} channels. Choose other "
            "features."
        )
    network = _inception(weights_path())
    parts = []
    for start in range(0, len(images), batch_size):
        scaled = tf.image.resize(images[start : start + batch_size], (SIDE, SIDE))
        if images.shape[-1] == 1:
            scaled = tf.repeat(scaled, 3, axis=-1)
        parts.append(network(scaled))
    return np.concatenate(parts)


def weights_path():
    """Where Keras keeps the weights."""
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(home) / "models" / WEIGHTS


@cache
def _inception(path):
    if not path.is_file():
        raise FileNotFoundError(
            f"Inception's weights are not on this machine: {path} is missing. Fetch it once (88 MB) from {SOURCE}, or "
            'measure without it, by features="patches" or a network of your own.'
        )
    try:
        network = keras.applications.InceptionV3(
            include_top=False, weights=str(path), pooling="avg", input_shape=(SIDE, SIDE, 3)
        )
    except Exception as problem:  # h5py and Keras raise several types
        raise ValueError(f"{path} holds no weights of Inception: {problem}. Fetch it again from {SOURCE}.") from None
    return tf.function(lambda images: network(images, training=False), reduce_retracing=True)
