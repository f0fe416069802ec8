"""The score of wl.diagnose on runs that its thresholds have not seen, as chapter 11 prints it."""

import unseen_runs
from unseen_runs import MISTAKES, OTHER_SEEDS, SET_UPS, THRESHOLDS, judged

import wganlib as wl
from wganlib.course.records import load_record
from wganlib.course.widgets.clinic import load_clinic
from wganlib.diagnosis import health

RECORD = load_record("unseen_runs")


def group(name):
    return {run["name"]: run for run in RECORD["runs"] if run["group"] == name}


def test_every_run_was_made_and_judged_against_the_verdict_of_the_script():
    for name, plans in {"set-ups": SET_UPS, "mistakes": MISTAKES, "seeds": OTHER_SEEDS}.items():
        assert {run: kept["right"] for run, kept in group(name).items()} == {
            run: right for run, (_, right) in plans.items()
        }
    assert {run["right"] for run in RECORD["runs"]} <= {*health.VERDICTS, "any"}
    assert {verdict for run in RECORD["runs"] for verdict in run["found"]} <= set(health.VERDICTS)


def test_there_are_enough_unseen_runs_sick_and_healthy():
    for name in ("set-ups", "seeds"):
        assert sum(run["right"] != "healthy" for run in group(name).values()) >= 12
    assert sum(run["right"] == "healthy" for run in group("set-ups").values()) >= 12


def test_no_threshold_has_been_changed_since():
    # Whoever changes one has seen these runs: it takes new ones, under other seeds, to score it.
    assert RECORD["thresholds"] == {name: getattr(health, name) for name in THRESHOLDS}
    numbers = {name for name, value in vars(health).items() if name.isupper() and isinstance(value, (int, float))}
    assert set(THRESHOLDS) == numbers


def test_the_runs_that_were_seen_are_those_of_the_clinic():
    clinic = load_clinic()
    assert list(group("seen")) == list(clinic)
    for name, (curves, examination, right) in clinic.items():
        kept = group("seen")[name]
        assert kept["right"] == right and kept["found"] == judged(curves, examination)["found"]


def test_a_set_up_is_made_with_its_mistake_and_its_seed():
    sick, well = SET_UPS["α from a normal, Swiss roll"][0], unseen_runs.swiss
    for (trainer, real, batch), cls, seed in ((sick(), unseen_runs.NormalAlpha, 20), (well(seed=3), wl.WGANGP, 3)):
        assert type(trainer) is cls and trainer.seed == seed
        assert real.shape[1:] == trainer.critic.input_shape[1:] and len(real) >= batch * trainer.n_critic
