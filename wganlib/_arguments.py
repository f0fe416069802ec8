"""What every public door asks of its arguments, so that all of them refuse in the same words.

Each check returns the argument in the form that is worked with, or raises a ValueError that says what was expected,
what was received and, where that is not plain, what to do. None of them looks at a tensor's values inside a compiled
step.
"""

import math
import os
import reprlib
from array import array
from numbers import Integral, Real
from pathlib import Path

import numpy as np

LARGEST_SEED = 2**32 - 1  # what NumPy's and Keras' global seeds take


def show(value):
    """A received value, short enough for a sentence: an array by its dtype and shape, else as Python writes it."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    try:
        if dtype is not None and not isinstance(value, np.generic) and len(shape) >= 0:
            return f"{type(value).__name__} of shape {tuple(shape)} and dtype {getattr(dtype, 'name', dtype)}"
    except (TypeError, ValueError):  # no axes, or a tensor that does not know them yet
        pass
    return reprlib.repr(value)


def check_count(name, value, at_least=1, rule=None):
    """A whole number of at least `at_least`, as int. No bool, no float. `rule` replaces "must be a whole number …"."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < at_least:
        rule = rule or f"must be a whole number of at least {at_least}"
        raise ValueError(f"`{name}` {rule}. Received: {show(value)}.")
    return int(value)


def check_number(name, value, rule=None, *, above=None, at_least=None, below=None, at_most=None):
    """A finite number within its bounds, unchanged. No bool, no text. `rule` replaces "must be a number above …"."""
    tests = (
        ("above", above, lambda bound: value > bound),
        ("of at least", at_least, lambda bound: value >= bound),
        ("below", below, lambda bound: value < bound),
        ("of at most", at_most, lambda bound: value <= bound),
    )
    asked = [(words, bound, holds) for words, bound, holds in tests if bound is not None]
    if not _is_finite(value) or not all(holds(bound) for _, bound, holds in asked):
        bounds = " and ".join(f"{words} {bound:g}" for words, bound, _ in asked)
        rule = rule or f"must be a {'' if asked else 'finite '}number {bounds}".rstrip()
        raise ValueError(f"`{name}` {rule}. Received: {show(value)}.")
    return value


def check_choice(name, value, choices):
    """One of a few names (or None)."""
    # An array among them would answer == with an array.
    if not (value is None or isinstance(value, str)) or value not in choices:
        raise ValueError(f"`{name}` must be one of {', '.join(map(repr, choices))}. Received: {show(value)}.")
    return value


def check_flag(name, value):
    """True or False (or 1 or 0), as bool: any other text or number would silently count as True."""
    if not (isinstance(value, np.bool_) or (isinstance(value, Integral) and value in (0, 1))):
        raise ValueError(f"`{name}` must be True or False. Received: {show(value)}.")
    return bool(value)


def check_seed(name, value):
    """A seed, as int."""
    if not isinstance(value, Integral) or isinstance(value, bool) or not 0 <= value <= LARGEST_SEED:
        raise ValueError(f"`{name}` must be a whole number from 0 to {LARGEST_SEED}. Received: {show(value)}.")
    return int(value)


def as_rng(seed):
    """A NumPy Generator from a seed or a Generator."""
    if isinstance(seed, np.random.Generator):
        return seed
    if not isinstance(seed, Integral) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"`seed` must be a whole number of at least 0, or a NumPy Generator. Received: {show(seed)}.")
    return np.random.default_rng(int(seed))


def check_path(name, value):
    """The path of a file or folder."""
    if not isinstance(value, (str, os.PathLike)) or value == "" or "\0" in os.fspath(value):
        raise ValueError(f"`{name}` must be a path, as text or pathlib.Path. Received: {show(value)}.")
    return Path(value)


def as_tuple(name, values, rule, kind=object):
    """Several things of one kind as a tuple; `rule` says what they are, as in "must be names of curves"."""
    try:
        found = None if isinstance(values, (str, bytes)) else tuple(values)
    except Exception:  # not iterable, or an array without axes
        found = None
    if found is None or not all(isinstance(value, kind) for value in found):
        raise ValueError(f"`{name}` {rule}. Received: {show(values)}.")
    return found


def check_sizes(name, sizes, at_least=0):
    """Several sizes as a tuple of ints."""
    rule = "must be a tuple of whole numbers, e.g. (128,)"
    sizes = as_tuple(name, sizes, rule)
    if len(sizes) < at_least:
        raise ValueError(f"`{name}` {rule}, with at least {at_least} of them. Received: {sizes!r}.")
    return tuple(check_count(f"{name}[{index}]", size) for index, size in enumerate(sizes))


def check_network(name, network):
    """The shapes of one sample before and after a built Keras model with one input and one output, as two tuples."""
    try:
        before, after = network.input_shape, network.output_shape
        whole = all(isinstance(shape, tuple) and len(shape) > 1 and None not in shape[1:] for shape in (before, after))
    except Exception:  # not a model; or one that Keras has not built, which says so in several ways
        whole = False
    if not whole or not callable(network):
        raise ValueError(
            f"`{name}` must be a built Keras model with one input and one output of known shapes, e.g. "
            f"keras.Sequential([keras.Input((20,)), …]). Received: {show(network)}."
        )
    return tuple(before[1:]), tuple(after[1:])


def as_numbers(name, values, whole=False):
    """An array of real numbers, of its own dtype; `whole` asks for integers.

    Text, complex numbers, True and False, objects and lists of unequal lengths are refused, and so are an array with
    masked values, which NumPy would take as if they were not, and a sequence of another kind, such as Keras' PyDataset:
    it may have no end.
    """
    kind, example = ("whole numbers", "int") if whole else ("numbers", "np.float32")
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise ValueError(
            f"`{name}` must be an array without masked values. Received: {show(values)}, with "
            f"{np.ma.count_masked(values):,} of them. Leave those samples out, or fill the values in first by filled()."
        )
    is_array = hasattr(values, "__array__") or isinstance(values, (list, tuple, range, memoryview, array))
    if hasattr(values, "__getitem__") and not is_array:
        raise ValueError(f"`{name}` must be an array of {kind}. Received: {show(values)}. Read it into an array first.")
    try:
        found = np.asarray(values)
    except Exception:  # an array-like may raise anything
        raise ValueError(f"`{name}` must be an array of {kind}. Received: {show(values)}.") from None
    if found.dtype.kind not in ("iu" if whole else "fiu"):
        received = f"dtype {found.dtype} (shape {found.shape})" if found.ndim else show(values)
        raise ValueError(
            f"`{name}` must be an array of {kind}. Received: {received}. Convert it first, e.g. "
            f"np.asarray(values, {example})."
        )
    return found


def as_classes(name, classes, n_classes):
    """An array of classes, whole numbers in [0, n_classes)."""
    classes = as_numbers(name, classes, whole=True)
    if classes.size and (classes.min() < 0 or classes.max() >= n_classes):
        low, high = classes.min(), classes.max()
        found = f"{low}" if low == high else f"values from {low} to {high}"
        raise ValueError(f"`{name}` must lie between 0 and {n_classes - 1}. Received: {found}.")
    return classes


def as_finite(name, values):
    """An array of finite real numbers, of its own dtype."""
    array = as_numbers(name, values)
    if not np.isfinite(array).all():
        raise ValueError(f"`{name}` must be finite, but has a value that is NaN or infinite: find it by np.isfinite.")
    return array


def check_samples(samples, shape=None, name=None):
    """Real samples as float32, or a ValueError that says what is wrong with them.

    Args:
        samples: array (n, …): images (n, height, width, channels) in [−1, 1], or points (n, d) of any size.
        shape: the shape of one sample that the critic takes; None does not compare it.
        name: of the argument; None speaks of samples and images.

    Raises:
        ValueError: empty, another shape than the critic's, not numbers, NaN or infinite, images outside [−1, 1] or
            in [0, 1].
    """
    samples = as_numbers(name or "samples", samples)
    called = f"`{name}`" if name else "Samples"
    if samples.ndim < 2 or len(samples) == 0:
        raise ValueError(f"{called} must be a non-empty batch (n, …). Received: shape {samples.shape}.")
    if shape is not None and samples.shape[1:] != tuple(shape):
        raise ValueError(
            f"The critic takes samples of shape {tuple(shape)}. Received: samples of shape {samples.shape[1:]}. Build "
            "the networks with that size, or reshape the samples."
        )
    with np.errstate(over="ignore"):  # infinite in float32, and so refused below
        samples = samples.astype(np.float32, copy=False)
    low, high = samples.min(), samples.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(
            f"{called} must be finite, but some are NaN or infinite: clean them first, e.g. by np.isfinite."
        )
    if samples.ndim == 4:
        called = f"`{name}`" if name else "Images"
        check_range(called, low, high)
        if low >= 0 and high > 0:
            raise ValueError(f"{called} must be scaled to [−1, 1]. Received: values in [0, 1]. Use 2 * images − 1.")
    return samples


def check_range(called, low, high):
    """The range of images: [−1, 1] up to rounding."""
    if low < -1.001 or high > 1.001:
        raise ValueError(
            f"{called} must be scaled to [−1, 1]. Received: values from {low:g} to {high:g}. "
            + ("Divide by 127.5 and subtract 1." if low >= 0 else "Scale them first.")
        )


def check_pictures(name, images):
    """Pictures (n, height, width, 1 or 3) to look at, of their own dtype.

    What a diverged generator makes passes: NaN, and values outside [−1, 1] that are not plainly those of a file.
    """
    images = as_numbers(name, images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or 0 in images.shape:
        raise ValueError(f"`{name}` must have shape (n, height, width, 1 or 3), n ≥ 1. Received: shape {images.shape}.")
    low, high = np.nanmin(images, initial=0.0), np.nanmax(images, initial=0.0)
    if low >= 0 and high > 2:
        raise ValueError(
            f"`{name}` must be scaled to [−1, 1]. Received: values up to {high:g}. Divide by 127.5 and subtract 1."
        )
    return images


def _is_finite(value):
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond any float
        return False
