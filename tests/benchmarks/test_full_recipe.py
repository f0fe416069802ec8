"""benchmarks/full_recipe.py and on_gpu.py: small runs of the kind that they make. Nothing is timed here."""

import json
from dataclasses import replace

import build_generator
import full_recipe
import keras
import on_gpu
import pytest
from quality import step_times

import wganlib as wl
from wganlib.training.recipes import SMOKE

TINY = replace(SMOKE, name="tiny", steps=4, steps_per_epoch=2)


@pytest.fixture
def digits(monkeypatch):
    """Few of them, and few samples beside them."""
    monkeypatch.setattr(full_recipe, "SAMPLES", 40)
    return wl.load_digits(source="sample")[:40], wl.load_digits("test", source="sample")[:40]


@pytest.mark.slow
def test_a_run_is_measured_after_every_pass_and_made_once(digits, tmp_path, monkeypatch):
    found = full_recipe.train(TINY, 1, *digits, tmp_path)
    assert [step for step, _ in found["rows"]] == [2, 4] and found["seed"] == 1
    assert found["rows"][-1][1] == pytest.approx(found["end"]["frechet"], rel=1e-6)
    kept = wl.load_pretrained(full_recipe.generator_path(tmp_path, 1))
    assert kept.output_shape == (None, 28, 28, 1)
    monkeypatch.setattr(type(TINY), "build", lambda *_, **__: pytest.fail("trained again"))
    assert full_recipe.train(TINY, 1, *digits, tmp_path) == found


def test_the_generator_that_ships_is_the_median_seeds(tmp_path):
    for seed, distance in enumerate((3.0, 5.0, 4.0)):
        run = {"end": {"frechet": distance}}
        (tmp_path / f"seed_{seed}.json").write_text(json.dumps(run))
    runs = build_generator.ended_runs(tmp_path, "seed_*.json")

    def distance(run):
        return run["end"]["frechet"]

    assert build_generator.chosen_run(runs, distance)["seed"] == 2
    assert build_generator.chosen_run(runs, distance, seed=1)["seed"] == 1
    with pytest.raises(SystemExit, match="full_recipe"):
        build_generator.chosen_run(runs, distance, seed=7)


def test_real_digits_are_sure_and_of_every_class(digits):
    found = full_recipe.measures(*digits)
    assert found["sure"] > 0.9 and sum(found["class_shares"]) == pytest.approx(1)
    assert found["frechet"] > 0 and 0 < found["recall"] <= 1


@pytest.mark.slow
def test_a_gpus_part_times_every_way_and_makes_a_whole_run(digits, tmp_path, monkeypatch):
    monkeypatch.setattr(step_times, "SECONDS", 0.01)
    monkeypatch.setattr(on_gpu, "WAYS", {way: on_gpu.WAYS[way] for way in ("eager", "graph")})
    rows = on_gpu.steps_of([TINY], tmp_path)
    assert [row["way"] for row in rows] == list(on_gpu.WAYS)
    assert all(row["milliseconds"] > 0 and row["tflop_per_second"] > 0 for row in rows) and json.dumps(rows)
    assert keras.config.dtype_policy().name == "float32"
    run = on_gpu.whole_run(TINY, *digits, tmp_path)
    assert run["minutes"] > 0 and on_gpu.whole_run(TINY, *digits, tmp_path) == run


def test_a_gpus_part_builds_what_it_times():
    trainer, batch_size = on_gpu.prepared(TINY, *on_gpu.WAYS["XLA, mixed_float16"])((28, 28, 1), 0)
    assert trainer.jit_compile and trainer.critic.compute_dtype == "float16" and batch_size == TINY.batch_size
    assert isinstance(trainer.critic_optimizer, keras.optimizers.LossScaleOptimizer)
