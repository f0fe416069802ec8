"""The numbers in the figures of chapter 01 are TensorFlow's, their sums are true, and every one is in the picture."""

import numpy as np
import tensorflow as tf
from drawings import convolution as drawing


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def numbers(figure):
    """What stands in the cells of the grids, in drawing order."""
    return [int(text) for text in texts(figure) if text.isdecimal()]


def tensor(matrix):
    return tf.constant(matrix[None, :, :, None], tf.float32)


def convolution(image, kernel):
    return tf.nn.conv2d(tensor(image), kernel[:, :, None, None].astype("float32"), 1, "VALID")[0, :, :, 0]


def transpose(image, kernel, side, stride):
    kernel = kernel[:, :, None, None].astype("float32")
    return tf.nn.conv2d_transpose(tensor(image), kernel, (1, side, side, 1), stride, "VALID")[0, :, :, 0]


def total(pairs):
    return sum(a * b for a, b in pairs)


def test_the_convolution_and_its_transpose_are_tensorflows():
    image, kernel, small, back = drawing.there_and_back()
    np.testing.assert_allclose(small, convolution(image, kernel))
    np.testing.assert_allclose(back, transpose(small, kernel, 4, 1))
    assert not np.array_equal(image, back)
    assert total(drawing.gathered(image, kernel)) == small[drawing.GATHERED]
    assert total(drawing.met(small, kernel)) == back[drawing.MET]


def test_zero_insertion_is_tensorflows_transpose():
    image, grid, flipped, out = drawing.with_zeros()
    assert [len(matrix) for matrix in (image, grid, flipped, out)] == [4, 9, 2, 8]
    np.testing.assert_allclose(out, convolution(grid, flipped))
    np.testing.assert_allclose(out, transpose(image, flipped[::-1, ::-1], 8, 2))
    assert total(drawing.framed(grid, flipped)) == out[drawing.INSERTED]


def test_the_picture_of_the_convolution_holds_these_numbers():
    image, kernel, small, back = drawing.there_and_back()
    figure = drawing.convolution_and_transposed()
    assert numbers(figure) == [n for part in (image, kernel, small, small, kernel, back) for n in part.ravel()]
    said = " ".join(texts(figure))
    assert f"{small[drawing.GATHERED]} = {drawing.products(drawing.gathered(image, kernel))} " in said
    assert f"{back[drawing.MET]} = {drawing.products(drawing.met(small, kernel))}. " in said


def test_the_picture_of_zero_insertion_holds_these_numbers():
    image, grid, flipped, out = drawing.with_zeros()
    figure = drawing.zero_insertion()
    assert numbers(figure) == [n for part in (image, grid, flipped, out) for n in part.ravel()]
    assert f" {drawing.products(drawing.framed(grid, flipped))} = {out[drawing.INSERTED]}." in " ".join(texts(figure))


def test_products_are_written_out():
    assert drawing.products([(2, 1), (0, 3)]) == "2·1 + 0·3"
