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

# Of the discriminator, and of the generator from its own samples' values.
LOSSES = {
    "non_saturating": (losses.minimax_discriminator_loss, losses.non_saturating_generator_loss),
    "minimax": (losses.minimax_discriminator_loss, losses.minimax_generator_loss),
    "hinge": (losses.hinge_discriminator_loss, losses.wasserstein_generator_loss),
    "relativistic": (losses.relativistic_loss, None),  # which needs the values of real samples, too
}


@keras.saving.register_keras_serializable("wganlib")
class GAN(AdversarialModel):
    """The original GAN (Goodfellow et al. 2014, arXiv 1406.2661), with DCGAN's optimiser (arXiv 1511.06434).

    Later losses and penalties are arguments: loss="relativistic" with r1_weight and r2_weight is R3GAN's loss
    (arXiv 2501.05441).

    Args:
        generator, critic, n_critic, latent, ema_decay, augment, seed: see `AdversarialModel`.
        loss: "non_saturating" or "minimax" (the generator's loss beside cross-entropy); "hinge"
            (`losses.hinge_discriminator_loss`), which spectral normalisation was published with; "relativistic"
            (`losses.relativistic_loss`).
        real_label: the discriminator's target for real samples, for cross-entropy alone; 0.9 is one-sided label
            smoothing.
        r1_weight: γ ≥ 0; γ/2 · mean ‖∇D(x)‖² at real samples is added to the discriminator's loss (Mescheder et al.
            2018, arXiv 1801.04406, eq. 9).
        r2_weight: the same at generated samples (eq. 10).
        gp_every: these penalties are measured on every gp_every-th sample of a batch, as in `WGANGP`.

    Raises:
        ValueError: also where the discriminator ends in a sigmoid, which the loss applies itself, or where it has a
            penalty and a layer, such as BatchNormalization, through which samples see each other.
    """

    def __init__(
        self,
        generator,
        critic,
        *,
        loss="non_saturating",
        real_label=1.0,
        r1_weight=0.0,
        r2_weight=0.0,
        gp_every=1,
        **options,
    ):
        super().__init__(generator, critic, **options)
        self.discriminator_loss, self.generator_loss = LOSSES[check_choice("loss", loss, tuple(LOSSES))]
        check_number("real_label", real_label, above=0, at_most=1)
        if real_label != 1 and self.discriminator_loss is not losses.minimax_discriminator_loss:
            raise ValueError(f'`real_label` must be 1 for loss="{loss}", which has no labels. Received: {real_label}.')
        if activation := bounding_activation(critic):
            raise ValueError(
                "A GAN's discriminator must end without an activation: the loss takes its values as logits and applies "
                f"the sigmoid itself. Received: one that ends in {activation}. Leave that out of its last layer."
            )
        check_number("r1_weight", r1_weight, at_least=0)
        check_number("r2_weight", r2_weight, at_least=0)
        if r1_weight or r2_weight:
            refuse_mixing(critic)
        self.loss_name, self.real_label = loss, real_label
        self.r1_weight, self.r2_weight, self.gp_every = r1_weight, r2_weight, check_count("gp_every", gp_every)

    def settings(self):
        own = ("real_label", "r1_weight", "r2_weight", "gp_every")
        return super().settings() | {"loss": self.loss_name} | {name: getattr(self, name) for name in own}

    def critic_loss(self, real, fake, draw):
        smoothing = {} if self.real_label == 1 else {"real_label": self.real_label}
        loss = self.discriminator_loss(*self.critic_values(real, fake), **smoothing)
        for weight, samples in ((self.r1_weight, real), (self.r2_weight, fake)):
            if weight:
                norms = losses.gradient_norms(self.values, samples[:: self.gp_every])
                loss += weight / 2 * losses.penalty_of_norms(norms, target=0.0)
        return loss, {}

    def generator_objective(self, fake, real):
        if self.generator_loss is not None:
            return super().generator_objective(fake, real)
        of_real, of_fake = self.critic_values(real, fake)
        return self.discriminator_loss(of_fake, of_real), {}

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
        if not allow_batch_norm:
            refuse_mixing(critic)
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


def refuse_mixing(critic):
    """Refuse a critic under a gradient penalty whose layers let the samples of a batch see each other."""
    mixing = {type(layer).__name__ for layer in critic._flatten_layers() if mixes_samples(layer)}
    if "MinibatchDiscrimination" in mixing:
        raise ValueError(
            "This critic has a MinibatchDiscrimination layer, through which the samples of a batch see each other; "
            "a penalty per sample then loses its meaning (arXiv 1704.00028, §4). Build it without "
            "minibatch_discrimination, or train it without a penalty."
        )
    if mixing:
        raise ValueError(
            "This critic has a layer, such as BatchNormalization, through which the samples of a batch see each "
            "other; a penalty per sample then loses its meaning (arXiv 1704.00028, §4). Build it with norm=None or "
            'norm="layer".'
        )


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
