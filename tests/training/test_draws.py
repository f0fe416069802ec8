"""Random numbers as a function of seed, purpose, step and draw, through the trainers that draw them."""

import numpy as np
import tensorflow as tf
from scipy import stats


def test_normal_draws_are_normal_and_uniform_draws_uniform(make_trainer):
    trainer = make_trainer(latent="normal", seed=3)
    z = trainer.draw_latent(20_000).numpy()
    assert z.dtype == np.float32
    assert stats.kstest(z.ravel(), "norm").pvalue > 0.01
    assert np.abs(np.corrcoef(z.T) - np.eye(3)).max() < 0.03
    z = make_trainer(latent="uniform", seed=3).draw_latent(20_000).numpy()
    assert stats.kstest(z.ravel(), stats.uniform(-1, 2).cdf).pvalue > 0.01
    alpha = trainer.draw_alpha(20_000).numpy()
    assert alpha.shape == (20_000,)
    assert stats.kstest(alpha, "uniform").pvalue > 0.01
    assert 0 < alpha.min() < alpha.max() < 1


def test_draws_of_different_purposes_steps_and_seeds_are_independent(make_trainer):
    trainer = make_trainer(n_critic=2, latent="uniform", seed=3)
    draws = [trainer.draw_latent(9_000, draw, step)[:, 0] for step in range(3) for draw in range(3)]
    draws += [trainer.draw_alpha(9_000, draw, step) for step in range(3) for draw in range(2)]
    draws += [make_trainer(n_critic=2, latent="uniform", seed=4).draw_latent(9_000, step=0)[:, 0]]
    assert np.abs(np.corrcoef(np.array(draws)) - np.eye(len(draws))).max() < 0.05


def test_xla_draws_the_same_numbers(make_trainer):
    # TensorFlow's own uniform and normal differ there: they make floats from other bits.
    for latent in ("normal", "uniform"):
        trainer = make_trainer(latent=latent, seed=3)
        trainer.step.assign(41)

        def draws(trainer=trainer):
            return trainer.draw_latent(50, 1), trainer.draw_alpha(50, 1)

        for plain, compiled in zip(draws(), tf.function(draws, jit_compile=True)(), strict=True):
            np.testing.assert_allclose(plain, compiled, rtol=1e-5, atol=1e-6)
