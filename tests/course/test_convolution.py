"""The NumPy convolutions against TensorFlow, Keras and SciPy."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.signal import convolve2d, correlate2d

from wganlib.course.convolution import (
    conv_matrix,
    conv_transpose,
    correlate,
    insert_zeros,
    output_size,
    overlap_counts,
    spread_and_pad,
)

SETTINGS = [
    (n, k, s, padding, p)
    for n, k, s, padding in itertools.product((1, 2, 4, 5), (1, 2, 3, 4, 5), (1, 2, 3, 4), ("valid", "same"))
    for p in (None, *range(s))
]


def batch(image):
    return tf.constant(image[None, :, :, None], tf.float32)


def keras_layer(kernel_size, stride, padding, output_padding):
    layer = keras.layers.Conv2DTranspose(1, kernel_size, strides=stride, padding=padding, use_bias=False)
    # Not as an argument: Keras 3.10 refuses 0 there, although its operation takes it.
    layer.output_padding = None if output_padding is None else (output_padding, output_padding)
    return layer


def keras_transpose(image, kernel, stride, padding, output_padding):
    layer = keras_layer(len(kernel), stride, padding, output_padding)
    layer.build((1, *image.shape, 1))
    layer.set_weights([kernel[:, :, None, None]])
    return keras.ops.convert_to_numpy(layer(batch(image)))[0, :, :, 0]


@pytest.mark.slow
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_size_and_values_are_those_of_keras_over_the_grid(padding):
    random = np.random.default_rng(1)
    equal, refused = 0, 0
    for n, k, s, pad, p in SETTINGS:
        if pad != padding:
            continue
        image, kernel = random.normal(size=(n, n)), random.normal(size=(k, k))
        size = keras_layer(k, s, padding, p).compute_output_shape((1, n, n, 1))[1]
        back = -(-size // s) if padding == "same" else (size - k) // s + 1
        if back != n:  # no convolution leads from there to here; some of TensorFlow's kernels refuse it, too
            with pytest.raises(ValueError, match="no convolution"):
                output_size(n, k, s, padding, p)
            refused += 1
            continue
        expected = keras_transpose(image, kernel, s, padding, p)
        assert expected.shape == (output_size(n, k, s, padding, p),) * 2
        np.testing.assert_allclose(conv_transpose(image, kernel, s, padding, p), expected, atol=1e-4)
        equal += 1
    assert equal > 200
    assert (refused > 0) == (padding == "same")


def test_an_image_need_not_be_square():
    random = np.random.default_rng(1)
    image, kernel = random.normal(size=(3, 5)), random.normal(size=(4, 4))
    np.testing.assert_allclose(
        conv_transpose(image, kernel, 2, "same"), keras_transpose(image, kernel, 2, "same", None), atol=1e-5
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 3), "`size` must be a whole number"),
        ((4, 0), "`kernel_size` must be"),
        ((4, 3.0), "`kernel_size` must be"),
        ((4, 3, True), "`stride` must be"),
        ((4, 3, 2, "full"), "must be one of 'valid', 'same'. Received: 'full'"),
        ((4, 3, 2, "valid", 2), "from 0 to stride − 1 = 1"),
        ((4, 3, 2, "valid", -1), "`output_padding` must be"),
        ((4, 4, 2, "same", 0), "Leave output_padding out"),
    ],
)
def test_output_size_says_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        output_size(*arguments)


def test_zero_insertion_has_the_sizes_of_the_chapter():
    image = np.arange(1, 17).reshape(4, 4)
    assert insert_zeros(image, 2).shape == (7, 7)
    assert insert_zeros(image, 2)[::2, ::2].tolist() == image.tolist()
    assert insert_zeros(image, 2).sum() == image.sum()
    assert spread_and_pad(image, 2, stride=2).shape == (9, 9)
    assert conv_transpose(image, np.ones((2, 2)), 2).shape == (8, 8)


def test_stride_one_is_scipy():
    random = np.random.default_rng(1)
    image, kernel = random.normal(size=(6, 7)), random.normal(size=(3, 3))
    np.testing.assert_allclose(correlate(image, kernel), correlate2d(image, kernel, mode="valid"))
    np.testing.assert_allclose(conv_transpose(image, kernel), convolve2d(image, kernel, mode="full"))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("side", [5, 8])
def test_conv_matrix_is_conv2d_and_its_transpose_conv2d_transpose(side, k, stride, padding):
    random = np.random.default_rng(1)
    image, kernel = random.normal(size=(side, side)), random.normal(size=(k, k))
    weights = tf.constant(kernel[:, :, None, None], tf.float32)
    matrix = conv_matrix(kernel, side, stride, padding)
    forward = tf.nn.conv2d(batch(image), weights, stride, padding.upper())
    np.testing.assert_allclose(matrix @ image.ravel(), np.ravel(forward), atol=1e-5)
    back = tf.nn.conv2d_transpose(forward, weights, (1, side, side, 1), stride, padding.upper())
    np.testing.assert_allclose(matrix.T @ np.ravel(forward), np.ravel(back), atol=1e-4)


def test_conv_matrix_refuses_a_kernel_that_does_not_fit():
    with pytest.raises(ValueError, match='padding="same"'):
        conv_matrix(np.ones((5, 5)), 4)


@pytest.mark.parametrize("function", [conv_transpose, correlate])
def test_anything_but_a_matrix_is_refused(function):
    with pytest.raises(ValueError, match=r"`image` must be a matrix .*Received: shape \(4, 4, 1\)"):
        function(np.ones((4, 4, 1)), np.ones((2, 2)))
    with pytest.raises(ValueError, match="`kernel` must be square"):
        function(np.ones((4, 4)), np.ones((2, 3)))


def test_correlate_refuses_a_kernel_larger_than_the_image():
    with pytest.raises(ValueError, match="does not fit"):
        correlate(np.ones((2, 2)), np.ones((3, 3)))


@pytest.mark.parametrize(("k", "stride", "padding"), [(3, 2, "same"), (4, 2, "same"), (5, 2, "valid"), (2, 3, "valid")])
def test_overlap_counts_are_counted_one_stamp_at_a_time(k, stride, padding):
    n = 6
    reach = np.zeros(((n - 1) * stride + max(k, stride),) * 2, int)
    for i, j in np.ndindex(n, n):
        reach[i * stride : i * stride + k, j * stride : j * stride + k] += 1
    side = n * stride if padding == "same" else len(reach)
    first = (len(reach) - side) // 2
    np.testing.assert_array_equal(
        overlap_counts(n, k, stride, padding), reach[first : first + side, first : first + side]
    )


def test_overlap_is_even_inside_exactly_where_the_stride_divides_the_kernel():
    for k, stride in itertools.product(range(1, 7), (1, 2, 3)):
        inside = overlap_counts(16, k, stride)[k:-k, k:-k]
        assert (inside.min() == inside.max()) == (k % stride == 0), (k, stride)
