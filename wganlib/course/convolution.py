"""Convolution and transposed convolution of one channel in NumPy, as chapter 01 derives them.

Everything here follows TensorFlow's conventions: `conv2d` is a cross-correlation (the kernel is not flipped), "same"
padding puts the odd cell at the end, and a transposed convolution is the transpose of that very map. See Dumoulin &
Visin 2016, arXiv 1603.07285, for the arithmetic.
"""

import numpy as np
from scipy.sparse import csr_array

from wganlib._arguments import as_finite, check_choice, check_count

PADDINGS = ("valid", "same")


def output_size(size, kernel_size, stride=1, padding="valid", output_padding=None):
    """The side length that `keras.layers.Conv2DTranspose` makes of an input of side `size`.

    Args:
        size: side of the input, ≥ 1.
        kernel_size: side of the kernel, ≥ 1.
        stride: cells that one step in the input moves the kernel in the output, ≥ 1.
        padding: "valid" keeps all that the kernel reaches; "same" makes size · stride.
        output_padding: None, or 0 ≤ output_padding < stride to choose among the sizes that a convolution with this
            stride would take back to `size`.

    Returns:
        The side of the output, an int.

    Raises:
        ValueError: a setting out of range, or one without a convolution that this would be the transpose of (some of
            TensorFlow's kernels refuse it, too); the message names one that works.
    """
    _check_setting(kernel_size, stride, padding, size=size)
    if output_padding is None:
        return size * stride if padding == "same" else (size - 1) * stride + max(kernel_size, stride)
    rule = f"must be None or a whole number from 0 to stride − 1 = {stride - 1}"
    if check_count("output_padding", output_padding, 0, rule) >= stride:
        raise ValueError(f"`output_padding` {rule}. Received: {output_padding}.")
    if padding == "valid":
        return (size - 1) * stride + kernel_size + output_padding
    if kernel_size % 2 == 0 and output_padding == 0:
        raise ValueError(
            f'An even kernel ({kernel_size}) with "same" padding and output_padding 0 has no convolution that it is '
            "the transpose of. Leave output_padding out, or take an odd kernel."
        )
    return (size - 1) * stride + kernel_size % 2 + output_padding


def correlate(image, kernel):
    """Slide the kernel over every place where it fits and sum the products ("valid", stride 1, no flip).

    Args:
        image: (h, w).
        kernel: (k, k), with k ≤ h and k ≤ w.

    Returns:
        (h − k + 1, w − k + 1).

    Raises:
        ValueError: `image` or `kernel` is not a matrix, or the kernel is larger than the image.
    """
    image, kernel = _matrix("image", image), _kernel(kernel)
    if min(image.shape) < len(kernel):
        raise ValueError(f"A kernel of {kernel.shape} does not fit into an image of {image.shape}. Pad the image.")
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel)


def insert_zeros(image, stride):
    """Put stride − 1 rows and columns of zeros between neighbouring cells: side n becomes (n − 1) · stride + 1.

    Raises:
        ValueError: not a matrix, or a stride that is not a whole number ≥ 1.
    """
    image = _matrix("image", image)
    stride = check_count("stride", stride)
    spread = np.zeros([(side - 1) * stride + 1 for side in image.shape], image.dtype)
    spread[::stride, ::stride] = image
    return spread


def spread_and_pad(image, kernel_size, stride=1, padding="valid", output_padding=None):
    """The grid that a transposed convolution slides its flipped kernel over: zeros between the cells and around them.

    Args:
        image: (h, w).
        kernel_size, stride, padding, output_padding: as for `output_size`.

    Returns:
        A matrix larger than the output by kernel_size − 1, so that `correlate(grid, kernel[::-1, ::-1])` is the output.

    Raises:
        ValueError: as `output_size`.
    """
    spread = insert_zeros(image, stride)
    around = []
    for side in np.shape(image):
        wanted = output_size(side, kernel_size, stride, padding, output_padding)
        reached = (side - 1) * stride + kernel_size
        # What "same" cuts away, it cuts first at the end: the transpose of how conv2d pads.
        before = max(reached - wanted, 0) // 2
        after = reached - wanted - before  # negative where the output goes on beyond the kernel's reach
        around.append((kernel_size - 1 - before, kernel_size - 1 - after))
    return np.pad(spread, around)


def conv_transpose(image, kernel, stride=1, padding="valid", output_padding=None):
    """Transposed convolution of one channel, by inserting zeros and sliding the flipped kernel.

    Args:
        image: (h, w).
        kernel: (k, k), in the orientation of Keras' weights.
        stride, padding, output_padding: as for `output_size`.

    Returns:
        A matrix whose sides are given by `output_size`.

    Raises:
        ValueError: as `output_size`, or `image` or `kernel` is not a matrix.
    """
    kernel = _kernel(kernel)
    return correlate(spread_and_pad(image, len(kernel), stride, padding, output_padding), kernel[::-1, ::-1])


def conv_matrix(kernel, input_size, stride=1, padding="valid"):
    """The sparse matrix C of a convolution: C @ x.ravel() is `tf.nn.conv2d`, C.T @ y.ravel() `conv2d_transpose`.

    Args:
        kernel: (k, k).
        input_size: side of the square image x, at least k for "valid".
        stride: ≥ 1.
        padding: "valid" or "same".

    Returns:
        A `scipy.sparse.csr_array` of shape (m², input_size²); m is the side of the convolution's output.

    Raises:
        ValueError: a setting without a single output; the message says which.
    """
    kernel = _kernel(kernel)
    side = len(kernel)
    _check_setting(side, stride, padding, input_size=input_size)
    if padding == "same":
        m = -(-input_size // stride)
        before = max((m - 1) * stride + side - input_size, 0) // 2
    elif input_size < side:
        raise ValueError(
            f'A kernel of side {side} does not fit into an input of side {input_size}. Take padding="same".'
        )
    else:
        m, before = (input_size - side) // stride + 1, 0
    # One entry for each (output cell, kernel cell) whose input cell lies inside the image.
    i, j, a, b = np.indices((m, m, side, side)).reshape(4, -1)
    row, column = i * stride + a - before, j * stride + b - before
    inside = (row >= 0) & (row < input_size) & (column >= 0) & (column < input_size)
    cells = (i * m + j)[inside], (row * input_size + column)[inside]
    return csr_array((kernel[a, b][inside], cells), shape=(m * m, input_size * input_size))


def overlap_counts(size, kernel_size, stride=1, padding="valid"):
    """How many input cells reach each cell of a transposed convolution's output.

    Args:
        size: side of the input.
        kernel_size, stride, padding: as for `output_size`.

    Returns:
        An integer matrix. Uneven numbers inside it are the checkerboard of Odena et al. 2016 (doi
        10.23915/distill.00003); they are even where the stride divides the kernel.

    Raises:
        ValueError: as `output_size`.
    """
    _check_setting(kernel_size, stride, padding, size=size)
    ones = np.ones((size, size), int), np.ones((kernel_size, kernel_size), int)
    return conv_transpose(*ones, stride, padding)


def _check_setting(kernel_size, stride, padding, **sizes):
    for name, number in {**sizes, "kernel_size": kernel_size, "stride": stride}.items():
        check_count(name, number)
    check_choice("padding", padding, PADDINGS)


def _matrix(name, values):
    values = as_finite(name, values)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"`{name}` must be a matrix (height, width). Received: shape {values.shape}.")
    return values


def _kernel(values):
    values = _matrix("kernel", values)
    if values.shape[0] != values.shape[1]:
        raise ValueError(f"`kernel` must be square. Received: shape {values.shape}.")
    return values
