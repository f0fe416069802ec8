"""A GAN's losses and penalties as slopes worked out by hand; WGAN's optimiser is the authors' RMSProp."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import wganlib as wl
from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator
from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator


@pytest.mark.parametrize("size", [1e-2, 1e-4, 1e-5])
def test_the_default_moves_weights_as_pytorchs_rule_does(size):
    gradients = size * np.random.default_rng(0).normal(1, 0.5, 20)
    # torch.optim.RMSprop(lr=5e-5): alpha 0.99, eps 1e-8 added to the root.
    expected, square = 0.0, 0.0
    for gradient in gradients:
        square = 0.99 * square + 0.01 * gradient**2
        expected -= 5e-5 * gradient / (np.sqrt(square) + 1e-8)
    trainer = wl.WGAN(make_mlp_generator(2, (2,), (3,), output=None), make_mlp_critic((2,), (3,)))
    weight = keras.Variable(0.0)
    optimizer = trainer.default_optimizer()
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient, tf.float32)], [weight])
    # √(v + ε²) and √v + ε differ by at most ε, and the first √v is a tenth of the gradient.
    assert float(weight.value) == pytest.approx(expected, rel=2e-7 / size + 1e-4)


# A GAN's losses and penalties, on a linear discriminator D(x) = w·x + v and a linear generator G(z) = a z + b.


def linear_gan(**options):
    keras.utils.set_random_seed(2)
    networks = (make_mlp_generator(2, (2,), (), output=None), make_mlp_critic((2,), ()))
    trainer = wl.GAN(*networks, **options)
    trainer.compile(keras.optimizers.SGD(1.0), keras.optimizers.SGD(1.0), run_eagerly=True)
    return trainer


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# {loss: the slopes of both losses in the values of n real and n generated samples, times n}
SLOPES = {
    "non_saturating": lambda r, f: (-sigmoid(-r), sigmoid(f), -sigmoid(-f)),
    "minimax": lambda r, f: (-sigmoid(-r), sigmoid(f), -sigmoid(f)),
    "hinge": lambda r, f: (-1.0 * (r < 1), 1.0 * (f > -1), -np.ones_like(f)),
    "relativistic": lambda r, f: (-sigmoid(f - r), sigmoid(f - r), -sigmoid(r - f)),
}


@pytest.mark.parametrize("loss", SLOPES)
@pytest.mark.parametrize("r1, r2", [(0.0, 0.0), (3.0, 0.0), (0.5, 2.0)])
def test_a_step_of_each_loss_is_the_gradient_worked_out_by_hand(loss, r1, r2):
    trainer = linear_gan(loss=loss, r1_weight=r1, r2_weight=r2)
    data = wl.batches(np.random.default_rng(1).normal(size=(16, 2)).astype("float32"), trainer, 16)
    real = next(iter(data)).numpy()  # in the order that decides who is whose rival
    first, second = (trainer.draw_latent(16, draw).numpy() for draw in (0, 1))
    a, b = trainer.generator.get_weights()
    w, v = trainer.critic.get_weights()
    fake = first @ a + b
    of_real, of_fake, _ = SLOPES[loss](real @ w + v, fake @ w + v)
    # Both penalties have the slope ∂(γ/2 ‖w‖²)/∂w = γ w.
    new_w = w - (real.T @ of_real + fake.T @ of_fake) / 16 - (r1 + r2) * w
    new_v = v - (of_real + of_fake).sum(0) / 16
    fake = second @ a + b
    *_, pulled = SLOPES[loss](real @ new_w + new_v, fake @ new_w + new_v)
    new_a = a - second.T @ (pulled @ new_w.T) / 16

    trainer.fit(data, verbose=0)
    np.testing.assert_allclose(trainer.critic.get_weights()[0], new_w, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(trainer.generator.get_weights()[0], new_a, rtol=1e-4, atol=1e-5)


def test_a_loss_without_labels_has_none_to_smooth():
    with pytest.raises(ValueError, match="which has no labels"):
        linear_gan(loss="hinge", real_label=0.9)


def test_a_penalised_discriminator_sees_samples_apart():
    networks = make_dcgan_generator(4, (8, 8, 1), 8), make_dcgan_discriminator((8, 8, 1), 4)
    wl.GAN(*networks)
    with pytest.raises(ValueError, match="samples of a batch see each other"):
        wl.GAN(*networks, r1_weight=1.0)


def test_feature_matching_refuses_a_loss_of_pairs():
    networks = make_mlp_generator(2, (2,), (), output=None), make_mlp_critic((2,), (3,))
    with pytest.raises(ValueError, match="of generated samples alone"):
        wl.FeatureMatchingGAN(*networks, loss="relativistic")
