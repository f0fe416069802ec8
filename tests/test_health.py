"""The health report against recorded runs (benchmarks/record_health_runs.py), small live trainings and bad input."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import wganlib as wl
from wganlib.examination import Examination
from wganlib.health import ADVICE, VERDICTS
from wganlib.widgets.clinic import load_clinic

ROOT = Path(__file__).resolve().parents[1]
spec = importlib.util.spec_from_file_location("record_health_runs", ROOT / "benchmarks" / "record_health_runs.py")
recorder = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recorder)

RECORDED = load_clinic()
SICK = [name for name, (_, _, expected) in RECORDED.items() if expected != "healthy"]
WELL = [name for name in RECORDED if name not in SICK]


def test_the_record_holds_all_runs_with_the_verdicts_that_are_right():
    assert {name: expected for name, (_, _, expected) in RECORDED.items()} == {
        name: expected for name, (_, expected) in recorder.RUNS.items()
    }
    assert len(SICK) == 12 + 2 and len(WELL) == 10


@pytest.mark.parametrize("name", SICK)
def test_a_broken_run_gets_its_name(name):
    curves, examination, expected = RECORDED[name]
    report = wl.diagnose(curves, examination)
    assert report.verdict == expected, str(report)
    assert report.advice


@pytest.mark.parametrize("name", WELL)
def test_a_healthy_run_raises_no_alarm(name):
    curves, examination, _ = RECORDED[name]
    report = wl.diagnose(curves, examination)
    assert report.found == ("healthy",) and not report.advice, str(report)
    for seen in range(20, len(curves["critic_loss"]) + 1, 10):  # nor at any time on the way
        part = wl.diagnose({curve: values[:seen] for curve, values in curves.items()})
        assert part.found == ("healthy",), f"after {seen} values: {part}"


def test_the_full_laptop_recipe_on_digits_raises_no_alarm():
    curves = dict(np.load(ROOT / "tests" / "laptop_run.npz"))
    assert len(curves["wasserstein"]) >= 500
    for tenths in range(2, 11):  # nor at any time on the way
        part = {name: values[: len(values) * tenths // 10] for name, values in curves.items()}
        assert wl.diagnose(part).found == ("healthy",), tenths


@pytest.mark.parametrize(
    "name, says",
    [
        ("never clipped", "diverging"),
        ("wrong sign", "diverging"),
        ("BatchNorm in the critic", "diverging"),
        ("momentum too high", "oscillating"),
        ("no ε", "nan"),
        ("α per pixel", "healthy"),  # no curve shows it: this is why the trainer can be examined
    ],
)
def test_what_the_curves_say_alone(name, says):
    assert wl.diagnose(RECORDED[name][0]).verdict == says


# Live: the trainer, not a record of it.


@pytest.fixture(scope="module")
def points():
    return recorder.points()[:2000]


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
        (lambda: small(recorder.PenaltyByHand), None),
        (lambda: small(critic_layers=[keras.layers.Dropout(0.2)]), None),
        (lambda: small(recorder.NormalAlpha), "mismeasured"),
        (lambda: small(recorder.AlphaPerPixel), "mismeasured"),
        (lambda: small(recorder.WrongAxis), None),  # on points (n, 2) axis −1 is the right one
        (lambda: small(recorder.InferencePenalty, critic_layers=[keras.layers.Dropout(0.2)]), "mismeasured"),
        (lambda: small(recorder.InferencePenalty), None),  # no layer knows a difference
        (lambda: small(critic_layers=[keras.layers.BatchNormalization()], allow_batch_norm=True), "coupled"),
        (lambda: small(recorder.NeverClipped, clip=0.01), "unclipped"),
        (lambda: small(recorder.FrozenLatent), "stale"),
        (lambda: small(recorder.SameReal), "stale"),
        (lambda: small(last={"activation": "sigmoid"}), "saturated"),
    ],
)
def test_the_examination_names_the_cause_before_training(make, verdict, points):
    causes = {"mismeasured", "coupled", "unclipped", "stale", "saturated"}
    assert causes & set(found_in(make(), points)) == ({verdict} if verdict else set())


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


def test_a_training_and_its_report(points):
    trainer = small(recorder.WrongSign)
    history = keras.callbacks.History()
    trainer.fit(wl.batches(points, trainer, 64), epochs=2, verbose=0, callbacks=[history])
    report = wl.diagnose(history, trainer, points)
    assert report.verdict == "too short" and "2 values" in report.evidence[0]


# Curves whose trouble is known by their making.


def test_a_collapse_needs_samples(points):
    steady = {"critic_loss": np.full(300, 1.2), "generator_loss": np.full(300, 0.8)}
    assert wl.diagnose(steady).verdict == "healthy"
    assert wl.diagnose(steady, real=points, samples=points[::-1]).verdict == "healthy"
    one_mode = np.tile(points[:1], (500, 1)) + 1e-3
    assert wl.diagnose(steady, real=points, samples=one_mode).verdict == "collapsed"
    two_modes = points[:2].repeat(250, axis=0)
    report = wl.diagnose(steady, real=points, samples=two_modes)
    assert report.verdict == "collapsed" and "0.000 times" in report.evidence[0]
    assert wl.diagnose(steady, real=points, samples=np.full((20, 2), np.nan)).verdict == "nan"


def test_a_sure_discriminator_is_named():
    curves = {"critic_loss": np.geomspace(1.4, 1e-3, 100), "generator_loss": np.linspace(0.7, 9, 100)}
    assert wl.diagnose(curves).verdict == "saturated"
    assert wl.diagnose({**curves, "critic_loss": np.linspace(1.4, 0.9, 100)}).verdict == "healthy"


def test_a_flat_and_a_steep_critic():
    level = np.linspace(2, 1, 300)
    flat = {"wasserstein": level, "gradient_norm": np.full(300, 0.3), "gradient_penalty": np.full(300, 0.5)}
    assert wl.diagnose(flat).verdict == "flat"
    exam = Examination("WGANGP", slope=1.05, steepest=1.5, gp_weight=10.0)
    assert wl.diagnose({"wasserstein": level}, exam).verdict == "healthy"
    assert wl.diagnose({"wasserstein": level}, replace(exam, slope=1.9)).verdict == "steep"
    # With a weak penalty that slope is what the spring allows: 1 + W / (2 λ).
    assert wl.diagnose({"wasserstein": level}, replace(exam, slope=1.9, gp_weight=0.5)).verdict == "healthy"


def test_nan_goes_before_all_else_and_is_dated():
    curves = {"wasserstein": np.r_[np.geomspace(1, 1e6, 99), np.nan], "critic_loss": np.ones(100)}
    report = wl.diagnose(curves)
    assert report.found == ("nan",) and "from value 100 of 100" in report.evidence[0]


def test_a_report_can_be_read():
    report = wl.diagnose(*RECORDED["never clipped"][:2])
    text = str(report)
    assert text.startswith("verdict: unclipped (also diverging)")
    assert all(sentence in text for sentence in report.evidence)
    page = wl.diagnose(*RECORDED["α from a normal"][:2])._repr_html_()
    assert "<b>verdict: mismeasured</b>" in page and page.count("<li>") == page.count("</li>") >= 2


def test_every_verdict_has_its_advice():
    assert set(ADVICE) == set(VERDICTS)
    assert [verdict for verdict, advice in ADVICE.items() if advice is None] == ["healthy"]


@pytest.mark.parametrize(
    "history, words",
    [
        ({}, "Nothing was recorded"),
        (wl.IterationHistory(), "Nothing was recorded"),
        (keras.callbacks.History(), "History"),
        (5, "5"),
        ({"d_loss": [1.0], "g_loss": [1.0]}, "'d_loss', 'g_loss'"),
        ({"wasserstein": ["a"]}, "list of numbers"),
        ({"wasserstein": [[1.0]]}, "list of numbers"),
        ({"wasserstein": []}, "at least one"),
        ({"wasserstein": [1.0, 2.0], "critic_loss": [1.0]}, "one length"),
    ],
)
def test_bad_curves_are_refused(history, words):
    with pytest.raises(ValueError, match=words):
        wl.diagnose(history)


def test_bad_evidence_is_refused(points):
    curves = {"wasserstein": np.ones(50)}
    for arguments, words in [
        ({"trainer": small()}, "real is needed"),
        ({"samples": points}, "real is needed"),
        ({"trainer": small(), "real": points, "samples": points}, "both came"),
        ({"trainer": "gan", "real": points}, "'gan' is none"),
        ({"trainer": small(), "real": points[:3]}, "At least 16"),
        ({"trainer": small(), "real": np.ones((50, 3))}, r"\(3,\)"),
        ({"real": points, "samples": points[:3]}, "At least 16"),
        ({"real": points, "samples": np.ones((50, 3))}, r"\(50, 3\)"),
    ]:
        with pytest.raises(ValueError, match=words):
            wl.diagnose(curves, **arguments)
