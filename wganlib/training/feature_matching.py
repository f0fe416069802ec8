"""Feature matching (Salimans et al. 2016, arXiv 1606.03498, §3.1), for any trainer."""

import keras
import tensorflow as tf

from wganlib import losses
from wganlib._arguments import check_number
from wganlib.networks.features import critic_with_features
from wganlib.training.trainers import GAN


class FeatureMatching:
    """Adds feature matching to the generator's loss; the critic is trained as before.

    A mixin: `FeatureMatchingGAN` is `class FeatureMatchingGAN(FeatureMatching, GAN)`, and any other trainer whose
    critic gives one value for a sample gets it in the same way. The generator minimises

        adversarial_weight · its own loss + feature_matching · ‖mean f(x) − mean f(G(z))‖²

    with f a layer of the critic and x the real samples of the step's last critic update. The distance is logged as
    "feature_matching". Under `tf.distribute` a replica matches its own samples.

    Args:
        generator, critic, options: those of the trainer that it is mixed into.
        feature_matching: the weight > 0 of the distance.
        feature_layer: the name of the critic's layer whose output is matched; None takes what goes into its last Dense
            layer or convolution.
        adversarial_weight: the weight ≥ 0 of the generator's own loss; 0 leaves feature matching alone, which is the
            paper's form.

    Raises:
        ValueError: a weight out of its range, a critic without that layer, or one with a value for each class; a
            generator's loss that needs real samples.
    """

    def __init__(
        self, generator, critic, *, feature_matching=1.0, feature_layer=None, adversarial_weight=1.0, **options
    ):
        super().__init__(generator, critic, **options)
        if self.generator_loss is None:
            raise ValueError(
                "Feature matching needs a generator's loss of generated samples alone. Received: "
                f'loss="{self.loss_name}". Take another loss, or train without FeatureMatching.'
            )
        self.feature_matching = check_number("feature_matching", feature_matching, above=0)
        self.adversarial_weight = check_number("adversarial_weight", adversarial_weight, at_least=0)
        self.feature_layer = feature_layer
        two_headed = critic_with_features(critic, feature_layer)
        # In a function, where Keras does not look for layers: their weights are the critic's.
        self.features_and_values = lambda samples: [tf.cast(o, tf.float32) for o in two_headed(samples, training=True)]

    def check_values(self, shape):
        super().check_values(shape)
        if shape != (1,):
            raise ValueError(
                f"Feature matching needs a critic with one value for each sample. Received: one with {shape[0]}, a "
                "value for each class. Train it without FeatureMatching."
            )

    @property
    def logged(self):
        return (*super().logged, "feature_matching")

    def settings(self):
        own = ("feature_matching", "feature_layer", "adversarial_weight")
        return super().settings() | {name: getattr(self, name) for name in own}

    def generator_objective(self, fake, real):
        of_real, _ = self.features_and_values(real)
        of_fake, values = self.features_and_values(fake)
        distance = losses.feature_matching_loss(of_real, of_fake)
        loss = self.adversarial_weight * self.generator_loss(values) + self.feature_matching * distance
        return loss, {"feature_matching": distance}


@keras.saving.register_keras_serializable("wganlib")
class FeatureMatchingGAN(FeatureMatching, GAN):
    """The original GAN with feature matching: the arguments of `GAN` and of `FeatureMatching`."""
