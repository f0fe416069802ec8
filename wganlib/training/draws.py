"""Random numbers as a function of (seed, purpose, step, draw) and of nothing else.

So a run repeats exactly, a resumed one goes on as if it had never stopped, several devices draw what one would have
drawn, and a loop written by hand gets the numbers of the trainers' (`AdversarialModel.draw_latent`, `draw_alpha`).
"""

import math

import tensorflow as tf

LATENTS = ("normal", "uniform")
# What a draw is for, so that z and α at one step are independent. `wganlib.batches` has 3, the order of the data, and
# `wganlib.training.critic_fit` has 4.
LATENT, ALPHA, SAMPLE = 0, 1, 2
AUGMENT_REAL, AUGMENT_FAKE = 5, 6


def draw_seed(seed, purpose, step, draw, draws_per_step):
    """The pair of numbers from which a draw is made: int64 (2,)."""
    step = tf.cast(step, tf.int64)
    return tf.stack([tf.constant(seed + (purpose << 32), tf.int64), step * draws_per_step + draw])


def draw_z(count, z_size, latent, seed):
    """z for this replica: float32 (count, z_size), N(0, 1) where latent is "normal", U(−1, 1) where it is "uniform"."""

    def draw_all(n):
        # 2u − 1 is exact, and never ±1: the inverse of the normal's distribution function stays finite.
        symmetric = 2 * draw_uniform((n, z_size), seed) - 1
        return symmetric if latent == "uniform" else math.sqrt(2) * tf.math.erfinv(symmetric)

    return own_part(draw_all, count)


def draw_uniform(shape, seed):
    """u ~ U(0, 1), float32, neither 0 nor 1, the same for a seed on every device and under XLA.

    The random bits are; TensorFlow's own floats are not: its kernels make them from the low bits, XLA from the high.
    """
    bits = tf.random.stateless_uniform(shape, seed, None, None, tf.uint32, alg="philox")
    return (tf.cast(tf.bitwise.right_shift(bits, tf.constant(9, tf.uint32)), tf.float32) + 0.5) * 2.0**-23


def own_part(draw_all, count):
    """This replica's `count` rows of what one device would have drawn for the whole batch."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return draw_all(count)
    everything = draw_all(count * context.num_replicas_in_sync)
    return everything[context.replica_id_in_sync_group * count :][:count]
