"""benchmarks/time_to_quality.py: its plan, and one small run of the kind it makes. Nothing is timed here."""

import importlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import time_to_quality
from quality import step_times
from quality.published import PUBLISHED
from quality.run import MARKS, QualityCurve, measured_steps, run
from quality.sets import over_photograph
from quality.tables import RECIPE, as_markdown, sooner, summary_table

import wganlib as wl
from wganlib.course.records import load_record
from wganlib.training.recipes import FIRST_LAPTOP, LAPTOP, SMOKE

TINY = replace(SMOKE, steps=6)


def test_the_choices_lead_from_the_first_settings_to_the_recipe():
    recipe = FIRST_LAPTOP
    for change in time_to_quality.CHOICES.values():
        recipe = replace(recipe, **change)
    other = {"name", "steps", "steps_per_epoch"}
    found, wanted = ({k: v for k, v in asdict(made).items() if k not in other} for made in (recipe, LAPTOP))
    assert found == wanted
    names = list(time_to_quality.CHOICES)
    assert (names[0], names[-1]) == (time_to_quality.FIRST, time_to_quality.LAST)


@pytest.mark.slow
def test_every_choice_sees_the_60_000_images_once():
    for planned in time_to_quality.plan(seeds=1):
        if planned.group == "choices":
            trainer, batch_size, steps = planned.make((28, 28, 1), 0)
            assert 0 <= 60_000 - steps * batch_size * trainer.n_critic < batch_size * trainer.n_critic


def test_runs_have_names_of_their_own_and_share_the_cost_of_equal_steps():
    everything = list(time_to_quality.plan(seeds=5))
    assert len({(planned.name, planned.seed) for planned in everything}) == len(everything)
    assert {planned.group for planned in everything} == set(time_to_quality.GROUPS)
    costs = {planned.step: [] for planned in everything}
    for planned in everything:
        costs[planned.step].append(planned.name)
    assert costs["longer average at 28×28×1"] == [
        "longer average",
        *["laptop recipe"] * 5,
        "laptop recipe on fashion_mnist",
    ]
    assert costs["first settings at 32×32×3"] == ["first settings on mnist_m"]


def test_digits_over_photograph_differ_from_the_photograph_where_ink_is():
    blank, inked = np.full((3, 28, 28, 1), -1, np.float32), np.full((3, 28, 28, 1), -1, np.float32)
    inked[:, 10:18, 10:18] = 1
    photograph, picture = over_photograph(blank, seed=4), over_photograph(inked, seed=4)
    assert photograph.shape == (3, 32, 32, 3) and photograph.dtype == np.float32
    ink = np.zeros((32, 32), bool)
    ink[12:20, 12:20] = True
    np.testing.assert_array_equal(picture[:, ~ink], photograph[:, ~ink])
    np.testing.assert_allclose(picture[:, ink], -photograph[:, ink], atol=1e-6)
    assert len({patch.tobytes() for patch in photograph}) == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("size", [(28, 28, 1), (32, 32, 3)])
def test_the_published_networks_fit_each_other_and_the_images(name, size):
    trainer, batch_size = PUBLISHED[name](size, 0)
    assert trainer.generator.output_shape[1:] == size == trainer.critic.input_shape[1:]
    assert batch_size in (50, 128, 512)


@pytest.mark.slow
def test_the_articles_own_penalty_trains():
    trainer, _ = PUBLISHED["article 004"]((28, 28, 1), 0)
    noise = np.random.default_rng(0).uniform(-1, 1, (2 * trainer.n_critic, 28, 28, 1)).astype("float32")
    history = trainer.fit(wl.batches(noise, trainer, 2), verbose=0).history
    assert all(np.isfinite(values[-1]) for values in history.values())
    assert "gradient_penalty" in history and int(trainer.step.numpy()) == 1


def test_samples_are_measured_at_the_marks_and_at_the_end():
    assert measured_steps(1.0, steps=100) == [15, 30, 60, 96, 100]
    assert measured_steps(2.0, limit=1800) == [round(mark / 2) for mark in MARKS]
    assert measured_steps(50.0, steps=1) == [1]


class Stopped(Exception):
    """What a reader's interrupt raises in the harness."""


@pytest.mark.slow
def test_a_run_that_was_stopped_ends_as_one_that_was_not_and_is_made_once(images, tmp_path):
    make, measured = time_to_quality.by_steps(TINY), []

    def distance(trainer):
        step = int(trainer.step.numpy())
        if stop_at == step and step not in measured:
            measured.append(step)
            raise Stopped
        measured.append(step)
        return float(np.sum(trainer.sample(2, seed=1)))

    def once(work):
        # 30 s a step: measured at every mark that is one, and saved every fourth step.
        return run("tiny", make, images, distance, 0, None, 30.0, work)

    stop_at = None
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    whole = once(tmp_path / "a")
    steps = [step for step, _ in whole["steps"]]
    assert steps == measured == [1, 2, 3, 4, 6] and whole["batch_size"] == TINY.batch_size
    stop_at, measured = 6, []
    with pytest.raises(Stopped):
        once(tmp_path / "b")
    assert once(tmp_path / "b")["steps"] == whole["steps"]
    assert measured == [1, 2, 3, 4, 6, 6]  # nothing before the saved state is made again
    assert [path.name for path in (tmp_path / "b").iterdir() if path.is_file()] == ["tiny_0.json"]
    stop_at, measured = None, []
    assert once(tmp_path / "b")["steps"] == whole["steps"] and measured == []


@pytest.mark.slow
def test_step_times_are_measured_once_and_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(step_times, "SECONDS", 0.01)
    recipes = {"tiny": (time_to_quality.by_steps(TINY), (28, 28, 1))}
    found = step_times.step_times(recipes, tmp_path)
    assert found["tiny"]["milliseconds"] > 0 and step_times.step_times(recipes, tmp_path) == found
    with pytest.raises(SystemExit, match=r"no times for other\. Remove the file"):
        step_times.step_times(recipes | {"other": recipes["tiny"]}, tmp_path)


def test_the_report_tells_seconds_as_steps_times_their_cost():
    planned = time_to_quality.Planned("minutes", "laptop recipe", None, time_to_quality.LAST, seed=3)
    found = {"steps": [(100, 50.123), (200, 20.0)], "batch_size": 32}
    row = time_to_quality.reported(planned, found, {"milliseconds": 40.0, "quartiles": [39, 41]}, 0.71234)
    assert row["rows"][0] == {"seconds": 4.0, "step": 100, "frechet": 50.12}
    assert (row["floor"], row["seed"], row["data"]) == (0.71, 3, "mnist") and json.dumps(row)


def test_the_curve_keeps_its_rows_in_a_saved_state():
    curve, other = (QualityCurve(None, [2, 4, 2]) for _ in range(2))
    curve.rows = [(2, 3.5)]
    other.set_state(curve.get_state())
    assert other.rows == [(2, 3.5)] and other.steps == [2, 4]
    empty = QualityCurve(None, [1])
    empty.set_state(empty.get_state())
    assert empty.rows == []


def test_the_curve_begins_before_an_untrained_model_where_step_0_is_asked_for():
    step = np.zeros(1, int)
    model = SimpleNamespace(step=SimpleNamespace(numpy=lambda: step[0]), stop_training=False)
    curve, later = (QualityCurve(lambda model: 7.0, steps) for steps in ((0, 3), (3,)))
    for one in (curve, later):
        one.set_model(model)
        one.on_train_begin()
    assert curve.rows == [(0, 7.0)] and later.rows == [] and not model.stop_training
    step += 3
    curve.on_train_begin()  # of a training that goes on there
    assert curve.rows == [(0, 7.0)]
    curve.on_train_batch_end(2)
    assert curve.rows == [(0, 7.0), (3, 7.0)] and model.stop_training


def made(group, name, *rows, data="mnist"):
    """A run as the record has it, with invented numbers."""
    rows = [{"seconds": seconds, "step": int(seconds) * 10, "frechet": distance} for seconds, distance in rows]
    return {"group": group, "name": name, "data": data, "floor": 0.7, "rows": rows}


@pytest.fixture
def record():
    runs = [
        made("choices", "first settings", (60, 88.04)),
        made("minutes", "first settings, constant rate", (60, 80.0), (180, 49.0)),
        made("minutes", RECIPE, (60, 25.0), (120, 12.0), (240, 8.0)),
        made("minutes", RECIPE, (60, 31.0), (120, 14.0), (240, 9.0)),
        made("minutes", RECIPE, (60, 24.0), (120, 11.0), (240, 7.0)),
        made("other", f"{RECIPE} on mnist_m", (240, 20.0), data="mnist_m"),
        *(made("published", name, (900, 60.0), (1800, 30.0)) for name in PUBLISHED),
    ]
    where = {"device": "a CPU", "versions": {"keras": "3", "torch": None}, "date": "2026-01-01", "samples": 10_000}
    return where | {"runs": runs, "sooner": sooner(runs)}


def test_sooner_counts_from_the_slowest_seed(record):
    assert {found["times"] for found in record["sooner"].values()} == {15.0}
    assert {found["recipe_seconds"] for found in record["sooner"].values()} == {120}
    runs = [run for run in record["runs"] if run["group"] != "published"]
    out_of_reach = sooner([*runs, made("published", "better", (1800, 8.5))])["better"]
    assert out_of_reach["times"] is None and out_of_reach["frechet"] == 8.5
    worse_at_its_end = sooner([*runs, made("published", "worse", (600, 30.0), (1800, 90.0))])["worse"]
    assert (worse_at_its_end["seconds"], worse_at_its_end["frechet"], worse_at_its_end["times"]) == (600, 30.0, 5.0)


def test_the_tables_hold_the_numbers(record):
    text = as_markdown(record)
    assert "a CPU; keras 3; 2026-01-01" in text
    assert "| first settings | 88.0 | 60 |" in text
    assert "| laptop recipe | MNIST | 2,400 | 4.0 | 8.0 (7.0 to 9.0, 3 seeds) | 0.7 |" in text
    assert "| laptop recipe | digits over a photograph, 32×32×3 | 2,400 | 4.0 | 20.0 | 0.7 |" in text
    assert "| article 004 | 18,000 | 30.0 | 30 | 120 s | 15 |" in text
    full = {"runs": [{"rows": [[600, end]]} for end in (3.0, 2.5, 4.0)], "real": [{"frechet": 0.7}]}
    summary = summary_table(record, full | {"seconds_per_step": 0.5})
    assert "| full recipe | MNIST | 5.0 | 3.0 (2.5 to 4.0, 3 seeds) | 0.7 |" in summary
    assert "| laptop recipe | MNIST | 4.0 | 8.0 (7.0 to 9.0, 3 seeds) | 0.7 |" in summary
    assert "| article 004 | MNIST | 30.0 | 30.0 | 0.7 |" in summary and "first settings" not in summary
    without = record | {"sooner": {}, "runs": record["runs"][:1]}
    assert "Whole runs" not in as_markdown(without) and "Published" not in as_markdown(without)


def test_the_tables_of_the_record_are_those_beside_the_script_and_in_the_readme():
    record = load_record("time_to_quality")
    assert record["sooner"] == sooner(record["runs"])
    assert time_to_quality.TABLES.read_text(encoding="utf-8") == as_markdown(record)
    readme = (time_to_quality.ROOT / "README.md").read_text(encoding="utf-8")
    summary = summary_table(record, load_record("full_recipe"))
    assert len(summary.splitlines()) == 9 and summary in readme


def test_the_recorded_recipe_holds_what_the_readme_and_chapter_07_say_of_it():
    runs = load_record("time_to_quality")["runs"]
    ends = [run["rows"][-1]["frechet"] for run in runs if run["name"] == RECIPE]
    (baseline,) = (run["rows"] for run in runs if run["name"] == "first settings, constant rate")
    assert len(ends) == 5 and max(ends) < min(row["frechet"] for row in baseline) / 2
    for data in ("fashion_mnist", "mnist_m"):
        first, ours = (run["rows"][-1]["frechet"] for run in runs if run["data"] == data)
        assert ours < first / 2
    assert all(found["times"] >= 10 for found in sooner(runs).values())


def test_the_figure_says_how_much_sooner_the_slowest_seed_is_there(record, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "images"))
    drawing = importlib.import_module("drawings.time_to_quality")
    (ax,) = drawing.time_to_quality(record).axes
    assert "at least 15 times sooner" in ax.get_title()
    assert len(ax.get_legend().get_texts()) == len(drawing.LOOKS) + 2
