"""A critic trained alone, between two fixed sets of samples: what it reports, how steep it is.

This is the inner half of a WGAN without the outer one. Where the distance of the two sets is known, from a formula or
from `wganlib.distances`, it tells how much of it a critic finds under a given constraint.
"""

import keras
import numpy as np
import tensorflow as tf

from wganlib import losses
from wganlib._arguments import (
    as_finite,
    check_choice,
    check_count,
    check_flag,
    check_network,
    check_number,
    check_seed,
    show,
)
from wganlib.layers.spectral import SPECTRAL
from wganlib.training.adversarial_model import mixes_samples, regularization
from wganlib.training.draws import draw_uniform
from wganlib.training.interrupts import interrupts_wait
from wganlib.training.trainers import clip_weights, wgan_gp_optimizer, wgan_optimizer

CONSTRAINTS = ("clipping", "gradient_penalty", None)
# Calls in training mode after which a spectrally normalised kernel is at its norm: one power iteration each.
SETTLING = 30
FIT = 4  # a purpose of random numbers that no trainer has (`wganlib.training.draws`)


class CriticFit:
    """A critic, two sets of samples, and the training of the one between the other two.

    It maximises mean D(real) − mean D(fake), the dual of the Wasserstein distance, under a constraint on D's slope.

    Args:
        critic: a built Keras model (batch, …) → (batch, 1), in which no sample of a batch sees another.
        real, fake: (n, …) and (m, …) samples, finite; batches are drawn from them with replacement.
        constraint: how the slope is bounded.
            "clipping": every weight to [−clip, clip] after each update (arXiv 1701.07875, Algorithm 1).
            "gradient_penalty": gp_weight · mean (‖∇D‖ − 1)² is added to the loss (arXiv 1704.00028, eq. 3).
            None: not at all, for critics whose layers bound it: `SpectralDense`, `SpectralConv2D`, `OrthonormalDense`.
        batch_size: samples of each set in an update.
        learning_rate: of the optimiser; None takes clip / 100 for clipping and 1e-3 else.
        optimizer: None, or a Keras optimiser in place of the papers': RMSprop for clipping, else Adam with β₁ = 0,
            β₂ = 0.9.
        clip: c > 0.
        gp_weight: λ ≥ 0.
        one_sided: whether slopes below 1 are free: gp_weight · mean max(0, ‖∇D‖ − 1)² (arXiv 1704.00028, section 4).
        seed: of the batches and of the penalty's α; a run with the same seed sees the same ones.
        jit_compile: whether XLA compiles the updates: some seconds at first, then about twice as fast. The compilation
            of a critic of a hundred layers takes minutes.

    Attributes:
        updates: how many have been made.

    Raises:
        ValueError: samples that do not fit the critic, or a setting out of its range.
    """

    def __init__(
        self,
        critic,
        real,
        fake,
        constraint="gradient_penalty",
        *,
        batch_size=64,
        learning_rate=None,
        optimizer=None,
        clip=0.01,
        gp_weight=10.0,
        one_sided=False,
        seed=0,
        jit_compile=False,
    ):
        _, value = check_network("critic", critic)
        if value != (1,):
            raise ValueError(f"The critic must return one number per sample, (batch, 1). Received: {(None, *value)}.")
        if any(mixes_samples(layer) for layer in critic._flatten_layers()):
            raise ValueError(
                "This critic has a layer, such as BatchNormalization, through which the samples of a batch see each "
                "other: its value for one sample then depends on the rest. Build it without."
            )
        self.constraint = check_choice("constraint", constraint, CONSTRAINTS)
        if critic.trainable_variables == []:
            raise ValueError(f"The critic must have weights to train. Received: {show(critic)}, which has none.")
        self.batch_size = check_count("batch_size", batch_size)
        self.clip = check_number("clip", clip, above=0)
        self.gp_weight = check_number("gp_weight", gp_weight, at_least=0)
        self.one_sided = check_flag("one_sided", one_sided)
        if learning_rate is not None:
            check_number("learning_rate", learning_rate, above=0)
        self.seed = check_seed("seed", seed)
        self.critic = critic
        self.real, self.fake = self._as_samples("real", real), self._as_samples("fake", fake)
        if not (optimizer is None or isinstance(optimizer, keras.optimizers.Optimizer)):
            raise ValueError(
                "`optimizer` must be a Keras optimiser, e.g. keras.optimizers.Adam(1e-3), or None. Received: "
                f"{show(optimizer)}."
            )
        if optimizer is not None and (optimizer.built or learning_rate is not None):
            raise ValueError(
                "`optimizer` must be new, and bring its own rate. Received: "
                f"{show(optimizer)} that is {'used' if optimizer.built else 'new'}, learning_rate={learning_rate}."
            )
        if optimizer is None:
            clipping = constraint == "clipping"
            optimizer = (
                wgan_optimizer(learning_rate or clip / 100) if clipping else wgan_gp_optimizer(learning_rate or 1e-3)
            )
        self.optimizer = optimizer
        self.optimizer.build(critic.trainable_variables)
        self._fresh = [np.asarray(variable) for variable in self.optimizer.variables]
        self.updates = 0
        self._compiled = tf.function(self._train, jit_compile=check_flag("jit_compile", jit_compile))
        self._settle = tf.function(self._settled)

    def train(self, steps):
        """Make `steps` updates on fresh batches; returns this object."""
        steps = check_count("steps", steps)
        seed = tf.constant(self.seed, tf.int64)
        with interrupts_wait():
            self._compiled(tf.constant(self.updates), tf.constant(self.updates + steps), self.real, self.fake, seed)
            self.updates += steps
            if any(isinstance(layer, SPECTRAL) for layer in self.critic._flatten_layers()):
                self._settle()
        return self

    def restart(self, weights, real=None, fake=None, seed=None):
        """Begin again from these weights with a fresh optimiser; sets of the same shapes need no new compilation.

        Args:
            weights: as the critic's `set_weights` takes them.
            real, fake: other samples, or None for the same.
            seed: another seed of the batches, or None for the same.

        Returns:
            This object.
        """
        self.critic.set_weights(weights)
        self.real = self.real if real is None else self._as_samples("real", real)
        self.fake = self.fake if fake is None else self._as_samples("fake", fake)
        self.seed = self.seed if seed is None else check_seed("seed", seed)
        for variable, value in zip(self.optimizer.variables, self._fresh, strict=True):
            variable.assign(value)
        self.updates = 0
        return self

    def _as_samples(self, name, samples):
        samples, taken = as_finite(name, samples), self.critic.input_shape[1:]
        if samples.shape[1:] != taken or len(samples) == 0:
            raise ValueError(
                f"`{name}` must be samples that the critic takes, shape (n, {', '.join(map(str, taken))}), n ≥ 1. "
                f"Received: shape {samples.shape}."
            )
        return tf.constant(samples, tf.float32)

    @tf.autograph.experimental.do_not_convert
    def _settled(self):
        """Bring the kernels, which the last update has moved, back to their norm."""

        def call(step):
            self.critic(self.real[:1], training=True)
            return [step + 1]

        tf.while_loop(lambda step: step < SETTLING, call, [0])

    @tf.autograph.experimental.do_not_convert
    def _train(self, first, end, real, fake, seed):
        tf.while_loop(lambda step: step < end, lambda step: self._update(step, real, fake, seed), [first])

    def _update(self, step, real, fake, seed):
        real, fake = self._draw(real, seed, step, 0), self._draw(fake, seed, step, 1)
        variables = self.critic.trainable_variables
        with tf.GradientTape() as tape:
            values = tf.split(self.critic(tf.concat([real, fake], 0), training=True), 2)
            loss = losses.wasserstein_critic_loss(*values) + regularization(self.critic)
            if self.constraint == "gradient_penalty":
                alpha = self._uniform(seed, step, 2)
                penalty = losses.gradient_penalty(self.critic, real, fake, alpha, one_sided=self.one_sided)
                loss += self.gp_weight * penalty
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        if self.constraint == "clipping":
            clip_weights(self.critic, self.clip)
        return [step + 1]

    def _draw(self, samples, seed, step, purpose):
        count = samples.shape[0]
        places = tf.cast(self._uniform(seed, step, purpose) * count, tf.int32)
        return tf.gather(samples, tf.minimum(places, count - 1))

    def _uniform(self, seed, step, purpose):
        pair = tf.stack([seed + (FIT << 32), 3 * tf.cast(step, tf.int64) + purpose])
        return draw_uniform((self.batch_size,), pair)

    def estimate(self):
        """mean D(real) − mean D(fake) over all samples: W, as far as this critic has found it, if its slope is 1."""
        real, fake = (np.asarray(self._values(samples), np.float64) for samples in (self.real, self.fake))
        return float(real.mean() - fake.mean())

    def slopes(self, count=1000):
        """‖∇D‖ at `count` points on lines between random pairs, the ends among them: float64 (count,).

        Their largest bounds the steepest slope of the critic from below, so estimate / largest is an estimate of W that
        no scale of the critic can inflate.
        """
        count = check_count("count", count)
        rng = np.random.default_rng(self.seed)
        pairs = [tf.gather(samples, rng.integers(len(samples), size=count)) for samples in (self.real, self.fake)]
        alpha = np.clip(rng.uniform(-0.1, 1.1, count), 0, 1)  # a sixth of the points are samples themselves
        points = losses.interpolate(*pairs, tf.constant(alpha, tf.float32))
        return np.concatenate([self._norms(points[i : i + 500]) for i in range(0, count, 500)])

    def _norms(self, points):
        with tf.GradientTape() as tape:
            tape.watch(points)
            total = tf.reduce_sum(self.critic(points))
        # The norm in float64: float32 cannot hold the square of 1e20, or of 1e-30.
        gradients = np.asarray(tape.gradient(total, points), np.float64).reshape(len(points), -1)
        return np.linalg.norm(gradients, axis=1)

    def _values(self, samples):
        return np.concatenate([self.critic(samples[i : i + 1000]) for i in range(0, len(samples), 1000)])


def fit_critic(critic, real, fake, constraint="gradient_penalty", steps=1000, **options):
    """Train a critic between two fixed sets of samples.

    Args:
        critic, real, fake, constraint, options: as `CriticFit` takes them.
        steps: how many updates.

    Returns:
        The `CriticFit`: `estimate()` is what the critic reports, `slopes()` how steep it is, `train(steps)` goes on.

    Raises:
        ValueError: samples that do not fit the critic, or a setting out of its range.
    """
    check_count("steps", steps)
    return CriticFit(critic, real, fake, constraint, **options).train(steps)
