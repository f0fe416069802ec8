"""What it costs to ask a generator for a class: a conditional and an unconditional WGAN-GP, the same minutes each.

    python benchmarks/conditional_training.py [--minutes 10] [--seeds 1] [--work FOLDER] [--only digits emoji]

Digits, with the full recipe: how many samples are of the class that was asked for, by the shipped classifier, and the
Fréchet distance in its features, against the unconditional run's. Emoji by group, with the recipe that
`python -m wganlib.train --images` takes and augmentation: the distance in patches, of samples with the groups' own
shares, and for each group whether its samples are nearer on average to the held-out pictures of that group than to all
others; beside it the same of the training pictures.

A run that is in --work already is not made again, and one that was stopped goes on. A grid and the generator of each
stay in --work. The record "conditional_training" is what chapters and README quote: a part for each set, with its date.
--only trains on some sets, and leaves the others' parts as they are.
"""

import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import numpy as np
from few_pictures import HELD_OUT
from kept_runs import add_to_record, kept, rounded
from same_minutes import read_arguments, with_steps
from surroundings import surroundings

from wganlib.data import save_grid
from wganlib.training.augmentation import DIFFERENTIABLE

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "conditional_training.json"
WORK = ROOT / "runs" / "conditional_training"
SAMPLES = 2000
OF_EACH = 1000  # samples of each class that is asked for


def digits():
    """(training digits, their labels), (test digits, their labels): the shipped sample."""
    return tuple(wl.load_digits(split, "sample", labels=True, verbose=False) for split in ("train", "test"))


def emoji(size=32):
    """(training emoji, their groups), (held-out emoji, their groups)."""
    images, groups, _ = wl.load_emoji(size, labels=True)
    order = np.random.default_rng(0).permutation(len(images))
    images, groups = images[order], groups[order]
    return (images[HELD_OUT:], groups[HELD_OUT:]), (images[:HELD_OUT], groups[:HELD_OUT])


def digit_measures(trainer, train, test):
    """{measure: value}: Fréchet distance, and of a conditional trainer the share drawn as asked, of each class too."""
    report = wl.metrics.measure(trainer.sample(SAMPLES, seed=1), test[0])
    found = {"frechet": report.frechet, "halves": report.halves and report.as_dict()["halves"]}
    if trainer.n_classes is None:
        return found
    asked = np.repeat(np.arange(trainer.n_classes), OF_EACH)
    drawn = wl.metrics.digit_features(trainer.sample(len(asked), seed=1, labels=asked))[1]
    right = (drawn == asked).reshape(trainer.n_classes, OF_EACH).mean(axis=1)
    return found | {"as_asked": float(right.mean()), "as_asked_of_each": right.tolist()}


def emoji_measures(trainer, train, held_out):
    """{measure: value}: distance in patches, and of a conditional trainer the groups nearest to their own pictures."""
    images, groups = held_out
    is_conditional = trainer.n_classes is not None
    # Samples of every group as often would be held against pictures of which few are flags.
    asked = {"labels": np.random.default_rng(0).choice(train[1], SAMPLES)} if is_conditional else {}
    report = wl.metrics.measure(trainer.sample(SAMPLES, seed=1, **asked), images, features="patches")
    found = {"patches": report.patches.mean, "halves": report.as_dict()["halves"]}
    if not is_conditional:
        return found
    of_each = range(trainer.n_classes)
    drawn = [trainer.sample(OF_EACH, seed=1, labels=group) for group in of_each]
    return found | {
        "own_group_nearest": own_group_nearest(drawn, images, groups),
        "own_group_nearest_of_real": own_group_nearest(
            [train[0][train[1] == group] for group in of_each], images, groups
        ),
    }


def own_group_nearest(sets, images, groups):
    """Whether the mean of each group's set is nearest to the mean of that group's images: a list of booleans."""
    means = np.stack([images[groups == group].mean(axis=0) for group in range(len(sets))])
    nearest = [np.square(some.mean(axis=0) - means).sum(axis=(1, 2, 3)).argmin() for some in sets]
    return [bool(found == group) for group, found in enumerate(nearest)]


RECIPES = {"digits": wl.recipe("full"), "emoji": replace(wl.recipe("pictures"), augment=DIFFERENTIABLE)}
SETS = {"digits": (digits, digit_measures), "emoji": (emoji, emoji_measures)}


def runs(name, minutes, seeds, work):
    """{"conditional": [run of each seed], "unconditional": …} on a set."""
    load, measures = SETS[name]
    train, test = load()
    kinds = {"conditional": int(train[1].max()) + 1, "unconditional": None}
    return {
        kind: runs_of_kind(RECIPES[name], f"{name}_{kind}", measures, train, test, n_classes, minutes, seeds, work)
        for kind, n_classes in kinds.items()
    }


def runs_of_kind(plan, name, measures, train, test, n_classes, minutes, seeds, work):
    """[{"steps", measures} of each seed]; n_classes=None trains without labels."""
    images, labels = train[0], train[1] if n_classes else None
    plan = with_steps(plan, images, minutes, work, name, labels, n_classes)

    def trained(seed):
        run = f"{name}_seed_{seed}"
        trainer = plan.build(images, seed=seed, n_classes=n_classes)
        callbacks = [wl.HealthAlarm(), wl.ExactResume(Path(work) / "states" / run)]
        data = plan.batches(images, trainer, labels)
        trainer.fit(data, epochs=plan.epochs(len(images)), verbose=0, callbacks=callbacks)
        asked = {"labels": np.repeat(np.arange(n_classes), 8)} if n_classes else {}
        save_grid(trainer.sample(8 * (n_classes or 8), **asked), Path(work) / f"{run}.png", columns=8, scale=2)
        trainer.averaged_generator.save(Path(work) / f"{run}.keras")
        return {"steps": int(trainer.step.numpy())} | measures(trainer, train, test)

    return [kept(work, f"{name}_seed_{seed}", partial(trained, seed)) for seed in range(seeds)]


def main():
    arguments = read_arguments(__doc__.splitlines()[0], WORK, tuple(SETS))
    record = surroundings()
    for name in arguments.only:
        found = runs(name, arguments.minutes, arguments.seeds, arguments.work)
        record[name] = {
            "date": record["date"],
            "minutes": arguments.minutes,
            "samples": SAMPLES,
            "recipe": asdict(RECIPES[name]),
            "runs": rounded(found),
        }
        print(name, json.dumps(record[name]["runs"], indent=1, ensure_ascii=False))
    add_to_record(RECORD, record)


if __name__ == "__main__":
    main()
