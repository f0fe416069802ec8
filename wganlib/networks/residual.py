"""Critics of any depth, plain or residual, on vectors and on images, and how their gradient fares on its way back."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from wganlib._arguments import as_finite, check_choice, check_count, check_flag, check_network, check_sizes, show
from wganlib.layers.leaky_relu import LeakyReLU
from wganlib.layers.spectral import SpectralConv2D, SpectralDense

NORMS = (None, "layer", "spectral")
ACTIVATIONS = ("relu", "leaky_relu")
SLOPE = 0.2  # of the leaky ReLU below 0
STATES = ("stem", "block_")


def make_residual_critic(
    input_size=(2,), depth=8, width=64, *, residual=True, norm=None, activation="relu", stride=4, scaled=True
):
    """A critic of `depth` layers with weights: a stem, blocks of two layers, and a Dense layer to one number.

    A residual block computes h + layer(σ(layer(σ(h)))), σ in front of the layers (pre-activation; He et al. 2016,
    arXiv 1603.05027). With residual=False the "h +" is left out and everything else stays: the same weights in the same
    places, so that the two can be compared. No BatchNorm: it has no place in a critic (chapter 02).

    Layers are Dense on vectors and 3 × 3 convolutions on images, with biases that start at 0 and He's normal
    initialisation, standard deviation √(2 / inputs) (arXiv 1502.01852); Glorot's for the last layer.

    Args:
        input_size: (n,) for vectors or (height, width, channels) for images.
        depth: layers with weights, even, ≥ 4: the stem, 2 in each of (depth − 2) / 2 blocks, the output.
        width: units, or channels, of every layer but the last.
        residual: whether the blocks have their shortcut.
        norm: None; "layer" for layer normalisation before each σ, over all axes of a sample, as WGAN-GP recommends
            (arXiv 1704.00028, section 4); "spectral" for `SpectralDense` and `SpectralConv2D`.
        activation: "relu" or "leaky_relu" (slope 0.2 below 0).
        stride: of the first convolution, on images: its kernel is stride × stride, or 3 × 3 where that is larger.
        scaled: whether the second layer of each of B residual blocks starts with its variance divided by B, so that a
            deep critic starts with gradients as large as a shallow one's: without it each block about doubles the
            variance. Under norm="spectral", which undoes a first scale, the branch is multiplied by 1/B for good; B
            blocks of Dense layers then have slope (1 + 1/B)^B < e at most, with scaled=False up to 2^B.

    Returns:
        A model (batch, *input_size) → (batch, 1), float32. The stem's output is named "stem", the blocks' "block_1" …

    Raises:
        ValueError: sizes or options that cannot work.
    """
    input_size = check_sizes("input_size", input_size)
    if len(input_size) not in (1, 3):
        raise ValueError(
            f"`input_size` must be (n,) for vectors or (height, width, channels) for images. Received: {input_size}."
        )
    depth, width, stride = check_count("depth", depth, 4), check_count("width", width), check_count("stride", stride)
    if depth % 2:
        raise ValueError(
            f"`depth` must be even: a stem, blocks of two layers, an output. Received: {depth}. Take {depth + 1}."
        )
    residual, scaled = check_flag("residual", residual), check_flag("scaled", scaled)
    check_choice("norm", norm, NORMS)
    check_choice("activation", activation, ACTIVATIONS)
    images, blocks = len(input_size) == 3, (depth - 2) // 2

    convolve, connect = (SpectralConv2D, SpectralDense) if norm == "spectral" else (layers.Conv2D, layers.Dense)

    def layer(shrink=1, name=None, **strides):
        start = keras.initializers.VarianceScaling(2.0 / shrink, "fan_in", "untruncated_normal")
        if images:
            kernel = max(3, stride) if strides else 3
            return convolve(width, kernel, padding="same", kernel_initializer=start, name=name, **strides)
        return connect(width, kernel_initializer=start, name=name)

    def activate(x):
        if norm == "layer":
            x = layers.GroupNormalization(groups=1)(x)
        return LeakyReLU(negative_slope=SLOPE if activation == "leaky_relu" else 0.0)(x)

    inputs = keras.Input(input_size)
    state = layer(name="stem", **({"strides": stride} if images else {}))(inputs)
    for block in range(1, blocks + 1):
        name = f"block_{block}"
        shrunk = residual and scaled and norm != "spectral"
        branch = layer()(activate(state))
        branch = layer(blocks if shrunk else 1, None if residual else name)(activate(branch))
        if residual:
            if scaled and norm == "spectral":
                branch = layers.Rescaling(1 / blocks)(branch)
            state = layers.Add(name=name)([state, branch])
        else:
            state = branch
    state = activate(state)
    if images:
        state = layers.Flatten()(state)
    value = connect(1, dtype="float32", name="value")(state)
    return keras.Model(inputs, value, name="critic")


def gradient_by_block(critic, samples):
    """How the gradient fares on its way back: the mean of ‖∂D/∂h‖ over samples, h the input and each block's output.

    Args:
        critic: what `make_residual_critic` made.
        samples: (n, …) as the critic takes them.

    Returns:
        float64 (blocks + 2,): at the input, after the stem, after block 1, … A gradient that float32 cannot hold is 0.

    Raises:
        ValueError: another kind of critic.
    """
    check_network("critic", critic)
    states = [layer.output for layer in critic.layers if layer.name.startswith(STATES)]
    if not states:
        raise ValueError(
            "`critic` must be one that make_residual_critic made, with layers named stem and block_1 …. Received: "
            f"{show(critic)}."
        )
    followed = keras.Model(critic.input, [*states, critic.output])
    taken = critic.input_shape[1:]
    samples = as_finite("samples", samples)
    if samples.shape[1:] != taken or len(samples) == 0:
        raise ValueError(
            f"`samples` must have shape (n, {', '.join(map(str, taken))}), n ≥ 1, as the critic takes them. Received: "
            f"shape {samples.shape}."
        )
    samples = tf.convert_to_tensor(samples, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(samples)
        *found, values = followed(samples)
        total = tf.reduce_sum(values)
    slopes = tape.gradient(total, [samples, *found], unconnected_gradients=tf.UnconnectedGradients.ZERO)
    # The norm in float64: float32 rounds the square of 1e-30 to 0.
    flat = [np.asarray(slope, np.float64).reshape(len(samples), -1) for slope in slopes]
    return np.array([np.linalg.norm(slope, axis=1).mean() for slope in flat])
