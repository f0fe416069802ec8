"""Pixels, uint8 from 0 to 255, as files hold them, and samples, float32 in [−1, 1], as a generator with tanh makes
them."""

import numpy as np

LARGEST = np.float32(127.5)


def to_samples(pixels):
    """uint8 → float32 in [−1, 1]: x = b / 127.5 − 1."""
    samples = np.asarray(pixels).astype(np.float32)
    samples /= LARGEST
    samples -= 1
    return samples


def to_pixels(samples):
    """Numbers in [−1, 1] → the nearest uint8; what lies outside is clipped, NaN becomes 0."""
    samples = np.clip(np.nan_to_num(samples, nan=-1), -1, 1)
    return np.rint((samples + 1) * LARGEST).astype(np.uint8)
