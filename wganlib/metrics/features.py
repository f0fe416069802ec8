"""The classifier's view of digits: the 64 numbers before its logits.

assets/digit_classifier.keras was built by tools/build_classifier.py.
"""

from functools import cache
from importlib.resources import as_file, files

import keras
import numpy as np
import tensorflow as tf

from wganlib._arguments import check_count
from wganlib.metrics.inputs import as_digits


@cache
def load_digit_classifier():
    """The shipped digit classifier: float32 (n, 28, 28, 1) in [−1, 1] → 10 logits."""
    with as_file(files("wganlib") / "assets" / "digit_classifier.keras") as path:
        return keras.models.load_model(path, compile=False)


@cache
def _features_and_logits():
    classifier = load_digit_classifier()
    model = keras.Model(classifier.inputs, [classifier.get_layer(name).output for name in ("features", "logits")])
    return tf.function(lambda images: model(images, training=False), reduce_retracing=True)


def digit_features(images, batch_size=500):
    """The classifier's view of digits.

    Args:
        images: (n, 28, 28, 1) in [−1, 1].
        batch_size: images per pass.

    Returns:
        (float32 features (n, 64), int classes (n,)).

    Raises:
        ValueError: another shape or range.
    """
    images, batch_size = as_digits("images", images), check_count("batch_size", batch_size)
    parts = [_features_and_logits()(images[i : i + batch_size]) for i in range(0, len(images), batch_size)]
    features = np.concatenate([part[0] for part in parts])
    return features, np.concatenate([np.argmax(part[1], axis=1) for part in parts])
