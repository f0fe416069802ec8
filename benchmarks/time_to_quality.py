"""How soon there are digits: the laptop recipe, what each of its choices brings, and published recipes beside it.

    python benchmarks/time_to_quality.py --idx FOLDER [--data FOLDER] [--work FOLDER] [--groups choices minutes …]

Quality is the Fréchet distance of 10,000 samples to the 10,000 test images in a classifier's features; all training
images are used. Groups of runs:

choices    from the first settings to the laptop recipe, one choice at a time, each for one pass over the 60,000 images
minutes    the first settings and the recipe for the recipe's own number of seconds, five seeds of the recipe
other      the same two on data that the recipe was not made for: Fashion-MNIST, and CIFAR-10 at 32×32 in colour
published  article 004's settings, the WGAN-GP paper's and the Keras example's, 30 minutes each

The seconds are wall-clock seconds of training without building, compiling and measuring, so nothing else should run on
the machine. A run that is in --work already is not made again: a stopped script goes on where it stopped. What there
is goes into the record "time_to_quality", which README and chapter 07 quote.
"""

import argparse
import json
import time
from dataclasses import asdict, replace
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import keras
from quality.published import PUBLISHED
from quality.sets import features_of, load_set
from surroundings import surroundings

from wganlib.recipes import FIRST_LAPTOP, LAPTOP
from wganlib.saving import whole_file

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "wganlib" / "assets" / "records" / "time_to_quality.json"
SAMPLES = 10_000
# Seconds of training at which the samples are measured.
MARKS = (15, 30, 60, 96, 132, 192, 300, 450, 600, 900, 1200, 1800)
# Every line keeps what the lines above it changed.
CHOICES = {
    "first settings": {},
    "penalty on a quarter of the batch": {"gp_every": 4},
    "Dense layer in the critic": {"critic_hidden": 128},
    "one critic update, rate doubled": {"n_critic": 1, "critic_learning_rate": 4e-3},
    "batch of 32": {"batch_size": 32},
    "longer average": {"ema_decay": 0.995},
}


class QualityClock(keras.callbacks.Callback):
    """Measures the samples at MARKS of training time, which runs only while steps are made, and at the end."""

    def __init__(self, distance, limit=None):
        super().__init__()
        self.distance, self.limit = distance, limit
        self.rows, self.seconds = [], 0.0

    def on_train_batch_begin(self, batch, logs=None):
        self.began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        taken = time.perf_counter() - self.began
        step = int(self.model.step.numpy())
        # The first step compiles; the second one's cost, which is the same, stands for it.
        self.seconds += 0 if step == 1 else taken * (2 if step == 2 else 1)
        over = self.limit is not None and self.seconds >= self.limit
        marked = len(self.rows) < len(MARKS) and self.seconds >= MARKS[len(self.rows)]
        if marked or over:
            self.measure(step)
        self.model.stop_training = self.model.stop_training or over

    def on_train_end(self, logs=None):
        step = int(self.model.step.numpy())
        if not self.rows or self.rows[-1]["step"] != step:
            self.measure(step)

    def measure(self, step):
        row = {"seconds": round(self.seconds, 1), "step": step, "frechet": round(self.distance(self.model), 2)}
        self.rows.append(row)
        print(f"  {row}", flush=True)


def by_steps(recipe):
    """A run of a recipe to its last step."""
    return lambda image_size, seed: (recipe.build(image_size, seed=seed), recipe.batch_size, recipe.steps)


def by_seconds(build):
    """A run of a published recipe, which ends by the clock."""
    return lambda image_size, seed: (*build(image_size, seed), None)


def run(name, make, images, distance, seed, limit, work):
    """One training, kept in a file of the work folder; made once."""
    path = work / f"{name.replace(' ', '_')}_{seed}.json"
    if path.exists():
        return json.loads(path.read_text())
    print(f"{time.strftime('%H:%M:%S')} {name}, seed {seed}", flush=True)
    trainer, batch_size, steps = make(images.shape[1:], seed)
    clock = QualityClock(distance, limit)
    data = wl.batches(images, trainer, batch_size, steps_per_epoch=steps or 1000)
    trainer.fit(data, epochs=1 if steps else 1000, verbose=0, callbacks=[clock, wl.HealthAlarm()])
    found = {
        "trainer": trainer.settings(),
        "batch_size": batch_size,
        "parameters": [trainer.generator.count_params(), trainer.critic.count_params()],
        "rows": clock.rows,
    }
    keras.backend.clear_session()
    with whole_file(path) as partial:
        partial.write_text(json.dumps(found))
    return found


def plan(seeds):
    """The runs: (group, name, make, data set, seed, limit in seconds)."""
    recipe = FIRST_LAPTOP
    for name, change in CHOICES.items():
        recipe = replace(recipe, **change)
        short = replace(recipe, steps=60_000 // (recipe.n_critic * recipe.batch_size))
        yield "choices", name, by_steps(short), "mnist", 0, None
    yield "minutes", "first settings, to the end", by_steps(FIRST_LAPTOP), "mnist", 0, None
    for seed in range(seeds):
        yield "minutes", "laptop recipe", by_steps(LAPTOP), "mnist", seed, None
    for data in ("fashion_mnist", "cifar10"):
        yield "other", f"first settings on {data}", by_steps(FIRST_LAPTOP), data, 0, None
        yield "other", f"laptop recipe on {data}", by_steps(LAPTOP), data, 0, None
    for name, build in PUBLISHED.items():
        yield "published", name, by_seconds(build), "mnist", 0, 1800


def main():
    groups = ("choices", "minutes", "other", "published")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--idx", type=Path, help="folder with the four original MNIST files; default: TFDS")
    parser.add_argument("--data", type=Path, help="folder with fashion_mnist.npz and cifar10.npz; default: TFDS")
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "time_to_quality")
    parser.add_argument("--groups", nargs="+", choices=groups, default=groups)
    parser.add_argument("--seeds", type=int, default=5, help="of the laptop recipe in the group minutes")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    runs, loaded = [], {}
    for group, name, make, data, seed, limit in plan(arguments.seeds):
        if group not in arguments.groups:
            continue
        if data not in loaded:
            train, test, labels = load_set(data, arguments.idx, arguments.data)
            features = features_of(data, train, labels, arguments.work)
            of_test = features(test)
            floor = float(wl.metrics.frechet_distance(features(train[:SAMPLES]), of_test))
            loaded = {data: (train, features, of_test, floor)}  # one set at a time in memory
        train, features, of_test, floor = loaded[data]

        def distance(trainer, features=features, of_test=of_test):
            return float(wl.metrics.frechet_distance(features(trainer.sample(SAMPLES, seed=1)), of_test))

        found = run(name, make, train, distance, seed, limit, arguments.work)
        runs.append({"group": group, "name": name, "data": data, "seed": seed, "floor": round(floor, 2), **found})
    record = surroundings() | {
        "samples": SAMPLES,
        "recipe": asdict(LAPTOP),
        "groups": list(arguments.groups),
        "runs": runs,
    }
    RESULTS.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    for row in runs:
        last = row["rows"][-1]
        print(
            f"{row['group']:10s}{row['name']:36s}{last['seconds']:6.0f} s{last['frechet']:9.1f}   (real {row['floor']})"
        )


if __name__ == "__main__":
    main()
