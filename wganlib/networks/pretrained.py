"""Saved generators, the shipped one and your own; the z that they take, and the way from one z to another."""

import math
from importlib.resources import as_file, files

import keras
import numpy as np

from wganlib._arguments import as_finite, as_rng, check_count, check_network, check_path
from wganlib.networks.safe_loading import check_saved_network

# Next to each in assets/ is a .json with its recipe, its data and its measures. tools/build_generator.py writes both.
SHIPPED = {"digits": "generator.keras", "emoji": "emoji_generator.keras"}


def load_pretrained(path="digits"):
    """A WGAN-GP's generator that ships, or a network of your own.

    "digits" takes z (n, 20) ~ N(0, 1) and makes float32 (n, 28, 28, 1) in [−1, 1]; "emoji" takes (n, 60) and makes
    (n, 32, 32, 3).

    Args:
        path: "digits", "emoji", or the path of a network, or of a whole trainer, that was saved as .keras, e.g.
            runs/mine/generator.keras. It may hold Keras' layers that only compute, and wganlib's. Anything else is
            refused before Keras opens it: functions (Lambda), SavedModels (TFSMLayer), vocabularies, other files,
            layers of one's own, and networks larger than the file's weights.

    Returns:
        A Keras model, uncompiled: the network, or the whole trainer where the file holds one, whose
        `averaged_generator` then draws.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not a .keras file, is damaged, or holds something else.
    """
    if isinstance(path, str) and path in SHIPPED:
        with as_file(files("wganlib") / "assets" / SHIPPED[path]) as shipped:
            return keras.models.load_model(shipped, compile=False)
    path = check_path("path", path)
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file {path}. Relative paths start at {path.cwd()}. Generators that ship are called "
            f"{' and '.join(map(repr, SHIPPED))}."
        )
    if path.suffix != ".keras":
        raise ValueError(
            f"`path` must be a .keras file, as model.save('….keras') writes it. Received: {path}. Other formats "
            "can run code when they are loaded; if you trust whoever wrote it, use keras.models.load_model."
        )
    try:
        check_saved_network(path)
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as problem:  # Keras and h5py raise anything on a damaged file
        reason = str(problem).partition("\n")[0]
        raise ValueError(
            f"{path} cannot be loaded ({type(problem).__name__}: {reason}). It is damaged, was not written by "
            "model.save('….keras'), or holds more than layers of Keras and wganlib that only compute. Save it again (a "
            "run of `wganlib.train` that was stopped while it wrote the file writes it again with --resume), or, if "
            "you trust whoever wrote it, use keras.models.load_model."
        ) from None


def sample_latent(generator, count, seed=0):
    """z ~ N(0, 1) for a generator, as float32 (count, z_size); the same seed gives the same z.

    Raises:
        ValueError: a generator that is not built, a count below 1, or a seed out of range.
    """
    shape, _ = check_network("generator", generator)
    if len(shape) != 1:
        raise ValueError(
            f"`generator` must take z of shape (batch, z_size). Received: one of samples of shape {shape}."
        )
    return as_rng(seed).standard_normal((check_count("count", count), *shape)).astype(np.float32)


def slerp(start, end, positions):
    """Spherical interpolation between two latent vectors: points on a circle (White 2016, arXiv 1609.04468).

    For z ~ N(0, 1) in many dimensions almost every z lies near the same distance from the origin; a straight line
    leaves that shell in its middle, the circle stays on it.

    Args:
        start, end: (z_size,), not on one line through the origin.
        positions: numbers in [0, 1], 0 at start and 1 at end.

    Returns:
        float32 (len(positions), z_size).

    Raises:
        ValueError: vectors of two sizes or on one line, values that are not finite, or positions outside [0, 1].
    """
    start, end = (as_finite(name, z).astype(np.float64) for name, z in (("start", start), ("end", end)))
    if start.ndim != 1 or start.shape != end.shape:
        raise ValueError(f"`start` and `end` must be vectors of one size. Received: {start.shape} and {end.shape}.")
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    cosine = start @ end / math.prod(lengths) if all(lengths) else 1.0
    if not abs(cosine) < 1 - 1e-9:
        raise ValueError(
            "`start` and `end` must not lie on one line through the origin, where no single circle joins them. "
            f"Received: two such vectors, of length {lengths[0]:g} and {lengths[1]:g}. Draw another."
        )
    angle = np.arccos(cosine)
    t = np.atleast_1d(as_finite("positions", positions).astype(np.float64))
    if t.ndim != 1 or t.size == 0 or t.min() < 0 or t.max() > 1:
        found = f"shape {t.shape}" + (f", from {t.min():g} to {t.max():g}" if t.size else "")
        raise ValueError(f"`positions` must be numbers in [0, 1], shape (n,). Received: {found}.")
    t = t[:, None]
    return ((np.sin((1 - t) * angle) * start + np.sin(t * angle) * end) / np.sin(angle)).astype(np.float32)
