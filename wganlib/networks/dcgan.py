"""The DCGAN generator and discriminator. Each builder returns a plain `keras.Model`.

The pair follows article 004 of the course's sources (Radford et al. 2015, arXiv 1511.06434): its names, defaults
and parameter counts hold exactly, and each of its choices (normalisation, dropout, sizes) is a parameter.
"""

import math

import keras
from keras import layers

from wganlib._arguments import as_tuple, check_choice, check_count, check_flag, check_number, check_sizes, show
from wganlib.layers.leaky_relu import LeakyReLU
from wganlib.layers.minibatch_discrimination import MinibatchDiscrimination
from wganlib.layers.spectral import SpectralConv2D, SpectralDense

NORMS = ("batch", "layer", None)
CRITIC_NORMS = (*NORMS, "spectral")
MOST_BLOCKS = 16


def make_dcgan_generator(
    z_size=20,
    output_size=(28, 28, 1),
    n_filters=128,
    n_blocks=2,
    *,
    norm="batch",
    kernel_size=5,
    stem=True,
    resize=False,
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
        resize: whether the image doubles by resize-convolution, which draws no checkerboard on plain colours (Odena et
            al. 2016, distill.pub/2016/deconv-checkerboard; chapter 01): a convolution with kernels of kernel_size − 1,
            ≥ 1, and bilinear interpolation of what it gives. They interpolate first, at four times the multiplications.
            In a transposed convolution odd and even pixels have weights of their own; here new pixels lie between
            their neighbours.

    Returns:
        A model (batch, z_size) → (batch, *output_size), float32 in [−1, 1].

    Raises:
        ValueError: sizes that cannot work; the message names one that can.
    """
    z_size, (height, width, channels), n_filters, n_blocks, kernel_size = check_generator(
        z_size, output_size, n_filters, n_blocks, norm, kernel_size, stem
    )
    if check_flag("resize", resize) and kernel_size < 2:
        raise ValueError(f"`kernel_size` must be at least 2 with resize=True. Received: {kernel_size}.")
    factor = 2**n_blocks
    small = (height // factor, width // factor, n_filters)
    bias = norm is None

    def finish(block):
        return [*block, *_norm_layer(norm), layers.LeakyReLU(negative_slope=0.3)]

    def convolve(filters, size, strides=1):
        return layers.Conv2DTranspose(filters, size, strides=strides, padding="same", use_bias=bias)

    def double(filters):
        if resize:
            convolution = layers.Conv2D(filters, kernel_size - 1, padding="same", use_bias=bias)
            return [convolution, layers.UpSampling2D(2, interpolation="bilinear")]
        return [convolve(filters, kernel_size, 2)]

    stack = [
        keras.Input((z_size,)),
        *finish([layers.Dense(math.prod(small), use_bias=bias)]),
        layers.Reshape(small),
    ]
    if stem:
        stack += finish([convolve(n_filters, kernel_size)])
    for block in range(1, n_blocks + 1):
        stack += finish(double(n_filters // 2**block))
    # float32 whatever the policy: fakes meet real images, losses and the gradient penalty in full precision.
    last = {"padding": "same", "use_bias": bias, "activation": "tanh", "dtype": "float32"}
    stack.append(layers.Conv2DTranspose(channels, kernel_size, **last))
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
    hidden_units=None,
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
        hidden_units: None, or the units of a Dense layer between the last block and the output. Convolutions with
            strides see a part of the image each, and the source's output only adds up what they found; this layer
            weighs all parts against one another, for little work.
        minibatch_discrimination: None, or the number of kernels of a `MinibatchDiscrimination` layer (arXiv 1606.03498,
            §3.2) before the output: a critic for GAN and WGAN that sees the samples of a batch side by side. It has
            5 · kernels · features weights of its own, which norm="spectral" leaves as they are.

    Returns:
        A model (batch, *input_size) → (batch, 1), float32, unbounded: a logit or a critic's value.

    Raises:
        ValueError: sizes or options that cannot work; the message names one that can.
    """
    (height, width, channels), n_filters, n_blocks, kernel_size, hidden_units = check_discriminator(
        input_size, n_filters, n_blocks, norm, dropout, kernel_size, stem, hidden_units
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
    if hidden_units is None and minibatch_discrimination is None:
        stack.append(convolve(1, (height // factor, width // factor), padding="valid"))
        stack.append(layers.Reshape((1,), dtype="float32"))
    else:
        # On flat features the last convolution over the whole map is a Dense layer.
        stack.append(layers.Flatten())
        if hidden_units is not None:
            stack += [connect(hidden_units), LeakyReLU(negative_slope=0.3)]
        if minibatch_discrimination is not None:
            stack.append(MinibatchDiscrimination(check_count("minibatch_discrimination", minibatch_discrimination)))
        stack += [connect(1, dtype="float32")]
    return keras.Sequential(stack, name="critic" if norm != "batch" else "discriminator")


def check_generator(z_size, output_size, n_filters, n_blocks, norm, kernel_size, stem):
    """Refuse a `make_dcgan_generator` that cannot work, before anything is built; returns its sizes as plain ints."""
    for name, size in (("z_size", z_size), ("n_filters", n_filters), ("kernel_size", kernel_size)):
        check_count(name, size)
    output_size = _check_halvings("output_size", output_size, n_blocks)
    check_choice("norm", norm, NORMS)
    check_flag("stem", stem)
    factor = 2**n_blocks
    if n_filters % factor:
        better = max(factor, round(n_filters / factor) * factor)
        raise ValueError(
            f"`n_filters` must be divisible by 2**n_blocks = {factor}, since each block halves it. Received: "
            f"{n_filters}. {better} would work."
        )
    return int(z_size), output_size, int(n_filters), int(n_blocks), int(kernel_size)


def check_discriminator(input_size, n_filters, n_blocks, norm, dropout, kernel_size, stem, hidden_units):
    """Refuse a `make_dcgan_discriminator` that cannot work, before anything is built; its sizes as plain ints."""
    for name, size in (("n_filters", n_filters), ("kernel_size", kernel_size)):
        check_count(name, size)
    hidden_units = None if hidden_units is None else check_count("hidden_units", hidden_units)
    input_size = _check_halvings("input_size", input_size, n_blocks)
    check_choice("norm", norm, CRITIC_NORMS)
    check_number("dropout", dropout, at_least=0, below=1)
    check_flag("stem", stem)
    return input_size, int(n_filters), int(n_blocks), int(kernel_size), hidden_units


def _norm_layer(norm):
    if norm == "batch":
        # The source was written for Keras' defaults; they are named here because chapter 02 explains them.
        return [layers.BatchNormalization(momentum=0.99, epsilon=1e-3)]
    if norm == "layer":
        # One group: statistics over (H, W, C) of each sample, γ and β per channel, as in WGAN-GP's published code
        # (arXiv 1704.00028). Keras' LayerNormalization would take them over the channels of each pixel alone.
        return [layers.GroupNormalization(groups=1)]
    return []


def check_image_size(name, size):
    """(height, width, channels) as a tuple of ints."""
    rule = "must be (height, width, channels), e.g. (28, 28, 1)"
    if len(sides := as_tuple(name, size, rule)) != 3:
        raise ValueError(f"`{name}` {rule}. Received: {show(size)}.")
    return check_sizes(name, sides)


def _check_halvings(name, size, n_blocks):
    size = check_image_size(name, size)
    if check_count("n_blocks", n_blocks) > MOST_BLOCKS:
        raise ValueError(
            f"`n_blocks` must be at most {MOST_BLOCKS}: each block halves or doubles the image. Received: {n_blocks}."
        )
    factor = 2**n_blocks
    if size[0] % factor or size[1] % factor:
        better = tuple(max(factor, round(side / factor) * factor) for side in size[:2])
        raise ValueError(
            f"Height and width must be divisible by 2**n_blocks = {factor}. Received: {size[0]}×{size[1]} with "
            f"n_blocks={n_blocks}. {better[0]}×{better[1]} would work, or fewer blocks."
        )
    return size
