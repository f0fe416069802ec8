"""Spectral normalisation inside the forward pass (Miyato et al. 2018, arXiv 1802.05957)."""

import keras
from keras import ops

from wganlib._arguments import check_count, check_flag


class _SpectralKernel:
    """In front of a Keras layer with a `kernel`, whose last axis counts outputs: the call takes kernel / σ instead."""

    def build(self, input_shape):
        super().build(input_shape)
        self.vector_u = self.add_weight(
            shape=self.kernel.shape[-1:],
            initializer=keras.initializers.RandomNormal(0.0, 1.0),
            trainable=False,
            aggregation="only_first_replica",  # the same on all: it depends on the weights alone
            autocast=False,  # half precision is too coarse for σ
            name="vector_u",
        )

    # Keras' Dense and Conv2D write and read the kernel and the bias alone.

    def save_own_variables(self, store):
        keras.layers.Layer.save_own_variables(self, store)

    def load_own_variables(self, store):
        keras.layers.Layer.load_own_variables(self, store)

    def divided_kernel(self, training):
        u = ops.convert_to_tensor(self.vector_u)
        kernel = ops.cast(self.kernel, u.dtype)
        matrix = ops.reshape(kernel, (-1, kernel.shape[-1]))
        v = _unit(ops.matmul(matrix, u))
        u = _unit(ops.matmul(v, matrix))
        u, v = ops.stop_gradient(u), ops.stop_gradient(v)
        if training:
            self.vector_u.assign(u)
        norm = ops.matmul(v, ops.matmul(matrix, u))
        return ops.cast(kernel / ops.maximum(norm, 1e-12), self.compute_dtype)


@keras.saving.register_keras_serializable(package="wganlib")
class SpectralDense(_SpectralKernel, keras.layers.Dense):
    """A Dense layer with a kernel of spectral norm 1: x ↦ x W / σ(W) + b (arXiv 1802.05957, eq. 8 and Algorithm 1).

    σ, the largest singular value of the trained `kernel` W, is followed by the power iteration, one round in each call
    in training mode, and the gradient goes through the division. `keras.layers.SpectralNormalization` does something
    else: it writes the normalised kernel back into the weights, and the optimiser never sees the division. Repeated
    over many updates that lets the leading direction win, and the other singular values die away.

    Args:
        units: size of the output, ≥ 1.
        use_bias: whether b is added.
        options: those of `keras.layers.Dense`.

    Input and output:
        (batch, …, inputs) → (batch, …, units).

    Raises:
        ValueError: a count below 1.
    """

    def __init__(self, units, use_bias=True, **options):
        units, use_bias = check_count("units", units), check_flag("use_bias", use_bias)
        super().__init__(units, use_bias=use_bias, **options)

    def call(self, inputs, training=False):
        found = ops.matmul(inputs, self.divided_kernel(training))
        return self.activation(found + self.bias if self.use_bias else found)


@keras.saving.register_keras_serializable(package="wganlib")
class SpectralConv2D(_SpectralKernel, keras.layers.Conv2D):
    """A convolution whose kernel, as a matrix, has spectral norm 1: `SpectralDense` on every patch of an image.

    The matrix has a column for each filter and a row for each number of the patch that a filter sees (arXiv 1802.05957,
    section 2.1). The patches overlap, so the convolution as a whole can be steeper than 1: by √(patches a pixel is
    in) at most, 3 for a kernel of 3 × 3 and stride 1, 2 for 4 × 4 and stride 2.

    Args:
        filters: channels of the output, ≥ 1.
        kernel_size: side of the kernel, or its (height, width).
        use_bias: whether a bias is added.
        options: those of `keras.layers.Conv2D`.

    Input and output:
        (batch, height, width, channels) → (batch, height', width', filters), as `keras.layers.Conv2D`.

    Raises:
        ValueError: a count below 1.
    """

    def __init__(self, filters, kernel_size, use_bias=True, **options):
        filters, use_bias = check_count("filters", filters), check_flag("use_bias", use_bias)
        super().__init__(filters, kernel_size, use_bias=use_bias, **options)

    def call(self, inputs, training=False):
        found = self.convolution_op(inputs, self.divided_kernel(training))
        if self.use_bias:
            first = self.data_format == "channels_first"
            found = found + ops.reshape(self.bias, (-1, 1, 1) if first else (-1,))
        return self.activation(found)


# What keeps a kernel at spectral norm 1, Keras' wrapper too, which other people's networks have.
SPECTRAL = (keras.layers.SpectralNormalization, _SpectralKernel)


def _unit(vector):
    return vector / ops.sqrt(ops.maximum(ops.sum(ops.square(vector)), 1e-24))
