"""benchmarks/weight_clipping.py: what it counts, how it starts a critic inside the box, and its shipped record."""

import numpy as np
import pytest
from weight_clipping import CLIP, RUNS, SEEDS, STEPS, all_weights, build, start_inside, where_weights_stand

import wganlib as wl
from wganlib.course.records import load_record


def test_weights_that_came_left_and_never_moved_are_told_apart():
    #                 cut, stays   cut, leaves  inside, comes  inside, moves  inside, rests
    first = np.array([0.5, -0.5, 0.02, 0.03, -0.04])
    last = np.array([0.1, -0.02, -0.1, 0.01, -0.04])
    found = where_weights_stand(first, last, c=0.1)
    assert found == {"first_clip": 0.4, "end": 0.4, "came": 0.2, "left": 0.2, "never_moved": 0.4}


def test_a_critic_that_starts_inside_is_left_alone_by_the_first_clip():
    critic = wl.make_mlp_critic((2,), (64, 64))
    start_inside(critic, 0.1, seed=1)
    weights = all_weights(critic)
    assert np.abs(weights).max() <= 0.1
    stand = where_weights_stand(weights, weights, 0.1)
    assert stand["never_moved"] == 1 and stand["first_clip"] < 0.03


@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_what_its_name_says(name):
    trainer = build(*RUNS[name], seed=0)
    assert type(trainer).__name__ == name.split(",")[0]
    assert trainer.n_critic == (5 if type(trainer) is wl.WGAN and "n_critic 1" not in name else 1)
    normalised = any("batch_normalization" in layer.name for layer in trainer.generator._flatten_layers())
    assert normalised == ("DCGAN" in name)
    inside = np.abs(all_weights(trainer.critic)).max() <= CLIP
    assert inside == ("inside" in name)


def test_the_shipped_record_has_every_run_under_every_seed():
    record = load_record("weight_clipping")
    assert tuple(record["steps"]) == STEPS and record["clip"] == CLIP
    assert list(record["runs"]) == list(RUNS)
    for name, runs in record["runs"].items():
        assert [one["seed"] for one in runs] == list(SEEDS)
        for one in runs:
            assert len(one["frechet"]) == len(STEPS) == 1 + len(one["estimates"])
            assert min(one["frechet"]) > 0 and 1 <= one["classes"] <= 10
            if name.startswith("WGAN"):
                stand = one["weights"]
                balance = stand["first_clip"] + stand["came"] - stand["left"]
                assert stand["end"] == pytest.approx(balance, abs=1e-3)
                assert (stand["first_clip"] < 0.03) == ("inside" in name)
