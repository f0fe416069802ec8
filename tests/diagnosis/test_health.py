"""The health report against recorded runs (benchmarks/record_health_runs.py), small live trainings and bad input."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import record_health_runs

import wganlib as wl
from wganlib.callbacks import CriticGap
from wganlib.course.widgets.clinic import load_clinic
from wganlib.diagnosis.examination import Examination
from wganlib.diagnosis.health import ADVICE, VERDICTS

RECORDED = load_clinic()
SICK = [name for name, (_, _, expected) in RECORDED.items() if expected != "healthy"]
WELL = [name for name in RECORDED if name not in SICK]


def test_the_record_holds_all_runs_with_the_verdicts_that_are_right():
    assert {name: expected for name, (_, _, expected) in RECORDED.items()} == {
        name: expected for name, (_, expected) in record_health_runs.RUNS.items()
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
    curves = dict(np.load(Path(__file__).with_name("laptop_run.npz")))
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


@pytest.fixture(scope="module")
def points():
    return record_health_runs.points()[:2000]


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


def looked(seen, unseen, error=0.1):
    """A CriticGap that has seen this."""
    gap = CriticGap(np.zeros((2, 2)), np.zeros((2, 2)))
    gap.set_state({"looks": np.stack([np.arange(len(seen)), seen, unseen, np.full(len(seen), error)], axis=1)})
    return gap


def test_overfitting_needs_held_out_samples():
    curves, level = {"wasserstein": np.linspace(2, 1, 300)}, np.full(10, 3.0)
    assert wl.diagnose(curves, gap=looked(level, level - 0.2)).verdict == "healthy"
    report = wl.diagnose(curves, gap=looked(level, np.linspace(3, 1.5, 10)))
    assert report.verdict == "overfitting" and report.advice and "3 on training samples" in report.evidence[0]
    # The same gap may be the choice of the samples; and one that has closed again is none.
    assert wl.diagnose(curves, gap=looked(level, np.linspace(3, 1.5, 10), error=1.0)).verdict == "healthy"
    assert wl.diagnose(curves, gap=looked(level, np.linspace(1.5, 3, 10))).verdict == "healthy"
    # A share is said where there is one: held-out samples that seem less real than generated ones leave none.
    for seen in (1.0, 0.0, -1.0):
        (said,) = wl.diagnose(curves, gap=looked(np.full(10, seen), np.full(10, -5.0))).evidence
        assert "all of it, and more, is known by heart" in said
    # An estimate that rises on training samples alone, and one that rises on all.
    rising = {"wasserstein": np.linspace(1, 8, 300)}
    report = wl.diagnose(rising, gap=looked(np.linspace(1, 8, 10), level, error=9))
    assert report.found == ("overfitting",) and "training samples alone" in report.evidence[-1]
    assert wl.diagnose(rising, gap=looked(np.linspace(1, 8, 10), np.linspace(1, 7, 10))).verdict == "diverging"
    # Held-out samples that seem more real than those of the training.
    assert wl.diagnose(curves, gap=looked(level, level + 2)).verdict == "healthy"


def test_a_gap_that_was_not_looked_for_is_refused():
    for gap in (CriticGap(np.zeros((2, 2)), np.zeros((2, 2))), "gap", [1.0]):
        with pytest.raises(ValueError, match="`gap` must"):
            wl.diagnose({"wasserstein": np.ones(30)}, gap=gap)


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
