"""How good is a generator of digits: distances between sets of images in the features of a small digit classifier.

The features are the 64 numbers before the logits of assets/digit_classifier.keras (built by tools/build_classifier.py).
Distances in them are comparable with one another, and not with an "FID", which uses the Inception network.
"""

from functools import cache
from importlib.resources import as_file, files

import keras
import numpy as np
import tensorflow as tf

from wganlib.batches import check_samples


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
    images = check_samples(images, (28, 28, 1))
    parts = [_features_and_logits()(images[i : i + batch_size]) for i in range(0, len(images), batch_size)]
    features = np.concatenate([part[0] for part in parts])
    return features, np.concatenate([np.argmax(part[1], axis=1) for part in parts])


def frechet_distance(features_a, features_b):
    """The squared Fréchet (2-Wasserstein) distance between Gaussians fitted to two sets of features.

    ‖μ_a − μ_b‖² + tr(C_a + C_b − 2 (C_a C_b)^½) (Dowson & Landau 1982; for GANs Heusel et al. 2017, arXiv 1706.08500,
    eq. 6). The trace of the root is the sum of the roots of the eigenvalues of C_a C_b, which are those of the
    symmetric R_a C_b R_a with R_a = C_a^½: real and ≥ 0, so no complex root has to be thrown away.

    Args:
        features_a, features_b: (n, d) and (m, d), n, m ≥ 2. The estimate is biased upwards by about 1/n: compare equal
            counts only.

    Returns:
        A float ≥ 0 (up to rounding).

    Raises:
        ValueError: sets that do not fit each other or are too small.
    """
    a, b = (np.asarray(features, dtype=np.float64) for features in (features_a, features_b))
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(f"Two sets (n, d) and (m, d) with n, m ≥ 2 are needed; {a.shape} and {b.shape} came.")
    mean_a, mean_b = a.mean(0), b.mean(0)
    cov_a, cov_b = np.atleast_2d(np.cov(a, rowvar=False)), np.atleast_2d(np.cov(b, rowvar=False))
    values, vectors = np.linalg.eigh(cov_a)
    root_a = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root_a @ cov_b @ root_a), 0)).sum()
    return float(np.sum((mean_a - mean_b) ** 2) + np.trace(cov_a) + np.trace(cov_b) - 2 * cross)


def digit_distance(images, reference):
    """`frechet_distance` between two sets of digits in the classifier's features. Print the counts with the number.

    Args:
        images, reference: (n, 28, 28, 1) and (m, 28, 28, 1) in [−1, 1]. Passing the reference again is cheap only if
            you compute its features once: see `digit_features`.
    """
    return frechet_distance(digit_features(images)[0], digit_features(reference)[0])
