"""LeakyReLU for critics under a gradient penalty."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="wganlib")
class LeakyReLU(keras.layers.LeakyReLU):
    """Keras' LeakyReLU, max(x, slope · x), for critics under a gradient penalty.

    Values and gradients are Keras' own. What differs is the gradient of the gradient: the function is straight on both
    sides of zero, so nothing flows back from its slope to x. TensorFlow's leaky_relu (and relu) sends zeros back there
    all the same, and every layer before multiplies them out, a whole backward pass in each critic update; this one
    sends nothing.

    Args:
        negative_slope: the slope below zero, in [0, 1].
        options: Keras' own (name, dtype, …).
    """

    def call(self, inputs):
        slope = float(self.negative_slope)

        @tf.custom_gradient
        def leaky_relu(x):
            y = tf.nn.leaky_relu(x, slope)
            # y has the sign of x. Where nothing else asks for x, TensorFlow makes it within the convolution before.
            sign = tf.stop_gradient(y)
            return y, lambda upstream: tf.raw_ops.LeakyReluGrad(gradients=upstream, features=sign, alpha=slope)

        return leaky_relu(inputs)
