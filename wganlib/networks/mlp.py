"""Fully connected generators and critics. Every builder returns a plain `keras.Model`."""

import math

import keras
from keras import layers

from wganlib._arguments import check_count, check_sizes, show
from wganlib.layers.minibatch_discrimination import MinibatchDiscrimination


def make_mlp_generator(
    z_size=20, output_size=(28, 28, 1), hidden_units=(128,), *, activation="leaky_relu", output="tanh"
):
    """A fully connected generator: z → hidden layers → an output of any shape.

    Args:
        z_size: length of the latent vector, ≥ 1.
        output_size: shape of one sample, e.g. (28, 28, 1) or (2,).
        hidden_units: units of each hidden layer.
        activation: of the hidden layers.
        output: activation of the last layer: "tanh" for images in [−1, 1], None for unbounded points.

    Returns:
        A model (batch, z_size) → (batch, *output_size), float32.

    Raises:
        ValueError: a size below 1, or an activation that Keras does not know.
    """
    output_size, hidden_units = check_sizes("output_size", output_size, 1), check_sizes("hidden_units", hidden_units)
    z_size = check_count("z_size", z_size)
    _check_activation("activation", activation)
    _check_activation("output", output)
    stack = [keras.Input((z_size,)), *(layers.Dense(units, activation=activation) for units in hidden_units)]
    stack += [
        layers.Dense(math.prod(output_size), activation=output),
        layers.Reshape(output_size, dtype="float32"),
    ]
    return keras.Sequential(stack, name="generator")


def make_mlp_critic(
    input_size=(28, 28, 1), hidden_units=(128,), *, activation="leaky_relu", minibatch_discrimination=None
):
    """A fully connected critic or discriminator (no sigmoid): a sample of any shape → one number.

    Args:
        input_size: shape of one sample, e.g. (28, 28, 1) or (2,).
        hidden_units: units of each hidden layer.
        activation: of the hidden layers.
        minibatch_discrimination: None, or the number of kernels of a `MinibatchDiscrimination` layer (arXiv 1606.03498,
            §3.2) before the output, for GAN and WGAN.

    Returns:
        A model (batch, *input_size) → (batch, 1), float32, unbounded.

    Raises:
        ValueError: a size below 1, or an activation that Keras does not know.
    """
    input_size, hidden_units = check_sizes("input_size", input_size, 1), check_sizes("hidden_units", hidden_units)
    _check_activation("activation", activation)
    stack = [keras.Input(input_size), layers.Flatten()]
    stack += [layers.Dense(units, activation=activation) for units in hidden_units]
    if minibatch_discrimination is not None:
        stack.append(MinibatchDiscrimination(check_count("minibatch_discrimination", minibatch_discrimination)))
    stack.append(layers.Dense(1, dtype="float32"))
    return keras.Sequential(stack, name="critic")


def _check_activation(name, activation):
    try:
        keras.activations.get(activation)
    except Exception:  # of several types
        raise ValueError(
            f'`{name}` must be a name that Keras knows, e.g. "tanh", a function or None. Received: {show(activation)}.'
        ) from None
