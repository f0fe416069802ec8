"""The sweeps behind chapter 12: runs that are kept, equal compute, and how a critic's answers are judged."""

from itertools import pairwise

import critic_steps
import numpy as np
import pytest
from kept_runs import kept, rounded
from text import tells
from toy_training import MODES, POINTS, ToyTraining, reference

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
