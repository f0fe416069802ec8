"""A generator and a critic of characters, as in the WGAN-GP of Gulrajani et al. 2017 (arXiv 1704.00028, §5.5).

Residual 1-D convolutions, no normalisation; the generator ends in a softmax over the alphabet at each place, and the
critic reads these numbers as they are, without drawing a character.
"""

import keras
from keras import layers

from wganlib._arguments import check_count
from wganlib.layers.leaky_relu import LeakyReLU

# How much of a block's convolutions is added to what goes past them, in the authors' code (gan_language.py).
RESIDUAL_WEIGHT = 0.3


def make_text_generator(z_size=128, length=32, alphabet_size=30, filters=512, n_blocks=5, *, kernel_size=5):
    """z → Dense → (length, filters) → residual blocks → a distribution over the alphabet at each place.

    Length, filters, blocks and kernel are the authors' where nothing is given; the alphabet is that of `load_text`.

    Args:
        z_size: length of the latent vector, ≥ 1.
        length: characters of a sample.
        alphabet_size: how many characters there are, ≥ 2.
        filters: channels of every convolution.
        n_blocks: residual blocks of two convolutions.
        kernel_size: characters that a convolution sees.

    Returns:
        A model (batch, z_size) → (batch, length, alphabet_size), float32, ≥ 0 with sum 1 over the last axis.

    Raises:
        ValueError: a size below 1, or an alphabet of fewer than two.
    """
    z_size = check_count("z_size", z_size)
    length, alphabet_size, filters, n_blocks, kernel_size = _check(
        length, alphabet_size, filters, n_blocks, kernel_size
    )
    z = keras.Input((z_size,))
    x = layers.Reshape((length, filters))(layers.Dense(length * filters)(z))
    for _ in range(n_blocks):
        x = _residual_block(x, filters, kernel_size)
    logits = layers.Conv1D(alphabet_size, 1)(x)
    return keras.Model(z, layers.Softmax(dtype="float32")(logits), name="text_generator")


def make_text_critic(length=32, alphabet_size=30, filters=512, n_blocks=5, *, kernel_size=5):
    """A text → a character-wise convolution → residual blocks → Dense → one number.

    Its ReLUs are `wganlib.layers.LeakyReLU` of slope 0: the same function with the same gradient, whose second
    derivative costs nothing under a gradient penalty.

    Args:
        length, alphabet_size, filters, n_blocks, kernel_size: see `make_text_generator`.

    Returns:
        A model (batch, length, alphabet_size) → (batch, 1), float32, unbounded: a critic's value or a logit.

    Raises:
        ValueError: a size below 1.
    """
    length, alphabet_size, filters, n_blocks, kernel_size = _check(
        length, alphabet_size, filters, n_blocks, kernel_size
    )
    text = keras.Input((length, alphabet_size))
    x = layers.Conv1D(filters, 1)(text)
    for _ in range(n_blocks):
        x = _residual_block(x, filters, kernel_size)
    return keras.Model(text, layers.Dense(1, dtype="float32")(layers.Flatten()(x)), name="text_critic")


def _residual_block(x, filters, kernel_size):
    around = x
    for _ in range(2):
        x = layers.Conv1D(filters, kernel_size, padding="same")(LeakyReLU(negative_slope=0.0)(x))
    return layers.Add()([around, layers.Rescaling(RESIDUAL_WEIGHT)(x)])


def _check(length, alphabet_size, filters, n_blocks, kernel_size):
    return (
        check_count("length", length),
        check_count("alphabet_size", alphabet_size, 2),
        check_count("filters", filters),
        check_count("n_blocks", n_blocks),
        check_count("kernel_size", kernel_size),
    )
