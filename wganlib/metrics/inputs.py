"""What counts as a set of images, of digits or of features."""

import numpy as np

from wganlib._arguments import as_numbers, check_samples

DIGIT = (28, 28, 1)


def as_digits(name, images):
    """Digits as float32 (n, 28, 28, 1) in [−1, 1].

    Raises:
        ValueError: another shape or range ([0, 1] and [0, 255] too), empty, NaN or infinite.
    """
    images = as_numbers(name, images)
    if images.ndim > 1 and images.shape[1:] != DIGIT:
        advice = " Add a last axis: images[..., None]." if images.shape[1:] == DIGIT[:2] else ""
        raise ValueError(
            f"`{name}` must be digits of shape {DIGIT}. Received: samples of shape {images.shape[1:]}.{advice}"
        )
    return check_samples(images, name=name)


def as_images(name, images):
    """Images of any size as float32 (n, height, width, channels) in [−1, 1].

    Raises:
        ValueError: another shape or range ([0, 1] and [0, 255] too), empty, NaN or infinite.
    """
    images = as_numbers(name, images)
    if images.ndim != 4 or 0 in images.shape[1:]:
        advice = " Add a last axis: images[..., None]." if images.ndim == 3 else ""
        raise ValueError(
            f"`{name}` must be images of shape (n, height, width, channels). Received: shape {images.shape}.{advice}"
        )
    return check_samples(images, name=name)


def as_images_of_one_size(images):
    """{name: images} of any size, which must be the first one's: the same as float32.

    Raises:
        ValueError: what `as_images` refuses, or two sizes.
    """
    images = {name: as_images(name, values) for name, values in images.items()}
    first, *others = images
    size = images[first].shape[1:]
    for name in others:
        if images[name].shape[1:] != size:
            raise ValueError(
                f"`{name}` must have the size and channels of `{first}`, {size}. Received: images of "
                f"{images[name].shape[1:]}. Load both at one size."
            )
    return images


def as_features(name, features, at_least=1, reason=""):
    """Features or points as float64 (n, d) with n ≥ at_least; `reason` says why so many, as in " for k = 3".

    Raises:
        ValueError: another shape, too few, NaN or infinite.
    """
    features = as_numbers(name, features).astype(np.float64, copy=False)
    if features.ndim != 2 or features.shape[1] == 0:
        raise ValueError(
            f"`{name}` must have shape (n, d). Received: shape {features.shape}. Pass images through digit_features."
        )
    if len(features) < at_least:
        raise ValueError(
            f"`{name}` must have at least {at_least} samples{reason}. Received: {len(features)}. Generate more."
        )
    if not np.isfinite(features).all():
        raise ValueError(
            f"`{name}` must be finite, but has a value that is NaN or infinite: has the generator diverged?"
        )
    return features


def as_feature_pair(samples, reference, at_least=1, reason="", names=("samples", "reference")):
    """Two sets of features (n, d) and (m, d), both as float64 with n, m ≥ at_least.

    Raises:
        ValueError: one of them is not such a set, or their dimensions differ.
    """
    sets = zip(names, (samples, reference), strict=True)
    first, second = (as_features(name, features, at_least, reason) for name, features in sets)
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"`{names[0]}` and `{names[1]}` must have equally many features. Received: {first.shape[1]} and "
            f"{second.shape[1]}. Take both from one network."
        )
    return first, second
