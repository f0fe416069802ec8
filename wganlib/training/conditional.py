"""A WGAN-GP that draws the class one asks for: fakes, penalty and values at the labels of the real batch."""

import keras
import tensorflow as tf

from wganlib._arguments import as_classes, check_count, check_seed
from wganlib.networks.conditional import OneHotOfLargest, ask_for
from wganlib.training.draws import SAMPLE
from wganlib.training.input_pipeline import check_labels
from wganlib.training.trainers import WGANGP


@keras.saving.register_keras_serializable("wganlib")
class ConditionalWGANGP(WGANGP):
    """WGAN-GP of labelled images, with a projection critic (Miyato & Koyama 2018, arXiv 1802.05637).

    Real images come with labels: fit(images, labels), or a data set of (images, labels). In every update the generated
    images carry the labels of the real batch. A critic update maximises mean D(x, y) − mean D(G(z, y), y) − λ · penalty
    with the slope of D(x̂, y) in the image x̂ alone, at the label of its pair.

    Args:
        generator: what `wganlib.networks.make_class_generator` makes: (batch, z_size) → images, the last entries of z
            being the class.
        critic: what `wganlib.networks.make_projection_critic` makes: images → (batch, n_classes), n_classes ≥ 2.
        options: those of `WGANGP`.

    Attributes:
        n_classes: how many classes there are.

    Raises:
        ValueError: what `WGANGP` refuses, a critic with one value, or a generator without room for noise and class, of
            another number of classes or of none.
    """

    def __init__(self, generator, critic, **options):
        super().__init__(generator, critic, **options)
        self.n_classes = critic.output_shape[-1]
        if self.z_size <= self.n_classes:
            raise ValueError(
                f"The generator must take a z of more than {self.n_classes} entries, for noise beside the classes. "
                f"Received: {self.z_size} entries. Build it with z_size={self.n_classes + 20}, for example."
            )
        read = [layer.output.shape[-1] for layer in generator._flatten_layers() if isinstance(layer, OneHotOfLargest)]
        if self.n_classes not in read:
            raise ValueError(
                f"The generator must read one of {self.n_classes} classes, as make_class_generator(…, "
                f"{self.n_classes}) builds it. Received: one of {' and '.join(map(str, read)) or 'none'}."
            )

    def check_values(self, shape):
        if len(shape) != 1 or shape[0] < 2:
            raise ValueError(
                "The critic must return a value for each class, shape (batch, n_classes), as "
                f"wganlib.networks.make_projection_critic builds it. Received: one that returns {(None, *shape)}."
            )

    # Where real samples are spoken of below, they are a pair: images, and labels as 0s and a 1.

    def samples_of(self, data):
        images, labels = data[:2]  # what else an element holds is ignored, as without labels
        return tf.convert_to_tensor(images), tf.one_hot(tf.cast(labels, tf.int32), self.n_classes)

    def rounds(self, samples):
        images, labels = samples
        return [(part, labels[update :: self.n_critic]) for update, part in enumerate(super().rounds(images))]

    def latent_for(self, count, real, draw):
        _, labels = real
        z = super().latent_for(count, real, draw)
        return tf.concat([z[:, : -self.n_classes], labels], axis=1)

    def augmented(self, real, fake, draw=0, step=None):
        images, labels = real
        images, fake = super().augmented(images, fake, draw, step)
        return (images, labels), fake

    def critic_loss(self, real, fake, draw):
        images, labels = real
        values = [_at(labels, values) for values in self.critic_values(images, fake)]
        some = labels[:: self.gp_every]
        return self.penalized_loss(values, images, fake, lambda between: _at(some, self.values(between)), draw)

    def generator_objective(self, fake, real):
        _, labels = real
        return self.generator_loss(_at(labels, self.values(fake))), {}

    def train_on_batch(self, x, y=None, **options):
        """Keras' `train_on_batch` with y the labels of the images x, refused where they do not fit."""
        check_labels(y, len(x), self, fewest=0)
        return super().train_on_batch(x, y, **options)

    def sample(self, count, seed=0, *, labels=None):
        """`count` generated images from the averaged generator, as a NumPy array (count, …).

        Args:
            count: how many, ≥ 1.
            seed: another seed gives other images; the same one always the same noise, whatever the labels.
            labels: one class for all, or (count,) classes; None draws them, each as likely. To measure samples against
                images of which some classes have more, pass labels in their shares:
                np.random.default_rng(0).choice(train_labels, count).

        Raises:
            ValueError: a count below 1, a seed out of range, or labels that are not classes.
        """
        count, seed = check_count("count", count), check_seed("seed", seed)
        z = self.draw_latent(count, draw=0, step=seed, purpose=SAMPLE).numpy()
        if labels is not None:
            labels = as_classes("labels", labels, self.n_classes)
            if labels.shape not in ((), (count,)):
                raise ValueError(
                    f"`labels` must be one class, or one for each of the {count} images. Received: shape "
                    f"{labels.shape}."
                )
            z = ask_for(z, labels, self.n_classes)
        return self.generate(z)


def _at(labels, values):
    """Values (n, n_classes) at labels of 0s and a 1: (n, 1)."""
    return tf.reduce_sum(values * labels, axis=1, keepdims=True)
