"""Whose view of the images is measured: the digit classifier's, Inception's, a model's or a function's."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np

from wganlib._arguments import show
from wganlib.metrics.features import digit_features
from wganlib.metrics.inception import inception_features
from wganlib.metrics.inputs import as_digits, as_images

NAMES = ("digits", "inception", "patches")
OF_OTHERS = "Numbers in other features do not compare with these."


class Embedding(NamedTuple):
    """What turns images into features.

    `words` says whose they are, `caution` what they must not be compared with. `check` is (name, images) → images or a
    refusal, `apply` is images → (features (n, d), classes (n,) or None); None makes no features.
    """

    words: str
    caution: str
    check: Callable
    apply: Callable | None


def choose_embedding(features):
    """The embedding that `features` stands for.

    Args:
        features: "digits", "inception", "patches", a Keras model images → (batch, d), or a function of NumPy images
            (n, height, width, channels) → (n, d).

    Raises:
        ValueError: none of these.
    """
    if isinstance(features, str) and features in NAMES:
        return BY_NAME[features]
    if isinstance(features, keras.Model) and features.built:
        made = _shape(features, "output_shape")
        if made is not None and len(made) != 2:
            raise ValueError(
                f"`features` must be a model images → (batch, d). Received: {show(features)}, which makes {made}. Add "
                "keras.layers.GlobalAveragePooling2D() or Flatten()."
            )
        return Embedding(
            f"the model {features.name!r}",
            OF_OTHERS,
            lambda name, images: _fitting(name, images, features),
            lambda images: (_rows(features, features.predict(images, batch_size=256, verbose=0), len(images)), None),
        )
    if callable(features) and not isinstance(features, (type, keras.layers.Layer)):
        name = getattr(features, "__name__", type(features).__name__)
        return Embedding(
            f"the function {name}",
            OF_OTHERS,
            as_images,
            lambda images: (_rows(features, features(images.copy()), len(images)), None),  # which may change its copy
        )
    raise ValueError(
        f"`features` must be one of {', '.join(map(repr, NAMES))}, a built Keras model or a function. Received: "
        f"{show(features)}."
    )


def _shape(model, which):
    """A model's "input_shape" or "output_shape", or None where Keras does not know one: the model is a subclass."""
    try:
        found = getattr(model, which)
    except Exception:  # a model that Keras has not built says so in several ways
        return None
    if not isinstance(found, tuple) or any(isinstance(size, tuple) for size in found):
        raise ValueError(
            f"`features` must be a model with one input and one output. Received: {show(model)}, with the {which} "
            f"{found}."
        )
    return found


def _fitting(name, images, model):
    images, taken = as_images(name, images), _shape(model, "input_shape")
    fits = taken is None or (
        len(taken) == 4 and all(size in (None, found) for size, found in zip(taken[1:], images.shape[1:], strict=True))
    )
    if not fits:
        raise ValueError(
            f"`{name}` must be images of shape {taken[1:]}, as the model in `features` takes them. Received: images of "
            f"shape {images.shape[1:]}."
        )
    return images


def _rows(features, found, count):
    """What a model or function of the user's made, if it is a row of finite numbers for each image."""
    try:
        found = np.asarray(found)
        found = found.astype(np.float32) if found.dtype.name == "bfloat16" else found
    except ValueError:  # rows of several lengths
        found = np.array(None)
    if found.ndim != 2 or len(found) != count or found.shape[1] == 0 or found.dtype.kind not in "fiu":
        raise ValueError(
            f"`features` must make one row of numbers for each image, shape ({count}, d). Received: {show(found)} from "
            f"{show(features)}."
        )
    if not np.isfinite(found).all():
        raise ValueError(
            f"`features` must make finite numbers. Received: some that are NaN or infinite, from {show(features)}."
        )
    return found


BY_NAME = {
    "digits": Embedding(
        "wganlib's digit classifier",
        "These features are the digit classifier's: no number here compares with an FID or KID of Inception's.",
        as_digits,
        digit_features,
    ),
    "inception": Embedding(
        "Inception v3 as keras.applications has it",
        "Published FIDs and KIDs use another port of Inception: no number here compares with them.",
        as_images,
        lambda images: (inception_features(images), None),
    ),
    "patches": Embedding("", "", as_images, None),
}
