"""Spectral normalisation inside the forward pass (Miyato et al. 2018, arXiv 1802.05957)."""

import keras
from keras import ops

from wganlib.constrained_dense import ConstrainedDense


@keras.saving.register_keras_serializable(package="wganlib")
class SpectralDense(ConstrainedDense):
    """A Dense layer with a kernel of spectral norm 1: x ↦ x W / σ(W) + b (arXiv 1802.05957, eq. 8 and Algorithm 1).

    σ, the largest singular value of the trained `kernel` W, is followed by the power iteration, one round in each call
    in training mode, and the gradient goes through the division. `keras.layers.SpectralNormalization` does something
    else: it writes the normalised kernel back into the weights, and the optimiser never sees the division. Repeated
    over many updates that lets the leading direction win, and the other singular values die away.

    Args:
        units: size of the output, ≥ 1.
        use_bias: whether b is added.
        kernel_initializer: of W.
        options: Keras' own (name, dtype, …).

    Input and output:
        (batch, …, inputs) → (batch, …, units).

    Raises:
        ValueError: a count below 1.
    """

    def __init__(self, units, use_bias=True, kernel_initializer="he_normal", **options):
        super().__init__(units, use_bias, kernel_initializer, **options)

    def build(self, input_shape):
        super().build(input_shape)
        start = keras.initializers.RandomNormal(0.0, 1.0)
        self.vector_u = self.add_weight(shape=(self.units,), initializer=start, trainable=False, name="vector_u")

    def constrained_kernel(self, training):
        kernel = ops.convert_to_tensor(self.kernel)
        u = ops.convert_to_tensor(self.vector_u)
        v = _unit(ops.matmul(kernel, u))
        u = _unit(ops.matmul(v, kernel))
        u, v = ops.stop_gradient(u), ops.stop_gradient(v)
        if training:
            self.vector_u.assign(u)
        norm = ops.matmul(v, ops.matmul(kernel, u))
        return kernel / ops.maximum(norm, 1e-12)


def _unit(vector):
    return vector / ops.sqrt(ops.maximum(ops.sum(ops.square(vector)), 1e-24))
