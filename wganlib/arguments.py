"""What every function asks of its arguments, so that all of them refuse in the same words.

Each check returns the argument in the form that is worked with, or raises a ValueError that says what was expected,
what came and, where that is not plain, what to do. None of them looks at a tensor's values inside a compiled step.
"""

import math
import os
import reprlib
from numbers import Integral, Real
from pathlib import Path

import numpy as np

LARGEST_SEED = 2**32 - 1  # what NumPy's and Keras' global seeds take


def show(value):
    """What came, short enough for a sentence: an array by its dtype and shape, anything else as Python writes it."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    try:
        if dtype is not None and not isinstance(value, np.generic) and len(shape) >= 0:
            return f"{type(value).__name__} of shape {tuple(shape)} and dtype {getattr(dtype, 'name', dtype)}"
    except (TypeError, ValueError):  # nothing with axes, or a tensor that does not know them yet
        pass
    return reprlib.repr(value)


def check_count(name, value, at_least=1, rule=None):
    """A whole number of at least `at_least`, as int. No bool, no float. `rule` replaces "must be a whole number …"."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < at_least:
        rule = rule or f"must be a whole number of at least {at_least}"
        raise ValueError(f"{name} {rule}; {show(value)} is not.")
    return int(value)


def check_number(name, value, rule=None, *, above=None, at_least=None, below=None, at_most=None):
    """A finite number within its bounds, as it came. No bool, no text. `rule` replaces "must be a number above …"."""
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
        raise ValueError(f"{name} {rule}; {show(value)} is not.")
    return value


def check_choice(name, value, choices):
    """One of a few names (or None)."""
    # An array among them would answer == with an array.
    if not (value is None or isinstance(value, str)) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}; {show(value)} is not.")
    return value


def check_flag(name, value):
    """True or False (or 1 or 0), as bool: any other text or number would silently count as True."""
    if not (isinstance(value, np.bool_) or (isinstance(value, Integral) and value in (0, 1))):
        raise ValueError(f"{name} must be True or False; {show(value)} is neither.")
    return bool(value)


def check_seed(name, value):
    """A seed, as int."""
    if not isinstance(value, Integral) or isinstance(value, bool) or not 0 <= value <= LARGEST_SEED:
        raise ValueError(f"{name} must be a whole number from 0 to {LARGEST_SEED}; {show(value)} is not.")
    return int(value)


def as_rng(seed):
    """A NumPy Generator from a seed or a Generator."""
    if isinstance(seed, np.random.Generator):
        return seed
    if not isinstance(seed, Integral) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"seed must be a whole number of at least 0, or a NumPy Generator; {show(seed)} is neither.")
    return np.random.default_rng(int(seed))


def check_path(name, value):
    """The path of a file or folder."""
    if not isinstance(value, (str, os.PathLike)) or "\0" in os.fspath(value):
        raise ValueError(f"{name} must be a path, as text or pathlib.Path; {show(value)} is not.")
    return Path(value)


def as_tuple(name, values, rule, kind=object):
    """Several things of one kind as a tuple; `rule` says what they are, as in "must be names of curves"."""
    try:
        found = None if isinstance(values, (str, bytes)) else tuple(values)
    except Exception:  # not iterable, or an array without axes
        found = None
    if found is None or not all(isinstance(value, kind) for value in found):
        raise ValueError(f"{name} {rule}; {show(values)} is not.")
    return found


def check_network(name, network):
    """The shapes of one sample before and after a built Keras model with one input and one output, as two tuples."""
    try:
        before, after = network.input_shape, network.output_shape
        whole = all(isinstance(shape, tuple) and len(shape) > 1 and None not in shape[1:] for shape in (before, after))
    except Exception:  # no model; or one that Keras has not built, which says so in several ways
        whole = False
    if not whole or not callable(network):
        raise ValueError(
            f"{name} must be a built Keras model with one input and one output of known shapes, e.g. keras.Sequential("
            f"[keras.Input((20,)), …]); {show(network)} is not."
        )
    return tuple(before[1:]), tuple(after[1:])


def as_numbers(name, values, whole=False):
    """An array of real numbers, of the dtype that it came in; `whole` asks for integers.

    Text, complex numbers, True and False, objects and lists of unequal lengths are refused.
    """
    try:
        array = np.asarray(values)
    except Exception:  # an array-like may raise anything
        raise ValueError(f"Numbers are needed for {name}; {show(values)} cannot be made an array.") from None
    if array.dtype.kind not in ("iu" if whole else "fiu"):
        kind, example = ("Whole numbers", "int") if whole else ("Numbers", "np.float32")
        came = f"dtype {array.dtype} (shape {array.shape})" if array.ndim else show(values)
        raise ValueError(
            f"{kind} are needed for {name}; {came} came. Convert them first, e.g. np.asarray(values, {example})."
        )
    return array


def as_finite(name, values):
    """An array of finite real numbers, of the dtype that it came in."""
    array = as_numbers(name, values)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has a value that is NaN or infinite: look for it with np.isfinite.")
    return array


def _is_finite(value):
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond any float
        return False
