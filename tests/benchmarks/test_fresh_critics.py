"""benchmarks/fresh_critics.py: what a reading is, when snapshots are kept, what is found on one, and its record."""

import fresh_critics
import keras
import numpy as np
import pytest

import wganlib as wl
from wganlib.course.records import load_record


class Fit:
    """A critic D(x) = w · x whose w grows by what is listed, one number a call."""

    def __init__(self, weights):
        self.critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        self.weights, self.updates = list(weights), 0

    def train(self, steps):
        self.updates += steps
        self.critic.set_weights([np.array([[self.weights.pop(0)]])])


def test_the_held_out_samples_that_choose_are_not_those_that_are_read():
    ones, zeros = np.ones((5, 1), np.float32), np.zeros((5, 1), np.float32)
    fit = Fit([1, 3, 2, -1])
    assert fresh_critics.best_reading(fit, (ones, zeros), (4 * ones, zeros), updates=40) == pytest.approx(12)
    assert fit.updates == 40
    # The samples that are read would have chosen the last.
    found = fresh_critics.best_reading(Fit([1, 3, 2, -1]), (ones, zeros), (-ones, zeros), updates=40)
    assert found == pytest.approx(-3)


def test_snapshots_are_kept_at_their_steps(tmp_path):
    digits = wl.load_digits(source="sample", verbose=False)[:64]
    plan = fresh_critics.replace(fresh_critics.recipe(20), batch_size=4, generator_filters=4, critic_filters=2)
    found = fresh_critics.train(plan, digits, 0, tmp_path)
    assert found["step"] == sorted({max(1, round(share * 20)) for share in fresh_critics.AT})
    names = {f"{network} 20, 0, {step}.npz" for step in found["step"] for network in ("generator", "critic")}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert np.isfinite(found["wasserstein"]).all() and len(found["generator_loss"]) == len(found["step"])


def test_the_recipe_is_a_quarter_of_the_laptops():
    plan, laptop = fresh_critics.recipe(fresh_critics.STEPS), wl.recipe("laptop")
    for name in ("generator_filters", "critic_filters", "critic_hidden_units"):
        assert 4 * getattr(plan, name) == getattr(laptop, name)
    assert plan.in_whole_epochs(10_000).steps == fresh_critics.STEPS == 10 * plan.steps_per_epoch


def test_a_snapshot_is_looked_at_by_fresh_critics_and_the_runs_own(tmp_path, monkeypatch):
    monkeypatch.setattr(fresh_critics, "HELD_OUT", 10)
    digits, test_digits = (wl.load_digits(split, "sample", verbose=False)[:80] for split in ("train", "test"))
    plan = fresh_critics.replace(fresh_critics.recipe(2), batch_size=4)
    fresh_critics.train(plan, digits, 0, tmp_path)
    found = fresh_critics.look(plan, digits, test_digits[:20], 0, 2, tmp_path, updates=4)
    assert len(found["fresh"]) == 2 and len({*found["fresh"], found["own"]}) == 3
    assert np.isfinite([*found["fresh"], found["own"], found["frechet"]]).all()


def test_the_shipped_record_has_every_snapshot_under_every_seed():
    record = load_record("fresh_critics")
    assert [run["seed"] for run in record["runs"]] == list(fresh_critics.SEEDS)
    for run in record["runs"]:
        assert run["step"] == [max(1, round(share * record["steps"])) for share in fresh_critics.AT]
        for name in ("frechet", "wasserstein", "generator_loss", "fresh", "own"):
            assert len(run[name]) == len(run["step"]) and np.isfinite(run[name]).all()
        assert np.shape(run["fresh"]) == (len(run["step"]), len(fresh_critics.CRITICS))
