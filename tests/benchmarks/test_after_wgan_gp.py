"""benchmarks/after_wgan_gp.py: small runs of the kind that it makes. Nothing is timed here."""

from dataclasses import replace

import after_wgan_gp
import numpy as np
import pytest
from after_wgan_gp import METHODS

from wganlib.layers.spectral import SPECTRAL
from wganlib.training.recipes import SMOKE

IMAGES = np.tanh(np.random.default_rng(0).normal(size=(24, 28, 28, 1))).astype("float32")


def unnamed(optimizer):
    return {key: value for key, value in optimizer.get_config().items() if key != "name"}


@pytest.mark.parametrize("method", METHODS)
def test_a_method_has_the_recipes_networks_and_rates(method):
    trainer = after_wgan_gp.build(SMOKE, IMAGES, method, seed=3)
    base = SMOKE.build(IMAGES, seed=3)
    assert [weight.shape for weight in trainer.critic.trainable_weights] == [
        weight.shape for weight in base.critic.trainable_weights
    ]
    assert any(isinstance(layer, SPECTRAL) for layer in trainer.critic.layers) == (method == "hinge")
    for name in ("generator_optimizer", "critic_optimizer"):
        assert unnamed(getattr(trainer, name)) == unnamed(getattr(base, name))
    assert (trainer.n_critic, trainer.ema_decay, trainer.seed) == (SMOKE.n_critic, SMOKE.ema_decay, 3)


def test_the_losses_are_those_that_their_names_say():
    settings = {method: after_wgan_gp.build(SMOKE, IMAGES, method).settings() for method in METHODS}
    losses = [settings[method].get("loss") for method in METHODS]
    assert losses == [None, "hinge", "relativistic", "non_saturating", "non_saturating", "relativistic"]
    weights = {m: (one.get("r1_weight", 0), one.get("r2_weight", 0)) for m, one in settings.items()}
    assert [m for m, (r1, _) in weights.items() if r1] == ["GAN + R1", "GAN + R1 + R2", "R3GAN's loss"]
    assert [m for m, (_, r2) in weights.items() if r2] == ["GAN + R1 + R2", "R3GAN's loss"]


def test_a_run_that_has_diverged_is_infinitely_far():
    trainer = after_wgan_gp.build(SMOKE, IMAGES, "relativistic")
    trainer.averaged_generator.set_weights([np.full_like(w, np.nan) for w in trainer.averaged_generator.get_weights()])
    looks = after_wgan_gp.Looks(lambda samples: pytest.fail("measured"))
    looks.set_model(trainer)
    looks.on_epoch_end(0)
    assert looks.found == [[0, np.inf]]


def test_few_pictures_are_trained_on_for_as_many_steps(tmp_path, monkeypatch):
    monkeypatch.setattr(after_wgan_gp, "SAMPLES", 4)
    plan = replace(SMOKE, steps=20, steps_per_epoch=4)  # a pass over 24 images in batches of 8 is 3 steps
    data = IMAGES, lambda samples: 1.0, lambda samples: {}
    found = after_wgan_gp.run(plan, data, "GAN + R1", 0.25, 0, tmp_path, "few")
    assert [step for step, _ in found["looks"]] == [4, 8, 12, 16, 20]


@pytest.mark.slow
def test_every_method_has_a_step_that_takes_its_time():
    took = after_wgan_gp.step_milliseconds(SMOKE, IMAGES, rounds=1, steps=1)
    assert list(took) == list(METHODS) and all(0 < one < np.inf for one in took.values())


@pytest.mark.slow
def test_every_run_is_made_once_at_the_better_rate(tmp_path, monkeypatch):
    monkeypatch.setattr(after_wgan_gp, "SAMPLES", 40)
    monkeypatch.setattr(after_wgan_gp, "LOOKED_AT", 40)
    monkeypatch.setattr(after_wgan_gp, "LOOKS", 2)
    monkeypatch.setattr(after_wgan_gp, "METHODS", {name: METHODS[name] for name in ("WGAN-GP", "R3GAN's loss")})
    found = after_wgan_gp.runs(SMOKE, 4, 2, tmp_path)
    for method, searched in found["searched"].items():
        better = float(min(searched, key=searched.get))
        for name, measure in (("digits", "frechet"), ("emoji", "patches")):
            several = found[name][method]
            assert [one["seed"] for one in several] == [0, 1]
            assert {one["factor"] for one in several} == {better}
            assert all([step for step, _ in one["looks"]] == [2, 4] and one[measure] > 0 for one in several)
    assert len(list(tmp_path.glob("*.png"))) == 2 * (3 + 2)
    monkeypatch.setattr(after_wgan_gp, "build", lambda *_, **__: pytest.fail("trained again"))
    assert after_wgan_gp.runs(SMOKE, 4, 2, tmp_path) == found


def test_real_pictures_are_nearer_than_noise():
    floors = after_wgan_gp.real_against_real()
    assert floors["digits"] < 10
    noise = np.random.default_rng(0).uniform(-1, 1, (200, 32, 32, 3)).astype("float32")
    assert floors["emoji"] < after_wgan_gp.SETS["emoji"]()[1](noise) / 3
