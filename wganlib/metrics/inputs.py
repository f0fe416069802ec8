"""What counts as a set of digits or of features; everything else is refused with a sentence."""

import numpy as np

from wganlib.arguments import as_numbers
from wganlib.batches import check_samples

DIGIT = (28, 28, 1)


def as_digits(name, images):
    """Digits as float32 (n, 28, 28, 1) in [−1, 1].

    Raises:
        ValueError: another shape or range ([0, 1] and [0, 255] too), empty, NaN or infinite.
    """
    images = as_numbers(name, images)
    if images.ndim > 1 and images.shape[1:] != DIGIT:
        raise ValueError(
            f"{name}: the digit classifier takes samples of shape {DIGIT}; these have shape {images.shape[1:]}. "
            + ("Add a last axis: images[..., None]." if images.shape[1:] == DIGIT[:2] else "It knows digits only.")
        )
    try:
        return check_samples(images, DIGIT)
    except ValueError as problem:
        raise ValueError(f"{name}: {problem}") from None


def as_features(name, features, at_least=1, reason=""):
    """Features or points as float64 (n, d) with n ≥ at_least; `reason` says why so many, as in " for k = 3".

    Raises:
        ValueError: another shape, too few, NaN or infinite.
    """
    features = as_numbers(name, features).astype(np.float64, copy=False)
    if features.ndim != 2 or features.shape[1] == 0:
        raise ValueError(f"{name} must have shape (n, d); its shape is {features.shape}. Images go to digit_features.")
    if len(features) < at_least:
        raise ValueError(f"{name} needs at least {at_least} samples{reason}; it has {len(features)}. Generate more.")
    if not np.isfinite(features).all():
        raise ValueError(f"{name} has values that are NaN or infinite: the generator has diverged, or the data is bad.")
    return features


def as_feature_pair(samples, reference, at_least=1, reason=""):
    """Two sets of features (n, d) and (m, d), both as float64 with n, m ≥ at_least.

    Raises:
        ValueError: one is no such set, or their dimensions differ.
    """
    samples = as_features("samples", samples, at_least, reason)
    reference = as_features("reference", reference, at_least, reason)
    if samples.shape[1] != reference.shape[1]:
        raise ValueError(
            f"samples have {samples.shape[1]} features and the reference has {reference.shape[1]}: take both from one "
            "network."
        )
    return samples, reference
