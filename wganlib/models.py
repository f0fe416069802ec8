"""Generators and critics. Every builder returns a plain `keras.Model`.

The DCGAN pair follows article 004 of the course's sources (Radford et al. 2015, arXiv 1511.06434): its names, defaults
and parameter counts hold exactly, and each of its choices (normalisation, dropout, sizes) is a parameter.
"""

import math

import keras
from keras import layers

from wganlib.arguments import as_tuple, check_choice, check_count, check_flag, check_number, show
from wganlib.layers import LeakyReLU, MinibatchDiscrimination
from wganlib.spectral import SpectralConv2D, SpectralDense

NORMS = ("batch", "layer", None)
CRITIC_NORMS = (*NORMS, "spectral")
MOST_BLOCKS = 16


def make_dcgan_generator(
    z_size=20, output_size=(28, 28, 1), n_filters=128, n_blocks=2, *, norm="batch", kernel_size=5, stem=True
):
    """The DCGAN generator: z → Dense → Conv2DTranspose blocks that halve channels and double space → tanh.

    At its defaults it has 817,824 parameters, 804,832 of them trainable.

    Args:
        z_size: length of the latent vector, ≥ 1.
        output_size: (height, width, channels); height and width divisible by 2**n_blocks.
        n_filters: channels of the first feature map, divisible by 2**n_blocks.
        n_blocks: how often the image doubles.
        norm: "batch", "layer" or None. Without a norm the layers have biases; with one a bias would do nothing.
            "layer" takes its statistics over height, width and channels of each sample, as WGAN-GP's authors do.
        kernel_size: side of the kernels. A multiple of the stride 2, such as 4, avoids checkerboards (chapter 01).
        stem: whether a stride-1 convolution stands before the first doubling, as in the source.

    Returns:
        A model (batch, z_size) → (batch, *output_size), float32 in [−1, 1].

    Raises:
        ValueError: sizes that cannot work; the message names one that can.
    """
    z_size, (height, width, channels), n_filters, n_blocks, kernel_size = check_generator(
        z_size, output_size, n_filters, n_blocks, norm, kernel_size, stem
    )
    factor = 2**n_blocks
    small = (height // factor, width // factor, n_filters)
    bias = norm is None

    def finish(block):
        return [*block, *_norm_layer(norm), layers.LeakyReLU(negative_slope=0.3)]

    def upsample(filters, strides):
        return layers.Conv2DTranspose(filters, kernel_size, strides=strides, padding="same", use_bias=bias)

    stack = [
        keras.Input((z_size,)),
        *finish([layers.Dense(math.prod(small), use_bias=bias)]),
        layers.Reshape(small),
    ]
    if stem:
        stack += finish([upsample(n_filters, 1)])
    for block in range(1, n_blocks + 1):
        stack += finish([upsample(n_filters // 2**block, 2)])
    # float32 whatever the policy: fakes meet real images, losses and the gradient penalty in full precision.
    stack.append(
        layers.Conv2DTranspose(channels, kernel_size, padding="same", use_bias=bias, activation="tanh", dtype="float32")
    )
    return keras.Sequential(stack, name="generator")


def make_dcgan_discriminator(
    input_size=(28, 28, 1),
    n_filters=64,
    n_blocks=2,
    *,
    norm="batch",
    dropout=0.3,
    kernel_size=5,
    stem=True,
    hidden=None,
    minibatch_discrimination=None,
):
    """The DCGAN discriminator without a sigmoid; with `norm=None` (or "layer", "spectral") a WGAN-GP critic.

    At its defaults it has 1,040,385 parameters, 1,039,489 of them trainable.

    Args:
        input_size: (height, width, channels); height and width divisible by 2**n_blocks.
        n_filters: channels of the first convolution; every strided block doubles them.
        n_blocks: how often the image is halved.
        norm: "batch" (never under a gradient penalty: it makes D(xᵢ) depend on xⱼ, chapter 02), "layer" (over height,
            width and channels of each sample), "spectral" (`SpectralConv2D` and `SpectralDense`) or None.
        dropout: rate after each strided block, 0 ≤ rate < 1; 0 leaves the layer out.
        kernel_size: side of the kernels.
        stem: whether a stride-1 convolution at full size stands first, as in the source. Without it the first strided
            block has n_filters channels, and the net costs a fraction.
        hidden: None, or the units of a Dense layer between the last block and the output. Convolutions with strides see
            a part of the image each, and the source's output only adds up what they found; this layer weighs all parts
            against one another, for little work.
        minibatch_discrimination: None, or the number of kernels of a `MinibatchDiscrimination` layer (arXiv 1606.03498,
            §3.2) before the output: a critic for GAN and WGAN that sees the samples of a batch side by side. It has
            5 · kernels · features weights of its own, which norm="spectral" leaves as they are.

    Returns:
        A model (batch, *input_size) → (batch, 1), float32, unbounded: a logit or a critic's value.

    Raises:
        ValueError: sizes or options that cannot work; the message names one that can.
    """
    (height, width, channels), n_filters, n_blocks, kernel_size = check_discriminator(
        input_size, n_filters, n_blocks, norm, dropout, kernel_size, stem
    )

    convolve, connect = (SpectralConv2D, SpectralDense) if norm == "spectral" else (layers.Conv2D, layers.Dense)

    def finish(block):
        return [*block, *_norm_layer(norm), LeakyReLU(negative_slope=0.3)]

    stack = [keras.Input((height, width, channels))]
    if stem:
        stack += finish([convolve(n_filters, kernel_size, padding="same")])
    for block in range(n_blocks):
        filters = n_filters * 2 ** (block + stem)
        stack += finish([convolve(filters, kernel_size, strides=2, padding="same")])
        if dropout:
            stack.append(layers.Dropout(dropout))
    factor = 2**n_blocks
    if hidden is None and minibatch_discrimination is None:
        stack.append(convolve(1, (height // factor, width // factor), padding="valid"))
        stack.append(layers.Reshape((1,), dtype="float32"))
    else:
        # On flat features the last convolution over the whole map is a Dense layer.
        stack.append(layers.Flatten())
        if hidden is not None:
            stack += [connect(check_count("hidden", hidden)), LeakyReLU(negative_slope=0.3)]
        stack += [*_comparison(minibatch_discrimination), connect(1, dtype="float32")]
    return keras.Sequential(stack, name="critic" if norm != "batch" else "discriminator")


def make_mlp_generator(z_size=20, output_size=(28, 28, 1), hidden=(128,), *, activation="leaky_relu", output="tanh"):
    """A fully connected generator: z → hidden layers → an output of any shape.

    Args:
        z_size: length of the latent vector, ≥ 1.
        output_size: shape of one sample, e.g. (28, 28, 1) or (2,).
        hidden: units of each hidden layer.
        activation: of the hidden layers.
        output: activation of the last layer: "tanh" for images in [−1, 1], None for unbounded points.

    Returns:
        A model (batch, z_size) → (batch, *output_size), float32.

    Raises:
        ValueError: a size below 1, or an activation that Keras does not know.
    """
    output_size, hidden = _check_sizes("output_size", output_size, 1), _check_sizes("hidden", hidden)
    z_size = check_count("z_size", z_size)
    _check_activation("activation", activation)
    _check_activation("output", output)
    stack = [keras.Input((z_size,)), *(layers.Dense(units, activation=activation) for units in hidden)]
    stack += [
        layers.Dense(math.prod(output_size), activation=output),
        layers.Reshape(output_size, dtype="float32"),
    ]
    return keras.Sequential(stack, name="generator")


def make_mlp_critic(input_size=(28, 28, 1), hidden=(128,), *, activation="leaky_relu", minibatch_discrimination=None):
    """A fully connected critic or discriminator (no sigmoid): a sample of any shape → one number.

    Args:
        input_size: shape of one sample, e.g. (28, 28, 1) or (2,).
        hidden: units of each hidden layer.
        activation: of the hidden layers.
        minibatch_discrimination: None, or the number of kernels of a `MinibatchDiscrimination` layer (arXiv 1606.03498,
            §3.2) before the output, for GAN and WGAN.

    Returns:
        A model (batch, *input_size) → (batch, 1), float32, unbounded.

    Raises:
        ValueError: a size below 1, or an activation that Keras does not know.
    """
    input_size, hidden = _check_sizes("input_size", input_size, 1), _check_sizes("hidden", hidden)
    _check_activation("activation", activation)
    stack = [keras.Input(input_size), layers.Flatten()]
    stack += [layers.Dense(units, activation=activation) for units in hidden]
    stack += _comparison(minibatch_discrimination)
    stack.append(layers.Dense(1, dtype="float32"))
    return keras.Sequential(stack, name="critic")


def check_generator(z_size, output_size, n_filters, n_blocks, norm, kernel_size, stem):
    """Refuse a `make_dcgan_generator` that cannot work, before anything is built; returns its sizes as plain ints."""
    for name, size in (("z_size", z_size), ("n_filters", n_filters), ("kernel_size", kernel_size)):
        check_count(name, size)
    output_size = _check_image_size("output_size", output_size, n_blocks)
    check_choice("norm", norm, NORMS)
    check_flag("stem", stem)
    factor = 2**n_blocks
    if n_filters % factor:
        better = max(factor, round(n_filters / factor) * factor)
        raise ValueError(
            f"n_filters is halved {n_blocks} times, so it must be divisible by {factor}; {n_filters} is not. "
            f"Take {better}, for example."
        )
    return int(z_size), output_size, int(n_filters), int(n_blocks), int(kernel_size)


def check_discriminator(input_size, n_filters, n_blocks, norm, dropout, kernel_size, stem):
    """Refuse a `make_dcgan_discriminator` that cannot work, before anything is built; its sizes as plain ints."""
    for name, size in (("n_filters", n_filters), ("kernel_size", kernel_size)):
        check_count(name, size)
    input_size = _check_image_size("input_size", input_size, n_blocks)
    check_choice("norm", norm, CRITIC_NORMS)
    check_number("dropout", dropout, "is a rate, 0 ≤ dropout < 1", at_least=0, below=1)
    check_flag("stem", stem)
    return input_size, int(n_filters), int(n_blocks), int(kernel_size)


def _norm_layer(norm):
    if norm == "batch":
        # The source was written for Keras' defaults; they are named here because chapter 02 explains them.
        return [layers.BatchNormalization(momentum=0.99, epsilon=1e-3)]
    if norm == "layer":
        # One group: statistics over (H, W, C) of each sample, γ and β per channel, as in WGAN-GP's published code
        # (arXiv 1704.00028). Keras' LayerNormalization would take them over the channels of each pixel alone.
        return [layers.GroupNormalization(groups=1)]
    return []


def _comparison(kernels):
    if kernels is None:
        return []
    return [MinibatchDiscrimination(check_count("minibatch_discrimination", kernels))]


def _check_sizes(name, sizes, at_least=0):
    """Several sizes as plain ints."""
    rule = "is a tuple of whole numbers, e.g. (128,)"
    sizes = as_tuple(name, sizes, rule)
    if len(sizes) < at_least:
        raise ValueError(f"{name} {rule}, with at least one of them; {sizes!r} is not.")
    return tuple(check_count(f"{name}[{index}]", size) for index, size in enumerate(sizes))


def _check_activation(name, activation):
    try:
        keras.activations.get(activation)
    except Exception:  # of several types, by what came
        raise ValueError(
            f'{name} must be a name that Keras knows, e.g. "tanh", a function or None; {show(activation)} is not.'
        ) from None


def _check_image_size(name, size, n_blocks):
    rule = "is (height, width, channels), e.g. (28, 28, 1)"
    if len(sides := as_tuple(name, size, rule)) != 3:
        raise ValueError(f"{name} {rule}; {show(size)} is not.")
    size = _check_sizes(name, sides)
    if check_count("n_blocks", n_blocks) > MOST_BLOCKS:
        raise ValueError(f"n_blocks halves or doubles the image each time, at most {MOST_BLOCKS}; {n_blocks} is not.")
    factor = 2**n_blocks
    if size[0] % factor or size[1] % factor:
        better = tuple(max(factor, round(side / factor) * factor) for side in size[:2])
        raise ValueError(
            f"With n_blocks={n_blocks} height and width must be divisible by {factor}; {size[0]}×{size[1]} is not. "
            f"{better[0]}×{better[1]} would work, or fewer blocks."
        )
    return size
