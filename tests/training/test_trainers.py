"""WGAN's default optimiser is the authors' RMSProp, also at the tiny gradients of a clipped critic."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import wganlib as wl


@pytest.mark.parametrize("size", [1e-2, 1e-4, 1e-5])
def test_the_default_moves_weights_as_pytorchs_rule_does(size):
    gradients = size * np.random.default_rng(0).normal(1, 0.5, 20)
    # torch.optim.RMSprop(lr=5e-5): alpha 0.99, eps 1e-8 added to the root.
    expected, square = 0.0, 0.0
    for gradient in gradients:
        square = 0.99 * square + 0.01 * gradient**2
        expected -= 5e-5 * gradient / (np.sqrt(square) + 1e-8)
    trainer = wl.WGAN(wl.make_mlp_generator(2, (2,), (3,), output=None), wl.make_mlp_critic((2,), (3,)))
    weight = keras.Variable(0.0)
    optimizer = trainer.default_optimizer()
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient, tf.float32)], [weight])
    # √(v + ε²) and √v + ε differ by at most ε, and the first √v is a tenth of the gradient.
    assert float(weight.value) == pytest.approx(expected, rel=2e-7 / size + 1e-4)
