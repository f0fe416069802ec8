"""The numbers in the figures of chapter 01 are TensorFlow's, and their sums are true."""

import re

import numpy as np
import tensorflow as tf
from drawings import convolution as drawing


def grids(figure):
    """The numbers of each grid in drawing order, as square matrices."""
    ax = figure.axes[0]
    numbers = iter([float(text.get_text()) for text in ax.texts if re.fullmatch(r"\d+", text.get_text())])
    sides = [round(len(collection.get_paths()) ** 0.5) for collection in ax.collections]
    return [np.reshape([next(numbers) for _ in range(side**2)], (side, side)) for side in sides]


def sentences(figure):
    return " ".join(text.get_text() for text in figure.axes[0].texts)


def sums(sentence):
    """Every "9 = 2·1 + 1·2" or "0·4 + 7·3 = 21" in it, as pairs of numbers that should agree."""
    term = r"\d+·\d+(?: \+ \d+·\d+)*"
    found = [(int(m[1]), m[2]) for m in re.finditer(rf"(\d+) = ({term})", sentence)]
    found += [(int(m[2]), m[1]) for m in re.finditer(rf"({term}) = (\d+)", sentence)]
    return [(value, sum(int(a) * int(b) for a, b in re.findall(r"(\d+)·(\d+)", terms))) for value, terms in found]


def tensor(matrix):
    return tf.constant(matrix[None, :, :, None], tf.float32)


def transpose(image, kernel, side, stride):
    return tf.nn.conv2d_transpose(tensor(image), kernel[:, :, None, None], (1, side, side, 1), stride, "VALID")


def test_convolution_and_its_transpose():
    figure = drawing.convolution_and_transposed()
    image, kernel, small, small_again, kernel_again, back = grids(figure)
    np.testing.assert_array_equal(kernel, kernel_again)
    np.testing.assert_array_equal(small, small_again)
    np.testing.assert_allclose(small, tf.nn.conv2d(tensor(image), kernel[:, :, None, None], 1, "VALID")[0, :, :, 0])
    np.testing.assert_allclose(back, transpose(small, kernel.astype("float32"), 4, 1)[0, :, :, 0])
    assert not np.array_equal(image, back)
    pairs = sums(sentences(figure))
    assert len(pairs) == 2
    assert all(a == b for a, b in pairs)


def test_zero_insertion():
    figure = drawing.zero_insertion()
    image, grid, flipped, out = grids(figure)
    assert [len(matrix) for matrix in (image, grid, flipped, out)] == [4, 9, 2, 8]
    np.testing.assert_allclose(out, tf.nn.conv2d(tensor(grid), flipped[:, :, None, None], 1, "VALID")[0, :, :, 0])
    kernel = flipped[::-1, ::-1].astype("float32")
    np.testing.assert_allclose(out, transpose(image, kernel, 8, 2)[0, :, :, 0])
    pairs = sums(sentences(figure))
    assert len(pairs) == 1
    assert all(a == b for a, b in pairs)
