"""Networks of a conditional WGAN-GP, for any image size and any number of classes: the class is asked of both.

The generator reads the class from the end of its latent vector; the critic returns a value for each class, and the one
of a sample's label counts (`wganlib.training.ConditionalWGANGP`). Both take and return plain images.
"""

import keras
from keras import layers

from wganlib._arguments import check_count
from wganlib.networks.conditional import check_generator_of_images, layers_before_last, noise_and_class


def make_class_generator(generator, n_classes):
    """Make a generator read the class that it draws from the last entries of its latent vector.

    The last n_classes entries of z stand for the class: the largest of them wins, and the generator inside sees them as
    0s and a 1. Independent entries, as every trainer draws them, give each class equally often;
    `wganlib.networks.conditional.ask_for` chooses.

    Args:
        generator: a model (batch, z_size) → (batch, height, width, channels) with z_size > n_classes; the entries
            before the last n_classes are its noise.
        n_classes: how many classes there are, ≥ 2.

    Returns:
        A model (batch, z_size) → (batch, height, width, channels).

    Raises:
        ValueError: a generator without room for noise and class, or without images.
    """
    n_classes = check_count("n_classes", n_classes, 2)
    z_size = check_generator_of_images(generator, n_classes)
    z = keras.Input((z_size,))
    image = generator(layers.Concatenate()(noise_and_class(z, n_classes)))
    return keras.Model(z, image, name="class_generator")


def make_projection_critic(critic, n_classes):
    """Make a critic that judges images class by class (Miyato & Koyama 2018, arXiv 1802.05637, eq. 3).

    With φ(x) what goes into the critic's last layer with weights, D(x, y) = v_yᵀ φ(x) + ψ(φ(x)): a linear term that all
    classes share, and one of each class. The model returns D(x, y) for every y at once; its layers but the last are the
    critic's own.

    Args:
        critic: a `keras.Sequential` of images (batch, height, width, channels) → (batch, 1), such as
            `make_dcgan_discriminator` and `make_mlp_critic` build.
        n_classes: how many classes there are, ≥ 2.

    Returns:
        A model (batch, height, width, channels) → (batch, n_classes), float32.

    Raises:
        ValueError: a model that is not such a critic.
    """
    n_classes = check_count("n_classes", n_classes, 2)
    body, connect = layers_before_last(critic)
    image = signal = keras.Input(critic.input_shape[1:])
    for layer in body:
        signal = layer(signal)
    features = layers.Flatten()(signal)
    shared = connect(1, dtype="float32", name="value_of_any_class")(features)
    own = connect(n_classes, use_bias=False, dtype="float32", name="value_of_each_class")(features)
    # (batch, 1) + (batch, n_classes)
    return keras.Model(image, layers.Add(dtype="float32")([shared, own]), name="projection_critic")
