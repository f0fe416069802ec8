"""benchmarks/article_004.py: its loop is the article's, and each run changes one thing."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from article_004 import ARTICLE, BATCH, CHANGES, LOOKS, MENDED, PARTS, SEEDS, STEPS, Looks, build, run, settings

import wganlib as wl
from wganlib.course.records import load_record


@pytest.fixture(scope="module")
def digits():
    return wl.load_digits(source="sample", verbose=False)


def trained(digits, steps=2, **changes):
    """All weights after so many steps of the article's settings with these changes."""
    trainer = build(ARTICLE | changes, seed=0)
    trainer.fit(wl.batches(digits, trainer, BATCH, steps_per_epoch=steps), verbose=0)
    return [np.asarray(variable) for variable in trainer.variables]


def test_each_run_changes_one_setting_and_each_setting_but_epsilon_has_its_run():
    changed = {name: {key for key, value in settings(name).items() if value != ARTICLE[key]} for name in CHANGES}
    assert changed.pop("article 004") == set()
    assert all(len(one) == 1 for one in changed.values())
    assert set().union(*changed.values()) == set(MENDED) == set(ARTICLE) - {"epsilon"}


def test_epsilon_moves_no_weight(digits):
    for one, other in zip(trained(digits), trained(digits, epsilon=wl.losses.EPSILON), strict=True):
        np.testing.assert_array_equal(one, other)


def test_with_one_tape_the_generator_follows_the_fakes_and_the_critic_of_the_critics_update(digits):
    plain = ARTICLE | {"dropout": 0.0, "norm": None}
    trainer = build(plain, seed=0)
    trainer.compile(*(keras.optimizers.SGD(0.1) for _ in range(2)), run_eagerly=True)
    real = next(iter(wl.batches(digits, trainer, BATCH, steps_per_epoch=1)))
    weights = trainer.generator.trainable_variables
    before = [np.asarray(variable) for variable in weights]
    with tf.GradientTape() as tape:
        fake = trainer.make_samples(trainer.draw_latent(BATCH, 0))
        loss = -tf.reduce_mean(trainer.critic(fake))
    expected = [old - 0.1 * np.asarray(slope) for old, slope in zip(before, tape.gradient(loss, weights), strict=True)]
    trainer.train_step(real)
    for variable, value in zip(weights, expected, strict=True):
        np.testing.assert_allclose(variable, value, rtol=1e-4, atol=1e-6)


def test_a_look_changes_nothing(digits):
    trainer = build(ARTICLE, seed=0)
    looks = Looks(digits[:8])
    looks.set_model(trainer)
    before = [weight for network in (trainer.generator, trainer.critic) for weight in network.get_weights()]
    looks.on_epoch_end(0)
    after = [weight for network in (trainer.generator, trainer.critic) for weight in network.get_weights()]
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    (found,) = looks.found
    assert found["training"] != found["inference"]


@pytest.mark.slow
def test_a_run_says_what_the_record_needs(monkeypatch):
    monkeypatch.setattr("article_004.COUNT", 20)
    found = run("n_critic 2", 2 * LOOKS, 0)
    assert [look["step"] for look in found["looks"]] == list(range(2, 2 * LOOKS + 1, 2))
    assert set(found["curves"]) == set(wl.WGANGP.logged) and found["frechet"] > 0


def test_the_shipped_record_has_every_run_under_every_seed():
    record = load_record("article_004")
    assert record["steps"] == STEPS and list(record["runs"]) == list(CHANGES)
    for runs in record["runs"].values():
        assert [one["seed"] for one in runs] == list(SEEDS)
        for one in runs:
            assert len(one["looks"]) == LOOKS and one["frechet"] > 0
            assert all(len(curve) == PARTS and np.isfinite(curve).all() for curve in one["curves"].values())
