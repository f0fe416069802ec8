"""The machine's own rate, against which a step is held: the best float32 product of square matrices."""

import time

import numpy as np
import tensorflow as tf

SIDES = (1024, 2048)


def matmul_rates(seconds=0.5):
    """{library and side: FLOP/s}, through TensorFlow (all cores, or the GPU) and NumPy, the best of about `seconds`.

    The two use different kernels, and which is faster depends on the machine.
    """
    rates = {}
    for side in SIDES:
        one, other = (np.random.default_rng(seed).normal(size=(side, side)).astype("float32") for seed in (0, 1))
        tensors = tf.constant(one), tf.constant(other)
        products = {"TensorFlow": lambda a=tensors: tf.matmul(*a)[0, 0].numpy(), "NumPy": lambda a=one, b=other: a @ b}
        for library, product in products.items():
            product()
            best, until = np.inf, time.perf_counter() + seconds
            while time.perf_counter() < until:
                start = time.perf_counter()
                product()
                best = min(best, time.perf_counter() - start)
            rates[f"{library}, {side}"] = 2 * side**3 / best
    return rates
