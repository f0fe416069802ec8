"""WGANs on 8 Gaussians, thousands of steps in one compiled call: how often the critic is trained is a number in it.

The networks and losses are wganlib's. Its trainers compile a step for every n_critic; here it is the bound of a loop,
and the learning rates are variables, so that one compilation serves a whole sweep.
"""

import keras
import numpy as np
import tensorflow as tf

import wganlib as wl

MODES = wl.data.toys.eight_gaussian_modes(std=0.1)
BATCH, LATENT, POINTS = 64, 8, 1000


class ToyTraining:
    """Generator and critic of three hidden layers, trained by clipping or by the penalty.

    Args:
        method: "clipping" or "gradient_penalty".
        width: units of a hidden layer.
        clip: bound of the weights, for clipping.
    """

    def __init__(self, method, width=64, clip=0.1):
        self.method, self.clip = method, clip
        self.generator = wl.make_mlp_generator(LATENT, (2,), (width,) * 3, output=None)
        self.critic = wl.make_mlp_critic((2,), (width,) * 3)
        self.optimizers = [self._optimizer(), self._optimizer()]
        for optimizer, network in zip(self.optimizers, (self.generator, self.critic), strict=True):
            optimizer.build(network.trainable_variables)
        self.at_first = [[tf.identity(v.value) for v in optimizer.variables] for optimizer in self.optimizers]

    def _optimizer(self):
        if self.method == "gradient_penalty":
            return keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.9)
        return keras.optimizers.RMSprop(1e-3, rho=0.99, epsilon=1e-16)

    def begin(self, seed, rate, critic_rate):
        """New weights, empty optimisers, these learning rates."""
        rng = keras.random.SeedGenerator(seed)
        for network in (self.generator, self.critic):
            for v in network.weights:
                draw = keras.initializers.GlorotUniform(seed=rng)(v.shape) if len(v.shape) > 1 else tf.zeros(v.shape)
                v.assign(draw)
        for optimizer, values in zip(self.optimizers, self.at_first, strict=True):
            for v, value in zip(optimizer.variables, values, strict=True):
                v.assign(value)
        for optimizer, value in zip(self.optimizers, (rate, critic_rate), strict=True):
            optimizer.learning_rate = value

    def flops(self, n_critic):
        """FLOP of one generator step with its n_critic critic updates."""
        kind = wl.WGANGP if self.method == "gradient_penalty" else wl.WGAN
        return wl.step_flops(kind(self.generator, self.critic, n_critic=n_critic), BATCH).total

    @tf.function(jit_compile=True)
    @tf.autograph.experimental.do_not_convert
    def train(self, first, last, n_critic, seed):
        """Steps first … last − 1; every draw is a function of (seed, step, update)."""

        def critic_update(step, update):
            self._update_critic(tf.stack([seed, step * 100 + update]))
            return step, update + 1

        def whole_step(step):
            tf.while_loop(lambda step, update: update < n_critic, critic_update, (step, 0))
            self._update_generator(tf.stack([seed, step * 100 + 99]))
            return (step + 1,)

        tf.while_loop(lambda step: step < last, whole_step, (first,))

    def _update_critic(self, seed):
        real, alpha = draw_real(BATCH, seed), tf.random.stateless_uniform((BATCH,), seed + 1000)
        fake = self.generator(tf.random.stateless_normal((BATCH, LATENT), seed + 2000))
        variables = self.critic.trainable_variables
        with tf.GradientTape() as tape:
            loss = wl.losses.wasserstein_critic_loss(self.critic(real), self.critic(fake))
            if self.method == "gradient_penalty":
                loss += 10.0 * wl.losses.gradient_penalty(self.critic, real, fake, alpha)
        self.optimizers[1].apply(tape.gradient(loss, variables), variables)
        if self.method == "clipping":
            for v in variables:
                v.assign(tf.clip_by_value(v, -self.clip, self.clip))

    def _update_generator(self, seed):
        variables = self.generator.trainable_variables
        with tf.GradientTape() as tape:
            fake = self.generator(tf.random.stateless_normal((BATCH, LATENT), seed + 3000))
            loss = wl.losses.wasserstein_generator_loss(self.critic(fake))
        self.optimizers[0].apply(tape.gradient(loss, variables), variables)

    def measure(self, seed=0):
        """(exact W of 1,000 generated and 1,000 real points, the critic's estimate on them, its steepest slope)."""
        real = reference(seed)
        fake = self.generator(tf.random.stateless_normal((POINTS, LATENT), (seed, 77))).numpy()
        estimate = -float(wl.losses.wasserstein_critic_loss(self.critic(real), self.critic(fake)))
        alpha = np.random.default_rng(seed).uniform(size=(POINTS, 1)).astype(np.float32)
        places = tf.constant(np.concatenate([real, fake, alpha * real + (1 - alpha) * fake]))
        slope = float(tf.reduce_max(wl.losses.gradient_norms(self.critic, places)))
        return wl.distances.em_samples(real, fake), estimate, slope


def draw_real(count, seed):
    """Points of the 8 Gaussians, drawn inside a compiled step."""
    centres = tf.constant(MODES.centres, tf.float32)
    mode = tf.random.stateless_uniform((count,), seed, 0, len(MODES.centres), tf.int32)
    return tf.gather(centres, mode) + MODES.std * tf.random.stateless_normal((count, 2), seed + 4000)


def reference(seed=0):
    """1,000 real points, as many of each mode: float32 (1000, 2)."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(MODES.centres, POINTS // len(MODES.centres), axis=0)
    return (centres + MODES.std * rng.standard_normal(centres.shape)).astype(np.float32)
