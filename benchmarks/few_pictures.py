"""What augmentation does for few pictures: 100 emoji and 1,177 of them, with it and without.

    python benchmarks/few_pictures.py [--minutes 10] [--seeds 1] [--work FOLDER]

200 emoji are kept aside. Every training has the laptop recipe, with maps doubled by interpolation, and as many steps
as last --minutes here. In the end as many samples as there are held-out emoji are measured against these in patches,
copies of training pictures are counted in pixels and, through noise, in coarse images, and the critic's gap is read. A
run that is in --work already is not made again, and one that was stopped goes on. Next to each run's numbers a grid of
its samples and its generator stay in --work.
The record "few_pictures" is what chapters and README quote.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import numpy as np
from kept_runs import kept, rounded
from same_minutes import read_arguments, with_steps
from surroundings import surroundings

from wganlib.callbacks import CriticGap
from wganlib.data import save_grid
from wganlib.training.augmentation import DIFFERENTIABLE

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "few_pictures.json"
WORK = ROOT / "runs" / "few_pictures"
HELD_OUT, FEW, SAMPLES = 200, 100, 1000
LOOKS = 20  # at the critic's gap in a training
RECIPE = replace(wl.recipe("laptop"), resize=True)


def emoji(size=32):
    """(training emoji, held-out emoji), shuffled."""
    images = wl.load_emoji(size)
    images = images[np.random.default_rng(0).permutation(len(images))]
    return images[HELD_OUT:], images[:HELD_OUT]


def measures(samples, train, held_out):
    """{measure: value} of samples, beside real pictures at equal counts."""
    report = wl.metrics.measure(samples, held_out, features="patches", train=train)
    coarse = wl.metrics.nearest_training(samples, train, held_out, "coarse")
    return report.as_dict() | {"coarse": {"copies": coarse.copies, "nearer": coarse.nearer}}


def run(recipe, images, held_out, seed, work, name):
    """One training: its steps, its measures, the critic's gap, what `diagnose` says."""

    def trained():
        trainer = recipe.build(images, seed=seed)
        epochs = recipe.epochs(len(images))
        every = max(1, epochs // LOOKS)
        gap, history = CriticGap(images, held_out, every=every), wl.IterationHistory()
        callbacks = [gap, history, wl.HealthAlarm(), wl.ExactResume(Path(work) / "states" / name, every)]
        trainer.fit(recipe.batches(images, trainer), epochs=epochs, verbose=0, callbacks=callbacks)
        samples = trainer.sample(SAMPLES, seed=1)
        save_grid(samples[:64], Path(work) / f"{name}.png", scale=2)
        trainer.averaged_generator.save(Path(work) / f"{name}.keras")
        diagnosis = wl.diagnose(history, trainer, images, gap=gap)
        return {
            "steps": int(trainer.step.numpy()),
            "measures": measures(samples, images, held_out),
            "gap": [gap.steps.tolist(), gap.seen.tolist(), gap.unseen.tolist()],
            "verdicts": list(diagnosis.found),
        }

    return kept(work, name, trained)


def runs(recipe, train, held_out, minutes, seeds, work):
    """{"100 augmented": [run of each seed], …}."""
    found = {}
    for count in (FEW, len(train)):
        for augment in ((), DIFFERENTIABLE):
            plan, images = replace(recipe, augment=augment), train[:count]
            name = f"{count}{'_augmented' if augment else ''}"
            plan = with_steps(plan, images, minutes, work, name)
            found[name] = [run(plan, images, held_out, seed, work, f"{name}_seed_{seed}") for seed in range(seeds)]
    return found


def main():
    arguments = read_arguments(__doc__.splitlines()[0], WORK)
    train, held_out = emoji()
    found = runs(RECIPE, train, held_out, arguments.minutes, arguments.seeds, arguments.work)
    record = surroundings() | {
        "minutes": arguments.minutes,
        "samples": SAMPLES,
        "held_out": HELD_OUT,
        "recipe": asdict(RECIPE) | {"steps": None, "augment": None},  # which are those of the runs
        "runs": rounded(found),
    }
    RECORD.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, several in found.items():
        for one in several:
            numbers = one["measures"]
            print(
                f"{name:16s} {one['steps']:6d} steps  copies {numbers['copies']:.1%}, of coarse images "
                f"{numbers['coarse']['copies']:.1%}  patches {numbers['patches']}"
            )


if __name__ == "__main__":
    main()
