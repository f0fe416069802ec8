"""Bytes and samples."""

import numpy as np

from wganlib.data.pixels import to_pixels, to_samples

BYTES = np.arange(256, dtype=np.uint8)


def test_bytes_go_to_samples_and_come_back():
    samples = to_samples(BYTES)
    assert samples.dtype == np.float32 and samples.min() == -1 and samples.max() == 1
    np.testing.assert_array_equal(to_pixels(samples), BYTES)


def test_a_sample_becomes_the_nearest_byte_and_is_clipped():
    between = np.array([-3, -1, (100.4 / 127.5) - 1, (100.6 / 127.5) - 1, 1, 1.2, np.inf, -np.inf, np.nan], np.float32)
    np.testing.assert_array_equal(to_pixels(between), [0, 0, 100, 101, 255, 255, 255, 0, 0])
