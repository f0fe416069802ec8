"""Ways through a latent space."""

import numpy as np


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
        ValueError: vectors of two sizes, or on one line.
    """
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    if start.ndim != 1 or start.shape != end.shape:
        raise ValueError(f"Two latent vectors of one size are needed; {start.shape} and {end.shape} came.")
    cosine = start @ end / (np.linalg.norm(start) * np.linalg.norm(end))
    if not abs(cosine) < 1 - 1e-9:
        raise ValueError("The two latent vectors lie on one line through the origin: no single circle joins them.")
    angle = np.arccos(cosine)
    t = np.atleast_1d(np.asarray(positions, dtype=float))[:, None]
    return ((np.sin((1 - t) * angle) * start + np.sin(t * angle) * end) / np.sin(angle)).astype(np.float32)
