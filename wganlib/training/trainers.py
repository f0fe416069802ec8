"""GAN, WGAN and WGAN-GP as Keras models: `compile`, `fit`, any Keras callback and optimiser.

What they share, the compiled step above all, is in `wganlib.training.adversarial_model`. Here is what makes each
what it is: its losses, what it logs, its papers' optimiser.
"""

import keras
import tensorflow as tf

from wganlib import losses
from wganlib._arguments import check_choice, check_count, check_flag, check_number
from wganlib.networks.last_activation import bounding_activation
from wganlib.training.adversarial_model import AdversarialModel, batch_size_of, mixes_samples
from wganlib.training.fused_adam import FusedAdam


@keras.saving.register_keras_serializable("wganlib")
class GAN(AdversarialModel):
    """The original GAN (Goodfellow et al. 2014, arXiv 1406.2661), with DCGAN's optimiser (arXiv 1511.06434).

    Args:
        generator, critic, n_critic, latent, ema_decay, augment, seed: see `AdversarialModel`.
        loss: "non_saturating" or "minimax" (the generator's loss).
        real_label: the discriminator's target for real samples; 0.9 is one-sided label smoothing.

    Raises:
        ValueError: also where the discriminator ends in a sigmoid, which the loss applies itself.
    """

    def __init__(self, generator, critic, *, loss="non_saturating", real_label=1.0, **options):
        super().__init__(generator, critic, **options)
        generator_losses = {
            "non_saturating": losses.non_saturating_generator_loss,
            "minimax": losses.minimax_generator_loss,
        }
        check_choice("loss", loss, tuple(generator_losses))
        check_number("real_label", real_label, above=0, at_most=1)
        if activation := bounding_activation(critic):
            raise ValueError(
                "A GAN's discriminator must end without an activation: the loss takes its values as logits and applies "
                f"the sigmoid itself. Received: one that ends in {activation}. Leave that out of its last layer."
            )
        self.loss_name, self.real_label = loss, real_label
        self.generator_loss = generator_losses[loss]

    def settings(self):
        return super().settings() | {"loss": self.loss_name, "real_label": self.real_label}

    def critic_loss(self, real, fake, draw):
        loss = losses.minimax_discriminator_loss(*self.critic_values(real, fake), self.real_label)
        return loss, {}

    def default_optimizer(self):
        return FusedAdam(2e-4, beta_1=0.5)


@keras.saving.register_keras_serializable("wganlib")
class WGAN(AdversarialModel):
    """WGAN with weight clipping (Arjovsky et al. 2017, arXiv 1701.07875, Algorithm 1).

    Args:
        generator, critic, latent, ema_decay, augment, seed: see `AdversarialModel`.
        n_critic: critic updates per generator update.
        clip: every trainable critic weight is clipped to [−clip, clip] after each update, clip > 0; None does not
            clip, for a critic that is Lipschitz by its build (norm="spectral").
    """

    logged = ("wasserstein", "critic_loss", "generator_loss")

    def __init__(self, generator, critic, *, n_critic=5, clip=0.01, **options):
        super().__init__(generator, critic, n_critic=n_critic, **options)
        self.clip = clip if clip is None else check_number("clip", clip, above=0)

    def settings(self):
        return super().settings() | {"clip": self.clip}

    def critic_loss(self, real, fake, draw):
        loss = losses.wasserstein_critic_loss(*self.critic_values(real, fake))
        return loss, {"wasserstein": -loss}

    def generator_loss(self, fake_values):
        return losses.wasserstein_generator_loss(fake_values)

    def after_critic_update(self):
        if self.clip is not None:
            clip_weights(self.critic, self.clip)

    def default_optimizer(self):
        return wgan_optimizer()


@keras.saving.register_keras_serializable("wganlib")
class WGANGP(AdversarialModel):
    """WGAN with gradient penalty (Gulrajani et al. 2017, arXiv 1704.00028, Algorithm 1).

    Args:
        generator, critic, latent, ema_decay, augment, seed: see `AdversarialModel`.
        n_critic: critic updates per generator update.
        gp_weight: λ ≥ 0, the penalty's weight.
        target: the gradient norm that costs nothing.
        one_sided: whether norms below the target are free.
        gp_every: the penalty is measured on every gp_every-th pair (real, generated) of a batch, ≥ 1. Its mean over a
            part of the batch estimates the mean over all of it without bias, and 4 takes a quarter of the penalty's
            work. (StyleGAN2 saves in time instead, arXiv 1912.04958, §3.1: it pays its penalty every 16th update.)

    Raises:
        ValueError: also where a critic's layer lets samples of a batch see each other (BatchNorm, minibatch
            discrimination): ∂D(xᵢ)/∂xⱼ is then not zero, and the penalty is not what the formula says.
            `allow_batch_norm=True` builds it all the same, with either, to show what happens.
    """

    logged = ("wasserstein", "gradient_penalty", "gradient_norm", "critic_loss", "generator_loss")

    def __init__(
        self,
        generator,
        critic,
        *,
        n_critic=5,
        gp_weight=10.0,
        target=1.0,
        one_sided=False,
        gp_every=1,
        allow_batch_norm=False,
        **options,
    ):
        super().__init__(generator, critic, n_critic=n_critic, **options)
        gp_every = check_count("gp_every", gp_every)
        check_number("gp_weight", gp_weight, at_least=0)
        check_number("target", target, at_least=0)
        one_sided = check_flag("one_sided", one_sided)
        allow_batch_norm = check_flag("allow_batch_norm", allow_batch_norm)
        mixing = {type(layer).__name__ for layer in critic._flatten_layers() if mixes_samples(layer)}
        if "MinibatchDiscrimination" in mixing and not allow_batch_norm:
            raise ValueError(
                "This critic has a MinibatchDiscrimination layer, through which the samples of a batch see each other; "
                "a penalty per sample then loses its meaning (arXiv 1704.00028, §4). Build it without "
                "minibatch_discrimination, or train it with GAN or WGAN."
            )
        if mixing and not allow_batch_norm:
            raise ValueError(
                "This critic has a layer, such as BatchNormalization, through which the samples of a batch see each "
                "other; a penalty per sample then loses its meaning (arXiv 1704.00028, §4). Build it with norm=None or "
                'norm="layer".'
            )
        self.gp_weight, self.target, self.one_sided, self.gp_every = gp_weight, target, one_sided, gp_every
        self.allow_batch_norm = allow_batch_norm

    def settings(self):
        own = ("gp_weight", "target", "one_sided", "gp_every", "allow_batch_norm")
        return super().settings() | {name: getattr(self, name) for name in own}

    def critic_loss(self, real, fake, draw):
        return self.penalized_loss(self.critic_values(real, fake), real, fake, self.values, draw)

    def penalized_loss(self, values, real, fake, critic, draw):
        """The loss and what to log, from the values of both, and from what is to have slope 1 between them."""
        wasserstein = -losses.wasserstein_critic_loss(*values)
        real, fake = real[:: self.gp_every], fake[:: self.gp_every]
        between = losses.interpolate(real, fake, self.draw_alpha(batch_size_of(real), draw))
        norms = losses.gradient_norms(critic, between)
        penalty = losses.penalty_of_norms(norms, self.target, self.one_sided)
        logs = {
            "wasserstein": wasserstein,
            "gradient_penalty": penalty,
            "gradient_norm": tf.reduce_mean(norms),
        }
        return -wasserstein + self.gp_weight * penalty, logs

    def generator_loss(self, fake_values):
        return losses.wasserstein_generator_loss(fake_values)

    def default_optimizer(self):
        return wgan_gp_optimizer()


def clip_weights(critic, clip):
    """Clip every trainable weight to [−clip, clip] (arXiv 1701.07875, Algorithm 1, line 7)."""
    for variable in critic.trainable_variables:
        variable.assign(tf.clip_by_value(variable.value, -clip, clip))


def wgan_optimizer(learning_rate=5e-5):
    """RMSprop as in arXiv 1701.07875, Algorithm 1, with the ρ and ε of the authors' code."""
    # That code uses PyTorch's defaults. PyTorch adds its ε = 1e-8 to the root, Keras under it: 1e-8 there would be 1e-4
    # outside, which is more than a clipped critic's gradients.
    return keras.optimizers.RMSprop(learning_rate, rho=0.99, epsilon=1e-16)


def wgan_gp_optimizer(learning_rate=1e-4):
    """Adam as in arXiv 1704.00028, Algorithm 1."""
    return FusedAdam(learning_rate, beta_1=0.0, beta_2=0.9)
