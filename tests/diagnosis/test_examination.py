"""What is found inside a trainer: small ones with one mistake each, alive, not a record of them."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import record_health_runs
import tensorflow as tf

import wganlib as wl
from wganlib.training.recipes import SMOKE


@pytest.fixture(scope="module")
def points():
    return record_health_runs.points()[:2000]


def small(cls=wl.WGANGP, last=None, critic_layers=(), **options):
    keras.utils.set_random_seed(0)
    generator = wl.make_mlp_generator(3, (2,), (8,), output=None)
    layers = [keras.Input((2,)), keras.layers.Dense(8), *critic_layers, keras.layers.LeakyReLU()]
    critic = keras.Sequential([*layers, keras.layers.Dense(1, **(last or {}))])
    trainer = cls(generator, critic, **({"n_critic": 2} | options))
    trainer.compile(jit_compile=False, run_eagerly=True)
    return trainer


def found_in(trainer, points):
    return wl.diagnose({"wasserstein": np.linspace(2, 1, 50)}, trainer, points).found


@pytest.mark.parametrize(
    "make, verdict",
    [
        (lambda: small(), None),
        (lambda: small(wl.WGAN, clip=10.0), None),
        (lambda: small(critic_layers=[keras.layers.LayerNormalization()]), None),
        (lambda: small(record_health_runs.PenaltyByHand), None),
        (lambda: small(critic_layers=[keras.layers.Dropout(0.2)]), None),
        (lambda: small(record_health_runs.NormalAlpha), "mismeasured"),
        (lambda: small(record_health_runs.AlphaPerPixel), "mismeasured"),
        (lambda: small(record_health_runs.WrongAxis), None),  # on points (n, 2) axis −1 is the right one
        (lambda: small(record_health_runs.InferencePenalty, critic_layers=[keras.layers.Dropout(0.2)]), "mismeasured"),
        (lambda: small(record_health_runs.InferencePenalty), None),  # no layer knows a difference
        (lambda: small(critic_layers=[keras.layers.BatchNormalization()], allow_batch_norm=True), "coupled"),
        (lambda: small(record_health_runs.NeverClipped, clip=0.01), "unclipped"),
        (lambda: small(record_health_runs.FrozenLatent), "stale"),
        (lambda: small(record_health_runs.SameReal), "stale"),
        (lambda: small(last={"activation": "sigmoid"}), "saturated"),
    ],
)
def test_the_examination_names_the_cause_before_training(make, verdict, points):
    causes = {"mismeasured", "coupled", "unclipped", "stale", "saturated"}
    assert causes & set(found_in(make(), points)) == ({verdict} if verdict else set())


def test_a_penalty_on_a_part_of_the_batch_is_examined(points):
    found = wl.examine(small(gp_every=4), points)
    assert found.off_line < 1e-5 and found.outside == 0 and found.shared_alpha is False
    assert found.reported_slope == pytest.approx(found.slope_there, rel=1e-3)
    assert "mismeasured" in found_in(small(record_health_runs.NormalAlpha, gp_every=4), points)


def test_the_slope_is_taken_on_augmented_samples():
    images = np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
    plain, augmented = (
        wl.examine(replace(SMOKE, augment=augment, gp_every=1).build(images), images) for augment in ((), ("cutout",))
    )
    assert augmented.slope != plain.slope and augmented.off_line < 1e-5
    assert (augmented.spread, augmented.crowding) == (plain.spread, plain.crowding)


def test_one_alpha_for_the_batch_is_seen(points):
    class OneAlpha(wl.WGANGP):
        def draw_alpha(self, count, draw=0, step=None):
            return tf.fill((count,), tf.random.uniform(()))

    exam = wl.examine(small(OneAlpha), points)
    assert exam.shared_alpha and exam.outside == 0


def test_weights_that_are_not_finite_are_seen(points):
    trainer = small()
    trainer.critic.set_weights([np.full_like(w, np.nan) for w in trainer.critic.get_weights()])
    assert found_in(trainer, points)[0] == "nan"


def test_the_slope_is_that_of_a_linear_critic(points):
    generator = wl.make_mlp_generator(3, (2,), (8,), output=None)
    critic = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    critic.set_weights([np.array([[3.0], [4.0]]), np.zeros(1)])
    exam = wl.examine(wl.WGANGP(generator, critic, n_critic=1), points)
    assert exam.slope == pytest.approx(5, rel=1e-5) and exam.steepest == pytest.approx(5, rel=1e-5)
    assert exam.slope_there == pytest.approx(exam.reported_slope, rel=1e-5)
    assert exam.largest_weight == 4 and exam.repeated_real is None


def test_an_examination_changes_nothing(points):
    trainer = small(critic_layers=[keras.layers.BatchNormalization(), keras.layers.Dropout(0.2)], allow_batch_norm=True)
    critic, before = trainer.critic, [variable.numpy() for variable in trainer.variables]
    first = wl.examine(trainer, points)
    assert trainer.critic is critic
    for variable, value in zip(trainer.variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    assert wl.examine(trainer, points) == first


@pytest.mark.slow
def test_a_training_and_its_report(points):
    trainer = small(record_health_runs.WrongSign)
    history = keras.callbacks.History()
    trainer.fit(wl.batches(points, trainer, 64), epochs=2, verbose=0, callbacks=[history])
    report = wl.diagnose(history, trainer, points)
    assert report.verdict == "too short" and "2 values" in report.evidence[0]


def test_bad_evidence_is_refused(points):
    curves = {"wasserstein": np.ones(50)}
    for arguments, words in [
        ({"trainer": small()}, "`real` must be the real samples"),
        ({"samples": points}, "`real` must be the real samples"),
        ({"trainer": small(), "real": points, "samples": points}, "not both"),
        ({"trainer": "gan", "real": points}, "`trainer` must be .*Received: 'gan'"),
        ({"trainer": small(), "real": points[:3]}, "`real` must be at least 16 samples.*Received: 3"),
        ({"trainer": small(), "real": np.ones((50, 3))}, r"\(3,\)"),
        ({"real": points, "samples": points[:3]}, r"at least 16 samples each.*\(3, 2\)"),
        ({"real": points, "samples": np.ones((50, 3))}, r"\(50, 3\)"),
    ]:
        with pytest.raises(ValueError, match=words):
            wl.diagnose(curves, **arguments)
