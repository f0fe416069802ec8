"""What all loops of the comparison are given: networks, batch, optimisers, and the numbers that they draw."""

from dataclasses import dataclass, replace

import keras
import tensorflow as tf

from wganlib.training.recipes import LAPTOP, SOURCES, Recipe


@dataclass(frozen=True)
class Problem:
    """One size to measure: a recipe's networks, batch, n_critic, penalty and Adam, for images of a size.

    No critic here has dropout: its random masks would make the loops' arithmetic differ. The moving average of the
    recipe is left out, since the loops compared have none.
    """

    recipe: Recipe
    image_size: tuple = (28, 28, 1)

    def networks(self, seed=0, keras_only=False):
        """Generator and critic with the same weights each time.

        Args:
            seed: of the weights.
            keras_only: whether Keras' LeakyReLU takes the place of ours, as in any loop that was not written with
                wganlib. The function is the same.
        """
        keras.utils.set_random_seed(seed)
        generator, critic = replace(self.recipe, dropout=0.0).networks(self.image_size)
        if keras_only:
            generator, critic = with_keras_activations(generator), with_keras_activations(critic)
        return generator, critic

    def optimizers(self):
        """Adam for the generator and for the critic, at their first rates."""
        recipe = self.recipe
        return tuple(
            keras.optimizers.Adam(rate, beta_1=recipe.beta_1, beta_2=recipe.beta_2)
            for rate in (recipe.learning_rate, recipe.critic_learning_rate)
        )

    def images(self, seed=0):
        """The real samples of one step: noise does, since no operation's cost depends on the values."""
        count = self.recipe.n_critic * self.recipe.batch_size
        return tf.random.stateless_uniform((count, *self.image_size), (seed, 0), -1.0, 1.0)

    def for_loop(self, loop, **options):
        """A loop of this problem, e.g. `problem.for_loop(EagerLoop)`; those with `ours` set get wganlib's layers."""
        recipe = self.recipe
        networks = self.networks(keras_only=not getattr(loop, "ours", False))
        settings = {"n_critic": recipe.n_critic, "gp_weight": recipe.gp_weight, "gp_every": recipe.gp_every}
        return loop(*networks, optimizers=self.optimizers, **settings, **options)


def with_keras_activations(network):
    """The same network and weights with Keras' LeakyReLU in place of wganlib's."""

    def plain(layer):
        if isinstance(layer, keras.layers.LeakyReLU):
            return keras.layers.LeakyReLU(negative_slope=layer.negative_slope)
        return layer.__class__.from_config(layer.get_config())

    copy = keras.models.clone_model(network, clone_function=plain)
    copy.set_weights(network.get_weights())
    return copy


# The sources' networks, batch of 128 and one critic update for each of the generator's.
SOURCES_SIZE = Problem(replace(SOURCES, n_critic=1))
SMALL = Problem(LAPTOP)
SIZES = {"sources": SOURCES_SIZE, "laptop": SMALL}


def the_same(images, steps):
    """A data set of one batch, over and over, as `fit` takes it; without tf.data's tuning, as in `wganlib.batches`."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return tf.data.Dataset.from_tensors(images).repeat(steps).with_options(options)


class Draws:
    """z and α as the loops draw them for themselves: stateful, from TensorFlow's generators."""

    def z(self, count, z_size):
        return tf.random.normal((count, z_size))

    def alpha(self, count):
        return tf.random.uniform((count, 1, 1, 1))
