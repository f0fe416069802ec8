import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from wganlib.course.records import load_record, record_names
from wganlib.training.recipes import LAPTOP

SCRIPTS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.parametrize("name", record_names())
def test_a_record_says_when_and_on_what_it_was_made_and_its_script_is_there(name):
    record = load_record(name)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", record["date"]) and record["device"]
    assert record["versions"]["tensorflow"] and record["versions"]["keras"]
    assert (SCRIPTS / f"{name}.py").is_file()


@pytest.mark.parametrize("name", ["", "none", "../quizzes/01", None, 3])
def test_another_name_is_refused_with_those_there_are(name):
    with pytest.raises(ValueError, match=r"`name` must be one of .*'compare_trainers'"):
        load_record(name)


@pytest.fixture
def shipped():
    return load_record("compare_trainers")


def test_the_shipped_record_has_every_method_under_the_same_seeds(shipped):
    runs = shipped["runs"]
    methods = list(shipped["search"]["frechet_by_rate"])
    seeds = {method: sorted(run["seed"] for run in runs if run["method"] == method) for method in methods}
    assert len(methods) == 4 and {run["method"] for run in runs} == set(methods)
    assert all(found == seeds[methods[0]] and len(set(found)) >= 3 for found in seeds.values())
    assert not set(shipped["search"]["seeds"]) & set(seeds[methods[0]])


def test_every_method_had_the_same_rates_to_choose_from_and_took_the_best(shipped):
    search = shipped["search"]
    grids = [list(searched) for searched in search["frechet_by_rate"].values()]
    assert len(grids[0]) >= 3 and all(grid == grids[0] for grid in grids)
    for searched in search["frechet_by_rate"].values():
        assert all(len(found) == len(search["seeds"]) for found in searched.values())
    for run in shipped["runs"]:
        searched = search["frechet_by_rate"][run["method"]]
        best = min(searched, key=lambda rate: np.mean(searched[rate]))
        assert float(best) == run["learning_rate"], run["method"]


def test_the_shipped_measures_are_possible_and_of_one_protocol(shipped):
    runs = shipped["runs"] + shipped["real"]
    assert len({run["protocol"] for run in runs}) == 1
    for run in runs:
        assert 1 <= run["inception_score"] <= 10 and 0 <= run["mode_score"] <= run["inception_score"]
        assert all(0 <= run[name] <= 1 for name in ("precision", "recall", "coverage", "class_total_variation"))
        assert run["frechet"] > 0 and run["density"] >= 0 and run["kernel_error"] > 0
        assert run["classes_covered"] == 10 - len(run["missing_classes"])
        np.testing.assert_allclose(sum(run["class_shares"]), 1, rtol=1e-6)


def test_the_recorded_recipe_is_the_laptops_and_ends_the_row_of_choices():
    record = load_record("time_to_quality")
    assert record["recipe"].items() <= asdict(LAPTOP).items()  # fields may have been added since, at their defaults
    last = [run for run in record["runs"] if run["group"] == "choices"][-1]
    assert (last["trainer"]["n_critic"], last["trainer"]["gp_every"]) == (LAPTOP.n_critic, LAPTOP.gp_every)
    assert (last["batch_size"], last["trainer"]["ema_decay"]) == (LAPTOP.batch_size, LAPTOP.ema_decay)
