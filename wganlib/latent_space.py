"""Ways through a latent space."""

import math

import numpy as np

from wganlib.arguments import as_finite


def walk(start, end, positions):
    """Points on the circle from one latent vector to another (spherical interpolation, White 2016, arXiv 1609.04468).

    For z ~ N(0, 1) in many dimensions almost every z lies near the same distance from the origin; a straight line
    leaves that shell in its middle, the circle stays on it.

    Args:
        start, end: (z_size,), not on one line through the origin.
        positions: numbers in [0, 1], 0 at start and 1 at end.

    Returns:
        float32 (len(positions), z_size).

    Raises:
        ValueError: vectors of two sizes or on one line, values that are no finite numbers, or positions that are no
            list of numbers in [0, 1].
    """
    start, end = (as_finite(name, z).astype(np.float64) for name, z in (("start", start), ("end", end)))
    if start.ndim != 1 or start.shape != end.shape:
        raise ValueError(f"Two latent vectors of one size are needed; {start.shape} and {end.shape} came.")
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    cosine = start @ end / math.prod(lengths) if all(lengths) else 1.0
    if not abs(cosine) < 1 - 1e-9:
        raise ValueError(
            f"The two latent vectors, of length {lengths[0]:g} and {lengths[1]:g}, lie on one line through the origin: "
            "no single circle joins them. Draw another."
        )
    angle = np.arccos(cosine)
    t = np.atleast_1d(as_finite("positions", positions).astype(np.float64))
    if t.ndim != 1 or t.size == 0 or t.min() < 0 or t.max() > 1:
        found = f"shape {t.shape}" + (f", from {t.min():g} to {t.max():g}" if t.size else "")
        raise ValueError(f"positions must be numbers in [0, 1], shape (n,); {found} came.")
    t = t[:, None]
    return ((np.sin((1 - t) * angle) * start + np.sin(t * angle) * end) / np.sin(angle)).astype(np.float32)
