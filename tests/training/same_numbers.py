"""Whether two trainers are the same, to the last number."""

import numpy as np


def everything(trainer):
    """All of a trainer's numbers but Keras' own running means: weights, moving statistics, optimisers, counters."""
    optimisers = [*trainer.critic_optimizer.variables, *trainer.generator_optimizer.variables]
    return [v.numpy() for v in (*trainer.weights, *optimisers)]


def assert_same(one, other, **tolerance):
    for a, b in zip(everything(one), everything(other), strict=True):
        np.testing.assert_allclose(a, b, **(tolerance or {"rtol": 0, "atol": 0}))
