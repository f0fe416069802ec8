"""A GAN that draws the class one asks for (Mirza & Osindero 2014, arXiv 1411.1784), for any trainer of `wganlib`.

The paper feeds the class to both networks. Here a *sample* is an image with its class attached: one vector, the pixels
first, then the class as 0s and a 1. The generator reads the class from the last entries of its latent vector and hands
it on, the critic sees image and class together. So the trainers need not know that there are classes.
"""

import math

import keras
import numpy as np
from keras import layers, ops

from wganlib._arguments import as_classes, as_finite, as_numbers, check_count, check_network, check_samples
from wganlib.layers.spectral import SPECTRAL, SpectralDense
from wganlib.networks.dcgan import check_image_size
from wganlib.networks.last_activation import keeps_values

# What one layer with an output for each class can take the place of
REPLACEABLE = (layers.Dense, layers.Conv1D, layers.Conv2D, layers.Conv3D, *SPECTRAL)

__all__ = [
    "EntryOfLabel",
    "OneHotOfLargest",
    "TakeEntries",
    "ask_for",
    "attach_labels",
    "detach_labels",
    "make_conditional_critic",
    "make_conditional_generator",
]


@keras.saving.register_keras_serializable(package="wganlib")
class OneHotOfLargest(layers.Layer):
    """(batch, k) numbers → (batch, k) with a 1 where each row is largest, else 0. No gradient flows through it."""

    def call(self, inputs):
        return ops.one_hot(ops.argmax(inputs, axis=-1), inputs.shape[-1], dtype=self.compute_dtype)


@keras.saving.register_keras_serializable(package="wganlib")
class TakeEntries(layers.Layer):
    """(batch, n) → (batch, stop − start), the entries from `start` up to `stop`."""

    def __init__(self, start, stop, **options):
        super().__init__(**options)
        self.start, self.stop = int(start), int(stop)

    def call(self, inputs):
        return inputs[:, self.start : self.stop]

    def get_config(self):
        return {**super().get_config(), "start": self.start, "stop": self.stop}


@keras.saving.register_keras_serializable(package="wganlib")
class EntryOfLabel(layers.Layer):
    """Values (batch, k) and labels (batch, k) of 0s and a 1 → (batch, 1), the value at the 1."""

    def call(self, values, labels):
        return ops.sum(values * ops.cast(labels, values.dtype), axis=-1, keepdims=True)


def attach_labels(images, labels, n_classes=10):
    """Images with their classes, as the trainer of a conditional GAN takes them.

    Args:
        images: (n, height, width, channels) in [−1, 1].
        labels: (n,) whole numbers in [0, n_classes).
        n_classes: how many classes there are.

    Returns:
        float32 (n, height · width · channels + n_classes): the pixels, then a 1 at the class.

    Raises:
        ValueError: images and labels that do not fit each other, or a label out of range.
    """
    images, n_classes = as_numbers("images", images), check_count("n_classes", n_classes, 2)
    labels = as_classes("labels", labels, n_classes)
    if images.ndim != 4 or labels.shape != images.shape[:1]:
        raise ValueError(
            "`images` must have shape (n, height, width, channels), and `labels` shape (n,). Received: "
            f"shapes {images.shape} and {labels.shape}."
        )
    images = check_samples(images)
    one_hot = np.eye(n_classes, dtype=np.float32)[labels]
    return np.concatenate([images.reshape(len(images), -1), one_hot], axis=1)


def detach_labels(samples, image_size=(28, 28, 1)):
    """The inverse of `attach_labels`: samples (n, pixels + classes) → (images (n, *image_size), classes (n,)).

    Args:
        samples: what the conditional trainer's `sample` and `generate` return.
        image_size: (height, width, channels).

    Raises:
        ValueError: samples that are too short to hold such an image and a class.
    """
    samples, image_size = as_numbers("samples", samples), check_image_size("image_size", image_size)
    pixels = math.prod(image_size)
    if samples.ndim != 2 or samples.shape[1] <= pixels:
        raise ValueError(
            f"`samples` must have shape (n, {pixels} + classes), for images of {image_size}. Received: shape "
            f"{samples.shape}."
        )
    return samples[:, :pixels].reshape(-1, *image_size), samples[:, pixels:].argmax(axis=1)


def make_conditional_generator(generator, n_classes=10):
    """Make a generator conditional: it reads the class from its latent vector and attaches it to its image.

    The last n_classes entries of z stand for the class: the largest of them wins, and the generator inside sees them as
    0s and a 1. Independent entries, as every trainer draws them, give each class equally often; `ask_for` chooses.

    Args:
        generator: a model (batch, z_size) → (batch, height, width, channels) with z_size > n_classes; the entries
            before the last n_classes are its noise.
        n_classes: how many classes there are, ≥ 2.

    Returns:
        A model (batch, z_size) → (batch, height · width · channels + n_classes).

    Raises:
        ValueError: a generator without room for noise and class, or without images.
    """
    n_classes = check_count("n_classes", n_classes, 2)
    z_size = check_generator_of_images(generator, n_classes)
    z = keras.Input((z_size,))
    noise, label = noise_and_class(z, n_classes)
    image = generator(layers.Concatenate()([noise, label]))
    # float32 whatever the policy: the pixels meet real ones, losses and a penalty in full precision.
    sample = layers.Concatenate(dtype="float32")([layers.Flatten(dtype="float32")(image), label])
    return keras.Model(z, sample, name="conditional_generator")


def make_conditional_critic(critic, n_classes=10):
    """Make a critic conditional: it gets an output for each class, and the label says which of them counts.

    All classes share the layers below, and each has its own last layer: "is this a real 0?", "is this a real 1?", …
    This is the projection of Miyato & Koyama (2018, arXiv 1802.05637) without its term that ignores the label. Mirza &
    Osindero hand the label to the first layer instead; a small critic then takes long to look at it.

    Args:
        critic: a `keras.Sequential` of images (batch, height, width, channels) → (batch, 1), such as
            `make_dcgan_discriminator` and `make_mlp_critic` build. Its layers are used as they are, but for the last
            one that has weights: one with n_classes outputs takes its place.
        n_classes: how many classes there are, ≥ 2.

    Returns:
        A model (batch, height · width · channels + n_classes) → (batch, 1).

    Raises:
        ValueError: a model that is not such a critic.
    """
    n_classes = check_count("n_classes", n_classes, 2)
    body, connect = layers_before_last(critic)
    shape = critic.input_shape[1:]
    pixels = math.prod(shape)
    head = connect(n_classes, dtype="float32", name="value_of_each_class")
    sample = keras.Input((pixels + n_classes,))
    signal = layers.Reshape(shape)(TakeEntries(0, pixels)(sample))
    for layer in body:
        signal = layer(signal)
    values = head(layers.Flatten()(signal))
    label = TakeEntries(pixels, pixels + n_classes)(sample)
    return keras.Model(sample, EntryOfLabel(dtype="float32")(values, label), name="conditional_critic")


def check_generator_of_images(generator, n_classes):
    """Refuse a generator without images, or without room for noise beside the classes; returns its z_size."""
    before, after = check_network("generator", generator)
    if len(before) != 1 or len(after) != 3:
        raise ValueError(
            "`generator` must make images, (batch, z_size) → (batch, height, width, channels). Received: one that "
            f"makes samples of shape {after} from samples of shape {before}."
        )
    (z_size,) = before
    if z_size <= n_classes:
        raise ValueError(
            f"`generator` must take a z of more than {n_classes} entries, for noise beside the classes. Received: "
            f"{z_size} entries. Build it with z_size={n_classes + 20}, for example."
        )
    return z_size


def noise_and_class(z, n_classes):
    """A Keras tensor z (batch, z_size) as its noise and its class, 0s and a 1 at the largest of the last entries."""
    z_size = z.shape[-1]
    noise = TakeEntries(0, z_size - n_classes)(z)
    return [noise, OneHotOfLargest(dtype="float32")(TakeEntries(z_size - n_classes, z_size)(z))]


def layers_before_last(critic):
    """(the layers of a Sequential critic before its last one with weights, the Dense layer to go on with)."""
    shape, value_shape = check_network("critic", critic)
    weighty = any(layer.weights for layer in critic.layers)
    if not isinstance(critic, keras.Sequential) or len(shape) != 3 or value_shape != (1,) or not weighty:
        raise ValueError(
            "`critic` must be a keras.Sequential with weights, (batch, height, width, channels) → (batch, 1), such as "
            f"make_dcgan_discriminator builds. Received: {type(critic).__name__} that makes {value_shape} of {shape}."
        )
    last = max(index for index, layer in enumerate(critic.layers) if layer.weights)
    if not isinstance(replaced := critic.layers[last], REPLACEABLE):
        raise ValueError(
            "The last layer of `critic` that has weights must be a Dense or a convolutional one, for another to take "
            f"its place. Received: {replaced.name!r}, a {type(replaced).__name__}. Let the critic end in such a layer "
            "itself: list the layers of a nested network one by one."
        )
    if (activation := replaced.activation) is not keras.activations.linear:
        raise ValueError(
            "`critic` must end without an activation: what takes the place of its last layer has none. Received: one "
            f"that ends in {getattr(activation, '__name__', type(activation).__name__)}. Leave that out."
        )
    if behind := [layer for layer in critic.layers[last + 1 :] if not keeps_values(layer)]:
        raise ValueError(
            "The last layer of `critic` that has weights, whose place another takes, must give its value; behind it "
            f"only Flatten and Reshape may stand. Received: {behind[0].name!r}, a {type(behind[0]).__name__}. Leave it "
            "out, or put it before the last layer."
        )
    connect = SpectralDense if isinstance(replaced, SPECTRAL) else layers.Dense
    return critic.layers[:last], connect


def ask_for(z, classes, n_classes=10):
    """Latent vectors that make a conditional generator draw the classes one asks for; the noise in z stays.

    Args:
        z: (n, z_size), e.g. from a trainer's `draw_latent`.
        classes: one class for all, or (n,) classes.
        n_classes: how many classes there are.

    Returns:
        float32 (n, z_size), a copy with the last n_classes entries set.

    Raises:
        ValueError: a class out of range, or a z too short to hold one.
    """
    n_classes = check_count("n_classes", n_classes, 2)
    z = np.array(as_finite("z", z), dtype=np.float32)
    if z.ndim != 2 or z.shape[1] <= n_classes:
        raise ValueError(
            f"`z` must have shape (n, z_size), z_size > {n_classes}, for noise and class. Received: shape {z.shape}."
        )
    chosen = as_classes("classes", classes, n_classes)
    if chosen.shape not in ((), (len(z),)):
        raise ValueError(
            f"`classes` must be one class, or one for each of the {len(z)} z. Received: shape {chosen.shape}."
        )
    z[:, -n_classes:] = np.eye(n_classes, dtype=np.float32)[chosen]
    return z
