"""What Dense layers share whose kernel is computed from the trained one in every call."""

import keras
from keras import ops

from wganlib.arguments import check_count, check_flag


class ConstrainedDense(keras.layers.Layer):
    """x ↦ x A + b, where a subclass computes A from the trained `kernel` V, so that the gradient goes through it.

    Args:
        units: size of the output, ≥ 1.
        use_bias: whether b is added.
        kernel_initializer: of V.
        options: Keras' own (name, dtype, …).

    Input and output:
        (batch, …, inputs) → (batch, …, units).

    Raises:
        ValueError: a count below 1.
    """

    def __init__(self, units, use_bias, kernel_initializer, **options):
        super().__init__(**options)
        self.units = check_count("units", units)
        self.use_bias = check_flag("use_bias", use_bias)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        shape = (input_shape[-1], self.units)
        self.kernel = self.add_weight(shape=shape, initializer=self.kernel_initializer, name="kernel")
        if self.use_bias:
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

    def constrained_kernel(self, training):
        """A, (inputs, units), for a call in this mode."""
        raise NotImplementedError

    def call(self, inputs, training=False):
        found = ops.matmul(inputs, ops.cast(self.constrained_kernel(training), inputs.dtype))
        return found + ops.cast(self.bias, inputs.dtype) if self.use_bias else found

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
