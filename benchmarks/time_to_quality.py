"""How soon there are digits: the laptop recipe, what each of its choices brings, and published recipes beside it.

    python benchmarks/time_to_quality.py --idx FOLDER [--data FOLDER] [--work FOLDER] [--groups choices minutes …]

Quality is the Fréchet distance of 10,000 samples to the 10,000 test images in a classifier's features; all training
images are used. Groups of runs:

choices    from the first settings to the laptop recipe, one choice at a time, each for one pass over the 60,000 images
minutes    the first settings and the recipe to their last steps, five seeds of the recipe; the first settings at a
           constant rate, too, for 3.2 minutes
other      the same two on data that the recipe was not made for: Fashion-MNIST, and MNIST-M as in sets.py, in colour
published  article 004's settings, the WGAN-GP paper's and the Keras example's, 30 minutes each

The seconds of a run are its steps times what a step takes, without building, compiling and measuring. What a step takes
is measured first, for all recipes in turns, so nothing else should run on the machine until "a step takes" is printed.

A run that is in --work already is not made again, and one that was stopped goes on from its last two minutes. The
groups asked for make up the record "time_to_quality", which README and chapter 07 quote, and time_to_quality.md.
"""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

from quality.published import PUBLISHED
from quality.run import SAMPLES, run
from quality.sets import SIZES, features_of, load_set
from quality.step_times import step_times
from quality.tables import RECIPE, as_markdown, sooner
from surroundings import surroundings

from wganlib.training.recipes import FIRST_LAPTOP, LAPTOP

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "wganlib" / "assets" / "records" / "time_to_quality.json"
TABLES = ROOT / "benchmarks" / "time_to_quality.md"
GROUPS = ("choices", "minutes", "other", "published")
# Every line keeps what the lines above it changed.
CHOICES = {
    "first settings": {},
    "penalty on a quarter of the batch": {"gp_every": 4},
    "Dense layer in the critic": {"critic_hidden_units": 128},
    "one critic update, rate doubled": {"n_critic": 1, "critic_learning_rate": 4e-3},
    "batch of 32": {"batch_size": 32},
    "longer average": {"ema_decay": 0.995},
}
FIRST, LAST = "first settings", "longer average"  # the recipe is the last of its choices, for more steps
LIMIT = 1800  # seconds of the published recipes
BASELINE = 192  # and of the first settings at a constant rate


class Planned(NamedTuple):
    """A run to be made; `costs` names the recipe whose step takes as long."""

    group: str
    name: str
    make: object
    costs: str
    data: str = "mnist"
    seed: int = 0
    limit: float | None = None

    @property
    def step(self):
        """What names the cost of a step: the recipe and the images' size."""
        return f"{self.costs} at {'×'.join(map(str, SIZES[self.data]))}"


def by_steps(recipe):
    """A run of a recipe to its last step."""
    return lambda image_size, seed: (recipe.build(image_size, seed=seed), recipe.batch_size, recipe.steps)


def by_seconds(build):
    """A run of a published recipe, which ends by the clock."""
    return lambda image_size, seed: (*build(image_size, seed), None)


def plan(seeds):
    """Every run there may be."""
    recipe = FIRST_LAPTOP
    for name, change in CHOICES.items():
        recipe = replace(recipe, **change)
        short = replace(recipe, steps=60_000 // (recipe.n_critic * recipe.batch_size))
        yield Planned("choices", name, by_steps(short), name)
    yield Planned("minutes", "first settings, to the end", by_steps(FIRST_LAPTOP), FIRST)
    steady = by_steps(replace(FIRST_LAPTOP, decay=False))
    yield Planned("minutes", "first settings, constant rate", steady, FIRST, limit=BASELINE)
    for seed in range(seeds):
        yield Planned("minutes", RECIPE, by_steps(LAPTOP), LAST, seed=seed)
    for data in ("fashion_mnist", "mnist_m"):
        yield Planned("other", f"first settings on {data}", by_steps(FIRST_LAPTOP), FIRST, data)
        yield Planned("other", f"{RECIPE} on {data}", by_steps(LAPTOP), LAST, data)
    for name, build in PUBLISHED.items():
        yield Planned("published", name, by_seconds(build), name, limit=LIMIT)


def reported(planned, found, cost, floor):
    """A run as the record has it: its steps, and the seconds that they take."""
    rows = [
        {"seconds": round(step * cost["milliseconds"] / 1e3, 1), "step": step, "frechet": round(distance, 2)}
        for step, distance in found.pop("steps")
    ]
    named = {key: getattr(planned, key) for key in ("group", "name", "data", "seed")}
    return named | found | {"floor": round(floor, 2), "step_time": cost, "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--idx", type=Path, help="folder with the four original MNIST files; default: TFDS")
    parser.add_argument("--data", type=Path, help="folder with fashion_mnist.npz; default: TFDS")
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "time_to_quality")
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=GROUPS)
    parser.add_argument("--seeds", type=int, default=5, help="of the laptop recipe in the group minutes")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    everything = list(plan(arguments.seeds))
    # Runs whose step takes as long are timed once, by the first of them.
    recipes = {planned.step: (planned.make, SIZES[planned.data]) for planned in reversed(everything)}
    costs = step_times(recipes, arguments.work)
    for name, cost in costs.items():
        print(f"a step takes {cost['milliseconds']:8.1f} ms: {name}", flush=True)
    runs, loaded = [], {}
    for planned in everything:
        if planned.group not in arguments.groups:
            continue
        if planned.data not in loaded:
            train, test, labels = load_set(planned.data, arguments.idx, arguments.data)
            features = features_of(planned.data, train, labels, arguments.work)
            of_test = features(test)
            floor = float(wl.metrics.frechet_distance(features(train[:SAMPLES]), of_test))
            loaded = {planned.data: (train, features, of_test, floor)}  # one set at a time in memory
        train, features, of_test, floor = loaded[planned.data]

        def distance(trainer, features=features, of_test=of_test):
            return float(wl.metrics.frechet_distance(features(trainer.sample(SAMPLES, seed=1)), of_test))

        cost = costs[planned.step]
        per_step = cost["milliseconds"] / 1e3
        print(f"{planned.name}, seed {planned.seed}", flush=True)
        found = run(planned.name, planned.make, train, distance, planned.seed, planned.limit, per_step, arguments.work)
        runs.append(reported(planned, found, cost, floor))
    record = surroundings() | {
        "samples": SAMPLES,
        "recipe": asdict(LAPTOP),
        "groups": list(arguments.groups),
        "sooner": sooner(runs),
        "runs": runs,
    }
    RESULTS.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    tables = as_markdown(record)
    TABLES.write_text(tables, encoding="utf-8")
    print(tables)


if __name__ == "__main__":
    main()
