"""GAN, WGAN and WGAN-GP as Keras models: `compile`, `fit`, any Keras callback and optimiser.

One training step is n_critic critic updates, each on fresh real samples and fresh z, then one generator update, in one
compiled function without a host sync. All randomness (z and the penalty's α; `wganlib.batches` for the order of the
data) is a function of the seed and the step counter, so that a run repeats exactly, and a loop written by hand that
draws through `draw_latent` and `draw_alpha` gets the same numbers.
"""

import math

import keras
import numpy as np
import tensorflow as tf

from wganlib import losses
from wganlib.batches import batches

LATENTS = ("normal", "uniform")
# What a draw is for, so that z and α at one step are independent.
LATENT, ALPHA, SAMPLE = 0, 1, 2


class AdversarialModel(keras.Model):
    """What GAN, WGAN and WGANGP share: the step, the randomness, the moving average, sampling.

    Args:
        generator: a model (batch, z_size) → (batch, …).
        critic: a model (batch, …) → (batch, 1) without a sigmoid.
        n_critic: critic updates per generator update, ≥ 1.
        latent: "normal" for z ~ N(0, 1) or "uniform" for z ~ U(−1, 1).
        ema_decay: None, or the decay in [0, 1) of an exponential moving average of the generator's weights, which is
            then used for sampling (Yazıcı et al. 2018, arXiv 1806.04498).
        seed: of every draw.

    Attributes:
        step: the number of training steps made, an int64 variable that is saved with the weights.
        averaged_generator: the generator with averaged weights, or `generator` itself without ema_decay.

    Raises:
        ValueError: networks that do not fit each other, or a setting out of its range.
    """

    def __init__(self, generator, critic, *, n_critic=1, latent="normal", ema_decay=None, seed=0, name=None):
        super().__init__(name=name)
        if generator.output_shape[1:] != critic.input_shape[1:]:
            raise ValueError(
                f"The generator makes samples of shape {generator.output_shape[1:]}, the critic takes "
                f"{critic.input_shape[1:]}: build both with the same size and channels."
            )
        if tuple(critic.output_shape[1:]) != (1,):
            raise ValueError(
                f"The critic must return one number per sample, shape (batch, 1), not {critic.output_shape}."
            )
        if not isinstance(n_critic, (int, np.integer)) or n_critic < 1:
            raise ValueError(f"n_critic counts critic updates per generator update, at least 1; {n_critic!r} is not.")
        if latent not in LATENTS:
            raise ValueError(f"latent must be one of {LATENTS}; {latent!r} is not.")
        if ema_decay is not None and not 0 <= ema_decay < 1:
            raise ValueError(f"ema_decay must be in [0, 1), e.g. 0.99, or None; {ema_decay!r} is not.")
        self.generator, self.critic = generator, critic
        self.n_critic, self.latent, self.ema_decay, self.seed = int(n_critic), latent, ema_decay, int(seed)
        self.z_size = generator.input_shape[-1]
        self.averaged_generator = generator
        if ema_decay is not None:
            self.averaged_generator = keras.models.clone_model(generator)
            self.averaged_generator.set_weights(generator.get_weights())
        self.step = self.add_weight(shape=(), dtype="int64", initializer="zeros", trainable=False, name="step")
        self.trackers = [keras.metrics.Mean(name=name) for name in self.logged]
        # Real and fake share one pass through the critic where no layer lets samples of a batch see each other.
        self.joint_pass = not any(_mixes_samples(layer) for layer in critic._flatten_layers())
        self.built = True

    # What a kind of GAN is: its losses, what it logs, its papers' optimisers.

    logged = ("critic_loss", "generator_loss")

    def critic_loss(self, real, fake, draw):
        """The loss that a critic update minimises, and what to log: (scalar, {name: scalar})."""
        raise NotImplementedError

    def generator_loss(self, fake_values):
        """The loss that the generator update minimises, from the critic's values of generated samples."""
        raise NotImplementedError

    def after_critic_update(self):
        """Called after each critic update, e.g. to clip weights."""

    def default_optimizer(self):
        """A new optimiser with the paper's settings."""
        raise NotImplementedError

    # Keras' interface.

    def compile(self, generator_optimizer=None, critic_optimizer=None, *, jit_compile="auto", **options):
        """Choose the optimisers.

        Args:
            generator_optimizer, critic_optimizer: Keras optimisers or their names; None takes the paper's.
            jit_compile: whether XLA compiles the step; "auto" where it can.
            options: Keras' own, such as steps_per_execution and run_eagerly.
        """
        generator_optimizer, critic_optimizer = (
            keras.optimizers.get(optimizer or self.default_optimizer())
            for optimizer in (generator_optimizer, critic_optimizer)
        )
        if generator_optimizer is critic_optimizer:
            raise ValueError("Generator and critic need an optimiser each: one cannot hold the state of both.")
        # Keras does the same to the critic's.
        scales = isinstance(generator_optimizer, keras.optimizers.LossScaleOptimizer)
        if self.dtype_policy.name == "mixed_float16" and options.get("auto_scale_loss", True) and not scales:
            generator_optimizer = keras.optimizers.LossScaleOptimizer(generator_optimizer)
        self.generator_optimizer = generator_optimizer
        if options.get("run_eagerly"):
            jit_compile = False
        super().compile(optimizer=critic_optimizer, jit_compile=jit_compile, **options)
        self.optimizer.build(self.critic.trainable_variables)
        self.generator_optimizer.build(self.generator.trainable_variables)

    @property
    def critic_optimizer(self):
        """The critic's optimiser (Keras' callbacks know it as `optimizer`)."""
        return self.optimizer

    def fit(self, x, *args, batch_size=None, **options):
        """Keras' `fit`. `x` is what `wganlib.batches` makes, or an array of samples, which is put through it.

        Args:
            x: a `tf.data.Dataset` of n_critic · batch_size samples an element, or an array (n, …).
            batch_size: samples per critic update where x is an array; 64 unless told.
            options: Keras' own (epochs, callbacks, verbose, …).
        """
        if isinstance(x, (np.ndarray, tf.Tensor)):
            x = batches(np.asarray(x), self, batch_size or 64)
        elif batch_size is not None:
            raise ValueError("batch_size belongs to an array of samples; a data set comes in batches already.")
        options.setdefault("shuffle", False)  # batches has shuffled
        return super().fit(x, *args, **options)

    @tf.autograph.experimental.do_not_convert
    def train_step(self, data):
        """n_critic critic updates on fresh samples, then one generator update. Returns the epoch's means so far."""
        samples = data[0] if isinstance(data, (tuple, list)) else data
        rounds = self._rounds(samples)
        logs = [self._update_critic(real, draw) for draw, real in enumerate(rounds)]
        logs = {name: tf.add_n([log[name] for log in logs]) / self.n_critic for name in logs[0]}
        logs["generator_loss"] = self._update_generator(_batch_size(rounds[0]))
        self._update_average()
        # A new epoch's data reads the counter when its first element is asked for (`wganlib.batches`). A graph sees no
        # order between that and the count, and may count first: this makes it wait for the samples.
        with tf.control_dependencies([samples]):
            self.step.assign_add(1)
        for tracker in self.trackers:
            tracker.update_state(logs[tracker.name])
        return {tracker.name: tracker.result() for tracker in self.trackers}

    # Randomness.

    def draw_latent(self, count, draw=0, step=None, purpose=LATENT):
        """z for draw number `draw` of a step (n_critic critic draws, then the generator's): float32 (count, z_size)."""
        seed = self._seed(purpose, draw, step)

        def draw_all(n):
            # 2u − 1 is exact, and never ±1: the inverse of the normal's distribution function stays finite.
            symmetric = 2 * _uniform((n, self.z_size), seed) - 1
            return symmetric if self.latent == "uniform" else math.sqrt(2) * tf.math.erfinv(symmetric)

        return _own_part(draw_all, count)

    def draw_alpha(self, count, draw=0, step=None):
        """α ~ U(0, 1) for critic update `draw` of a step: float32 (count,)."""
        seed = self._seed(ALPHA, draw, step)
        return _own_part(lambda n: _uniform((n,), seed), count)

    def _seed(self, purpose, draw, step):
        step = tf.cast(self.step.value if step is None else step, tf.int64)
        return tf.stack([tf.constant(self.seed + (purpose << 32), tf.int64), step * (self.n_critic + 1) + draw])

    # Sampling.

    def sample(self, count, seed=0):
        """`count` generated samples from the averaged generator, as a NumPy array (count, …).

        Args:
            count: how many, ≥ 1.
            seed: another seed gives other samples; the same one always the same z.
        """
        return self.generate(self.draw_latent(count, draw=0, step=seed, purpose=SAMPLE))

    def generate(self, z, batch_size=500):
        """The averaged generator's samples for the given z (n, z_size), as a NumPy array (n, …)."""
        z = tf.convert_to_tensor(z, tf.float32)
        parts = [self.averaged_generator(z[i : i + batch_size], training=False) for i in range(0, len(z), batch_size)]
        return np.concatenate(parts)

    # The parts of a step.

    def critic_values(self, real, fake):
        """The critic's values of real and fake samples in training mode, in one pass where that changes nothing."""
        if not self.joint_pass:
            return self.critic(real, training=True), self.critic(fake, training=True)
        return tf.split(self.critic(tf.concat([real, fake], 0), training=True), 2)

    def _rounds(self, samples):
        count = samples.shape[0]
        if count is not None and count % self.n_critic:
            raise ValueError(
                f"A step makes n_critic = {self.n_critic} critic updates on equal shares of a batch; {count} samples "
                "cannot be shared so. Feed batches of wganlib.batches(samples, trainer)."
            )
        return tf.split(samples, self.n_critic)

    def _update_critic(self, real, draw):
        fake = self.generator(self.draw_latent(_batch_size(real), draw), training=True)
        variables = self.critic.trainable_variables
        with tf.GradientTape() as tape:
            loss, logs = self.critic_loss(real, fake, draw)
            scaled = self.optimizer.scale_loss(_share(loss))
        self.optimizer.apply(tape.gradient(scaled, variables), variables)
        self.after_critic_update()
        return {"critic_loss": loss, **logs}

    def _update_generator(self, count):
        variables = self.generator.trainable_variables
        z = self.draw_latent(count, self.n_critic)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            for variable in variables:
                tape.watch(variable.value)
            loss = self.generator_loss(self.critic(self.generator(z, training=True), training=True))
            scaled = self.generator_optimizer.scale_loss(_share(loss))
        self.generator_optimizer.apply(tape.gradient(scaled, [v.value for v in variables]), variables)
        return loss

    def _update_average(self):
        if self.ema_decay is None:
            return
        step = tf.cast(self.step.value, tf.float32)
        # Early on the average may not lag behind: its memory grows with the run.
        decay = tf.minimum(self.ema_decay, (1 + step) / (10 + step))
        pairs = zip(self.averaged_generator.weights, self.generator.weights, strict=True)
        for average, weight in pairs:
            if average.dtype.startswith("float"):
                average.assign(decay * average + (1 - decay) * weight)
            else:
                average.assign(weight)


class GAN(AdversarialModel):
    """The original GAN (Goodfellow et al. 2014, arXiv 1406.2661), with DCGAN's optimiser (arXiv 1511.06434).

    Args:
        generator, critic, n_critic, latent, ema_decay, seed: see `AdversarialModel`.
        loss: "non_saturating" or "minimax" (the generator's loss).
        real_label: the discriminator's target for real samples; 0.9 is one-sided label smoothing.
    """

    def __init__(self, generator, critic, *, loss="non_saturating", real_label=1.0, **options):
        super().__init__(generator, critic, **options)
        generator_losses = {
            "non_saturating": losses.non_saturating_generator_loss,
            "minimax": losses.minimax_generator_loss,
        }
        if loss not in generator_losses:
            raise ValueError(f"loss must be one of {tuple(generator_losses)}; {loss!r} is not.")
        if not 0 < real_label <= 1:
            raise ValueError(f"real_label is a target probability, 0 < real_label ≤ 1; {real_label!r} is not.")
        self.real_label = real_label
        self.generator_loss = generator_losses[loss]

    def critic_loss(self, real, fake, draw):
        loss = losses.minimax_discriminator_loss(*self.critic_values(real, fake), self.real_label)
        return loss, {}

    def default_optimizer(self):
        return keras.optimizers.Adam(2e-4, beta_1=0.5)


class WGAN(AdversarialModel):
    """WGAN with weight clipping (Arjovsky et al. 2017, arXiv 1701.07875, Algorithm 1).

    Args:
        generator, critic, latent, ema_decay, seed: see `AdversarialModel`.
        n_critic: critic updates per generator update.
        clip: every trainable critic weight is clipped to [−clip, clip] after each update, clip > 0; None does not
            clip, for a critic that is Lipschitz by its build (norm="spectral").
    """

    logged = ("wasserstein", "critic_loss", "generator_loss")

    def __init__(self, generator, critic, *, n_critic=5, clip=0.01, **options):
        super().__init__(generator, critic, n_critic=n_critic, **options)
        if clip is not None and not clip > 0:
            raise ValueError(f"clip must be above 0, 0.01 in the paper; {clip!r} is not.")
        self.clip = clip

    def critic_loss(self, real, fake, draw):
        loss = losses.wasserstein_critic_loss(*self.critic_values(real, fake))
        return loss, {"wasserstein": -loss}

    def generator_loss(self, fake_values):
        return losses.wasserstein_generator_loss(fake_values)

    def after_critic_update(self):
        if self.clip is None:
            return
        for variable in self.critic.trainable_variables:
            variable.assign(tf.clip_by_value(variable.value, -self.clip, self.clip))

    def default_optimizer(self):
        # rho and epsilon as in the authors' code, which uses PyTorch's defaults.
        return keras.optimizers.RMSprop(5e-5, rho=0.99, epsilon=1e-8)


class WGANGP(AdversarialModel):
    """WGAN with gradient penalty (Gulrajani et al. 2017, arXiv 1704.00028, Algorithm 1).

    Args:
        generator, critic, latent, ema_decay, seed: see `AdversarialModel`.
        n_critic: critic updates per generator update.
        gp_weight: λ ≥ 0, the penalty's weight.
        target: the gradient norm that costs nothing.
        one_sided: whether norms below the target are free.

    Raises:
        ValueError: also where a critic's layer lets samples of a batch see each other (BatchNorm): ∂D(xᵢ)/∂xⱼ is then
            not zero, and the penalty is not what the formula says. `allow_batch_norm=True` builds it all the same, to
            show what happens.
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
        allow_batch_norm=False,
        **options,
    ):
        super().__init__(generator, critic, n_critic=n_critic, **options)
        if not gp_weight >= 0:
            raise ValueError(f"gp_weight is λ ≥ 0, 10 in the paper; {gp_weight!r} is not.")
        if not target >= 0:
            raise ValueError(f"target is a gradient norm ≥ 0, 1 in the paper; {target!r} is not.")
        if not self.joint_pass and not allow_batch_norm:
            raise ValueError(
                "This critic has a layer, such as BatchNormalization, through which the samples of a batch see each "
                "other; a penalty per sample then loses its meaning (arXiv 1704.00028, §4). Build it with norm=None or "
                'norm="layer".'
            )
        self.gp_weight, self.target, self.one_sided = gp_weight, target, one_sided

    def critic_loss(self, real, fake, draw):
        wasserstein = -losses.wasserstein_critic_loss(*self.critic_values(real, fake))
        between = losses.interpolate(real, fake, self.draw_alpha(_batch_size(real), draw))
        norms = losses.gradient_norms(lambda samples: self.critic(samples, training=True), between)
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
        return keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9)


def _uniform(shape, seed):
    """u ~ U(0, 1), float32, neither 0 nor 1, the same for a seed on every device and under XLA.

    The random bits are; TensorFlow's own floats are not: its kernels make them from the low bits, XLA from the high.
    """
    bits = tf.random.stateless_uniform(shape, seed, None, None, tf.uint32, alg="philox")
    return (tf.cast(tf.bitwise.right_shift(bits, tf.constant(9, tf.uint32)), tf.float32) + 0.5) * 2.0**-23


def _mixes_samples(layer):
    return isinstance(layer, keras.layers.BatchNormalization) or getattr(layer, "mixes_samples", False)


def _batch_size(samples):
    return samples.shape[0] if samples.shape[0] is not None else tf.shape(samples)[0]


def _share(loss):
    # Keras sums the replicas' gradients; the sum of these shares is the gradient of the mean over the whole batch.
    return loss / tf.distribute.get_strategy().num_replicas_in_sync


def _own_part(draw_all, count):
    """This replica's `count` rows of what one device would have drawn for the whole batch."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return draw_all(count)
    everything = draw_all(count * context.num_replicas_in_sync)
    return everything[context.replica_id_in_sync_group * count :][:count]
