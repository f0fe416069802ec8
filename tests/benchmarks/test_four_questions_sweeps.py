"""The sweeps behind chapter 12: runs that are kept, equal compute, and how a critic's answers are judged."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import critic_steps
import four_questions
import numpy as np
import pytest
import tensorflow as tf
from kept_runs import kept, rounded
from text import build, tells
from text_crossed import KINDS
from toy_training import MODES, POINTS, ToyTraining, reference

import wganlib as wl
from wganlib.course.records import load_record

pytestmark = pytest.mark.slow


def test_a_kept_run_is_not_made_again(tmp_path):
    calls = []

    def make():
        calls.append(1)
        return {"w": [0.5]}

    assert kept(tmp_path / "sweep", "one", make) == kept(tmp_path / "sweep", "one", make) == {"w": [0.5]}
    assert len(calls) == 1
    kept(tmp_path / "sweep", "two", make)
    assert len(calls) == 2


def test_rounding_to_significant_digits():
    assert rounded({"a": [1.23456, 12345.6], "b": (3, "x", 0.00012345)}, 3) == {
        "a": [1.23, 12300.0],
        "b": [3, "x", 0.000123],
    }


def test_as_many_reference_points_at_each_mode():
    points = reference(3)
    nearest = np.argmin(((points[:, None] - MODES.centres) ** 2).sum(-1), axis=1)
    np.testing.assert_array_equal(np.bincount(nearest), POINTS // 8)


@pytest.mark.parametrize("method", ["gradient_penalty", "clipping"])
def test_a_toy_run_is_repeatable_and_its_parts_join(method):
    """One call of four steps equals two of two; and the critic of clipping is clipped."""
    training = ToyTraining(method, width=4)

    def weights(*stops):
        training.begin(1, 1e-3, 2e-3)
        for first, last in pairwise(stops):
            training.train(*(np.int32(number) for number in (first, last, 2, 1)))
        return [w.copy() for network in (training.generator, training.critic) for w in network.get_weights()]

    at_once, in_parts = weights(0, 4), weights(0, 2, 4)
    for a, b in zip(at_once, in_parts, strict=True):
        np.testing.assert_array_equal(a, b)
    assert [int(optimizer.iterations) for optimizer in training.optimizers] == [4, 8]
    if method == "clipping":
        assert max(np.abs(w).max() for w in training.critic.get_weights()) <= np.float32(training.clip)


def test_every_rule_stops_at_the_same_compute():
    training = ToyTraining("gradient_penalty", width=4)
    compute = training.flops(1) * 1000
    for n_critic, _ in critic_steps.RULES:
        steps = compute // training.flops(n_critic)
        assert steps * training.flops(n_critic) <= compute < (steps + 1) * training.flops(n_critic)


class Critic:
    def predict(self, values, **options):
        return np.asarray(values, float)[:, None]


def test_how_well_a_critic_tells():
    for real, fake, share in (([2, 3], [0, 1], 1), ([0, 1], [2, 3], 0), ([1, 1], [1, 1], 0.5), ([1, 4], [0, 2], 0.75)):
        np.testing.assert_allclose(tells(Critic(), real, fake), share)


def test_loss_and_penalty_are_crossed():
    """The same critic, batch and draw: a kind's loss is one of two, with the penalty's part or without it."""
    rng = np.random.default_rng(0)
    real, fake = (tf.constant(rng.dirichlet(np.ones(30), (8, 5)), tf.float32) for _ in range(2))
    losses, penalties = {}, {}
    for name, kind in KINDS.items():
        trainer = build(kind, length=5, filters=4, jit_compile=False)
        loss, logs = trainer.critic_loss(real, fake, 0)
        losses[name], penalties[name] = float(loss), 10 * float(logs.get("gradient_penalty", 0))
        values = trainer.critic(real), trainer.critic(fake)
    wasserstein, cross_entropy = (
        wl.losses.wasserstein_critic_loss(*values),
        wl.losses.minimax_discriminator_loss(*values),
    )
    assert penalties["WGAN-GP"] == penalties["GAN + penalty"] > 0
    for penalized, free, expected in (
        ("WGAN-GP", "Wasserstein loss alone", wasserstein),
        ("GAN + penalty", "standard GAN", cross_entropy),
    ):
        np.testing.assert_allclose(losses[free], expected, rtol=1e-5)
        np.testing.assert_allclose(losses[penalized], expected + penalties[penalized], rtol=1e-5)
    assert trainer.clip is None


def test_a_part_measured_anew_leaves_the_others(tmp_path, monkeypatch):
    record = Path(shutil.copy(four_questions.RECORD, tmp_path))
    monkeypatch.setattr(four_questions, "RECORD", record)
    monkeypatch.setattr("sys.argv", ["four_questions.py", "--only", "text_crossed", "--work", str(tmp_path)])
    monkeypatch.setattr("text_crossed.measure", lambda quick, work: {"steps": 7})
    four_questions.main()
    written, shipped = json.loads(record.read_text(encoding="utf-8")), load_record("four_questions")
    assert written.pop("text_crossed") == {"date": written["date"], "steps": 7}
    for part in ("critic_steps", "critic_depth", "lipschitz", "text"):
        assert written[part] == shipped[part]
