"""benchmarks/compare_trainers.py: the trainers of its table, and how it chooses a rate."""

import compare_trainers
import keras
import pytest
from compare_trainers import METHODS, best_rate

import wganlib as wl
from wganlib.layers.spectral import SPECTRAL
from wganlib.training.recipes import SMOKE


@pytest.mark.parametrize("method", METHODS)
def test_a_method_has_the_recipes_networks_and_twice_the_rate_for_the_critic(method):
    trainer = compare_trainers.build(method, 1e-3, 10, seed=2, recipe=SMOKE)
    generator, critic = SMOKE.networks()
    for own, base in ((trainer.generator, generator), (trainer.critic, critic)):
        assert [w.shape for w in own.trainable_weights] == [w.shape for w in base.trainable_weights]
    assert any(isinstance(layer, SPECTRAL) for layer in trainer.critic.layers) == (method == "spectral norm")
    assert (trainer.n_critic, trainer.ema_decay, trainer.seed) == (1, SMOKE.ema_decay, 2)
    rates = [
        keras.ops.convert_to_numpy(one.learning_rate).item()
        for one in (trainer.generator_optimizer, trainer.critic_optimizer)
    ]
    assert rates == pytest.approx([1e-3, 2e-3])


def test_the_losses_and_momenta_are_those_of_the_papers():
    trainers = {method: compare_trainers.build(method, 1e-3, 10, 0, SMOKE) for method in METHODS}
    assert [type(one) for one in trainers.values()] == [wl.GAN, wl.WGAN, wl.WGANGP, wl.GAN]
    assert trainers["WGAN"].clip == 0.01
    assert trainers["GAN"].settings()["loss"] == "non_saturating"
    assert trainers["spectral norm"].settings()["loss"] == "hinge"
    momenta = {method: one.critic_optimizer.get_config().get("beta_1") for method, one in trainers.items()}
    assert momenta == {"GAN": 0.5, "WGAN": None, "WGAN-GP": 0.0, "spectral norm": 0.5}


def test_the_best_rate_has_the_lowest_mean_and_did_not_diverge():
    assert best_rate({1e-3: [50.0, 70.0], 2e-3: [40.0, 60.0], 4e-3: [20.0, None]}) == 2e-3
