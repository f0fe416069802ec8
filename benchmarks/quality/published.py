"""The published WGAN-GP recipes for 28×28 images, rebuilt on wganlib's trainer: networks, optimisers and batch are
theirs, the compiled step is ours, so that only the recipe counts (theirs is slower: see step_cost.py).

Each function takes (image_size, seed) and returns (compiled trainer, batch size).
"""

import keras
import tensorflow as tf
from keras import layers

import wganlib as wl
from wganlib.training.adversarial_model import batch_size_of


class ArticlePenalty(wl.WGANGP):
    """Article 004's penalty: through a critic with BatchNorm, in inference mode, without ε."""

    def critic_loss(self, real, fake, draw):
        values = self.critic(real, training=True), self.critic(fake, training=True)
        estimate = -wl.losses.wasserstein_critic_loss(*values)
        between = wl.losses.interpolate(real, fake, self.draw_alpha(batch_size_of(real), draw))
        norms = wl.losses.gradient_norms(lambda images: self.critic(images, training=False), between, 0.0)
        penalty = wl.losses.penalty_of_norms(norms)
        logs = {"wasserstein": estimate, "gradient_penalty": penalty, "gradient_norm": tf.reduce_mean(norms)}
        return self.gp_weight * penalty - estimate, logs


def compiled(trainer, rate, beta_1, beta_2):
    trainer.compile(*(keras.optimizers.Adam(rate, beta_1, beta_2) for _ in range(2)))
    return trainer


def article_004(image_size, seed):
    """The backbone of the course's sources: DCGAN with BatchNorm on both sides, z ~ U(−1, 1), Adam(2e-4)."""
    keras.utils.set_random_seed(seed)
    trainer = ArticlePenalty(
        wl.make_dcgan_generator(20, image_size, 128),
        wl.make_dcgan_discriminator(image_size, 64),
        n_critic=1,
        latent="uniform",
        allow_batch_norm=True,
        seed=seed,
    )
    return compiled(trainer, 2e-4, 0.9, 0.999), 128


def paper(image_size, seed):
    """Gulrajani et al.'s gan_mnist.py (github.com/igul222/improved_wgan_training): no BatchNorm, five critic updates.

    Their images lie in [0, 1] behind a sigmoid; here they lie in [−1, 1] behind a tanh.
    """
    keras.utils.set_random_seed(seed)
    height, width, channels = image_size
    dim = 64

    def up(filters, **options):
        return layers.Conv2DTranspose(filters, 5, strides=2, padding="same", **options)

    # From 4×4 over 8×8, cropped to 7×7 for images of 28×28.
    crop = 8 - height // 4
    generator = keras.Sequential(
        [
            keras.Input((128,)),
            layers.Dense(4 * 4 * 4 * dim, activation="relu"),
            layers.Reshape((4, 4, 4 * dim)),
            up(2 * dim, activation="relu"),
            layers.Cropping2D(((0, crop), (0, 8 - width // 4))),
            up(dim, activation="relu"),
            up(channels, activation="tanh", dtype="float32"),
        ],
        name="generator",
    )
    critic = keras.Sequential([keras.Input(image_size)], name="critic")
    for filters in (dim, 2 * dim, 4 * dim):
        critic.add(layers.Conv2D(filters, 5, strides=2, padding="same"))
        critic.add(layers.LeakyReLU(negative_slope=0.2))
    critic.add(layers.Flatten())
    critic.add(layers.Dense(1, dtype="float32"))
    return compiled(wl.WGANGP(generator, critic, n_critic=5, seed=seed), 1e-4, 0.5, 0.9), 50


def keras_example(image_size, seed):
    """keras.io's "WGAN-GP overriding Model.train_step" (A. K. Nain, 2020), with α from a uniform, as it should be."""
    keras.utils.set_random_seed(seed)
    pad = (32 - image_size[0]) // 2
    critic = keras.Sequential([keras.Input(image_size), layers.ZeroPadding2D(pad)], name="critic")
    for filters, dropout in ((64, 0), (128, 0.3), (256, 0.3), (512, 0)):
        critic.add(layers.Conv2D(filters, 5, strides=2, padding="same"))
        critic.add(layers.LeakyReLU(negative_slope=0.2))
        if dropout:
            critic.add(layers.Dropout(dropout))
    for layer in (layers.Flatten(), layers.Dropout(0.2), layers.Dense(1, dtype="float32")):
        critic.add(layer)
    generator = keras.Sequential(
        [
            keras.Input((128,)),
            layers.Dense(4 * 4 * 256, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Reshape((4, 4, 256)),
        ],
        name="generator",
    )
    for filters, activation in ((128, None), (64, None), (image_size[2], "tanh")):
        generator.add(layers.UpSampling2D(2))
        generator.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        generator.add(layers.BatchNormalization())
        generator.add(
            layers.LeakyReLU(negative_slope=0.2) if activation is None else layers.Activation("tanh", dtype="float32")
        )
    generator.add(layers.Cropping2D(pad))
    return compiled(wl.WGANGP(generator, critic, n_critic=3, seed=seed), 2e-4, 0.5, 0.9), 512


PUBLISHED = {"article 004": article_004, "WGAN-GP paper": paper, "Keras example": keras_example}
