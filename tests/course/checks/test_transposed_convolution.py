"""The checks of chapter 01: right answers in any sensible form, wrong ones explained."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib.course.checks import (
    check_even_layer,
    check_output_sizes,
    check_resize_kernel,
    check_stamps,
    check_transposed_convolution,
)

CHECKS = (
    check_output_sizes,
    check_stamps,
    check_transposed_convolution,
    check_even_layer,
    check_resize_kernel,
)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("nothing", [..., None])
def test_the_placeholder_is_not_an_answer(check, nothing):
    verdict = check(nothing)
    assert not verdict
    assert "Not answered yet" in verdict.message


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "odd", ["text", 3, 2.5, [], {}, {1: 2}, object(), [[1], [2, 3]], {5}, np.nan, [np.inf] * 3, [1, "a", None]]
)
def test_odd_answers_are_wrong_and_break_nothing(check, odd):
    verdict = check(odd)
    assert not verdict
    assert len(verdict.message) > 20


@pytest.mark.parametrize(
    "right",
    [
        (14, 17, 16),
        [14.0, 17.0, 16.0],
        np.array([14, 17, 16]),
        tf.constant([14, 17, 16]),
        {"a": 14, "b": 17, "c": 16},
        [(14, 14), (17, 17), (16, 16)],
    ],
)
def test_output_sizes_right(right):
    assert check_output_sizes(right)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ((15, 17, 16), "(a) is not 15"),
        ((14, 14, 16), "(b) is not 14"),
        ((14, 17, 15), "(c) is not 15"),
        ((4, 17, 16), "Conv2D makes"),
        ((14, 17), "Three numbers"),
    ],
)
def test_output_sizes_wrong(wrong, hint):
    verdict = check_output_sizes(wrong)
    assert not verdict
    assert hint in verdict.message


STAMPS = [[1, 2, 0], [2, 8, 2], [0, 6, 3]]


@pytest.mark.parametrize(
    "right", [STAMPS, np.array(STAMPS), tf.constant(STAMPS), np.reshape(STAMPS, (1, 3, 3, 1)), np.ravel(STAMPS)]
)
def test_stamps_right(right):
    assert check_stamps(right)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ([[1, 4, 4], [0, 4, 8], [0, 0, 3]], "without flipping"),
        (np.transpose(STAMPS), "exchanged"),
        ([[1, 2, 0], [2, 3, 0], [0, 6, 3]], "they are added"),
        ([[1, 2, 0], [0, 3, 0], [0, 6, 3]], "they are added"),
        (np.zeros((4, 4)), "stride 2"),
        ([[1, 2], [2, 8]], "The shape is (2, 2)"),
        ([[1, 2, 0], [2, 8, 2], [0, 6, 4]], "1 of 9 values"),
    ],
)
def test_stamps_wrong(wrong, hint):
    verdict = check_stamps(wrong)
    assert not verdict
    assert hint in verdict.message


def stamp(image, kernel, stride):
    k = len(kernel)
    out = np.zeros([(n - 1) * stride + k for n in image.shape])
    for i, j in np.ndindex(*image.shape):
        out[i * stride : i * stride + k, j * stride : j * stride + k] += image[i, j] * kernel
    return out


def through_tensorflow(image, kernel, stride):
    shape = (1, *[(n - 1) * stride + len(kernel) for n in image.shape], 1)
    return tf.nn.conv2d_transpose(image[None, :, :, None], kernel[:, :, None, None], shape, stride, "VALID")


@pytest.mark.parametrize("right", [stamp, through_tensorflow, lambda *a: stamp(*a).tolist()])
def test_transposed_convolution_right(right):
    verdict = check_transposed_convolution(right)
    assert verdict, verdict.message


def replace(image, kernel, stride):
    k = len(kernel)
    out = np.zeros([(n - 1) * stride + k for n in image.shape])
    for i, j in np.ndindex(*image.shape):
        out[i * stride : i * stride + k, j * stride : j * stride + k] = image[i, j] * kernel
    return out


def in_place(image, kernel, stride):
    kernel *= 2
    return stamp(image, kernel / 2, stride)


def square_only(image, kernel, stride):
    side = (len(image) - 1) * stride + len(kernel)
    return stamp(image, kernel, stride)[:side, :side]


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        (replace, "instead of replacing"),
        (in_place, "changed its arguments"),
        (lambda image, kernel, stride: stamp(image, kernel[::-1, ::-1], stride), "stamps are flipped"),
        (lambda image, kernel, stride: stamp(image, kernel, 1), "The shape is"),
        (square_only, "image (2, 4)"),
        (lambda image, kernel, stride: None, "returns None"),
        (lambda image, kernel: image, "TypeError"),
        (lambda image, kernel, stride: "no matrix", "not str"),
        (np.ones((3, 3)), "A function"),
    ],
)
def test_transposed_convolution_wrong(wrong, hint):
    verdict = check_transposed_convolution(wrong)
    assert not verdict
    assert hint in verdict.message


@pytest.mark.parametrize(
    "right",
    [
        {"kernel_size": 6, "strides": 3, "padding": "same"},
        {"kernel_size": (6, 6), "strides": [3, 3], "padding": "SAME"},
        {"kernel": 9, "stride": 3, "padding": "same"},
        {"kernel_size": 10, "strides": 2},
        {"kernel_size": 12, "strides": 3, "padding": "same"},
        {"kernel_size": 17, "strides": 1},
        keras.layers.Conv2DTranspose(5, 6, strides=3, padding="same"),
    ],
)
def test_even_layer_right(right):
    verdict = check_even_layer(right)
    assert verdict, verdict.message


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"kernel_size": 5, "strides": 3, "padding": "same"}, "checkerboard"),
        ({"kernel_size": 3, "strides": 3, "padding": "same"}, "no two stamps overlap"),
        ({"kernel_size": 4, "strides": 2, "padding": "same"}, "16 × 16"),
        ({"kernel_size": 6, "strides": 3, "padding": "valid"}, "27 × 27"),
        ({"kernel_size": 13, "strides": 3, "padding": "same"}, "between 16 and 25 stamps"),
        ({"kernel_size": 6, "strides": (3, 2), "padding": "same"}, "both directions"),
        ({"kernel_size": 6, "strides": 3, "padding": "full"}, "must be one of"),
        ({"kernel_size": "six"}, "whole number"),
        ({"filters": 3}, "The keys are"),
        (keras.layers.Conv2DTranspose(1, 4, strides=3, padding="same"), "checkerboard"),
        (keras.layers.Conv2D(1, 6, strides=3, padding="same"), "this is Conv2D"),
    ],
)
def test_even_layer_wrong(wrong, hint):
    verdict = check_even_layer(wrong)
    assert not verdict
    assert hint in verdict.message


def tied(w):
    """Box and flipped w, summed by hand: cell (a, b) of the 4 × 4 kernel is reached through up to four weights."""
    kernel = np.zeros((4, 4))
    for a, b in np.ndindex(2, 2):
        kernel[a : a + 3, b : b + 3] += w[::-1, ::-1]
    return kernel


@pytest.mark.parametrize("right", [tied, lambda w: tf.constant(tied(w)), lambda w: tied(w).tolist()])
def test_resize_kernel_right(right):
    assert check_resize_kernel(right)


def test_resize_kernel_is_resize_convolution_in_keras():
    w, image = np.random.default_rng(1).normal(size=(3, 3)), np.random.default_rng(2).normal(size=(1, 5, 5, 1))
    convolve = keras.layers.Conv2D(1, 3, padding="same", use_bias=False)
    layer = keras.layers.Conv2DTranspose(1, 4, strides=2, padding="same", use_bias=False)
    convolve.build((1, 10, 10, 1))
    layer.build((1, 5, 5, 1))
    convolve.set_weights([w[:, :, None, None]])
    layer.set_weights([tied(w)[:, :, None, None]])
    np.testing.assert_allclose(convolve(keras.layers.UpSampling2D(2)(image)), layer(image), atol=1e-5)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        (lambda w: tied(w[::-1, ::-1]), "mirrored"),
        (lambda w: tied(w) / 4, "factor 4"),
        (lambda w: w, "The shape is (3, 3)"),
        (lambda w: None, "returns None"),
        (lambda: 1, "TypeError"),
        (np.ones((4, 4)), "A function"),
    ],
)
def test_resize_kernel_wrong(wrong, hint):
    verdict = check_resize_kernel(wrong)
    assert not verdict
    assert hint in verdict.message
