"""What an hour brings on colour pictures: emoji at 32 and at 64 pixels, and with a wider generator.

    python benchmarks/own_images.py [--minutes 60] [--seeds 1] [--work FOLDER] [--only wide shorter …]

200 emoji are kept aside. Every training has all others of the emoji, and as many steps as last --minutes here. The
parts "32" and "64" are made by the laptop recipe, with maps doubled by interpolation; "wide" and "shorter", at 32
pixels, by the recipe "pictures", whose generator is twice as wide and which `python -m wganlib.train --images` takes;
"mirrored" by the same, with half of what the critic sees mirrored. Ten times on the way as many samples as there are
held-out emoji are measured against these in patches, always from the same z, and at the end from ten other sets of z,
too. At the end copies are counted, and how much of the samples' energy lies at the frequencies of a checkerboard. Real
pictures stand beside the distances and the energies: as many as there are held-out emoji, drawn from the others three
times.

A run that is in --work already is not made again, and one that was stopped goes on. The generators stay in --work,
where tools/build_generator.py finds the one that ships; the first 32 samples of seed 0 go to images/, at the end and
where their distance was smallest. The record "own_images" is what chapters and README quote: each part with its date
and recipe. --only trains some parts, and leaves the others as they are.
"""

import json
import shutil
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import numpy as np
from few_pictures import RECIPE, SAMPLES, emoji, measures
from kept_runs import add_to_record, kept, rounded
from quality.run import QualityCurve
from same_minutes import read_arguments, with_steps
from surroundings import surroundings

from wganlib.callbacks import CriticGap
from wganlib.data import save_grid

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "own_images.json"
WORK = ROOT / "runs" / "own_images"
PARTS = {
    "32": (32, RECIPE),
    "64": (64, RECIPE),
    "wide": (32, wl.recipe("pictures")),
    "shorter": (32, wl.recipe("pictures")),
    "mirrored": (32, replace(wl.recipe("pictures"), augment=("flip",))),
}
SHOWN = 32  # samples, the first ones
OTHERS = 10  # more sets of z, at the end: how far the distance varies by chance
LOOKS = 10  # at the samples and at the critic's gap in a training


def checkerboard(images):
    """{period: share of the images' energy at the corner of that period along both axes}, without the mean colour."""
    power = np.abs(np.fft.fft2(images, axes=(1, 2))) ** 2
    power[:, 0, 0] = 0
    height, width = images.shape[1:3]
    return {str(period): float(power[:, height // period, width // period].sum() / power.sum()) for period in (2, 4)}


def trained(plan, images, held_out, seed, work, name):
    """One training: its steps, its distance in patches on the way, and all measures at its end."""

    def distance(trainer, seed=1):
        return wl.metrics.patch_distance(trainer.sample(len(held_out), seed=seed), held_out).mean

    trainer = plan.build(images, seed=seed)
    data, epochs = plan.batches(images, trainer), plan.epochs(len(images))
    every = max(1, epochs // LOOKS)
    curve = QualityCurve(distance, [len(data) * (epochs * look // LOOKS) for look in range(1, LOOKS + 1)])
    gap, grid = CriticGap(images, held_out, every=every), wl.SampleGrid(SHOWN, every, seed=1)
    resume = wl.ExactResume(Path(work) / "states" / name, every, also=[curve])
    trainer.fit(data, epochs=epochs, verbose=0, callbacks=[curve, gap, grid, wl.HealthAlarm(), resume])
    samples = trainer.sample(SAMPLES, seed=1)
    nearest = np.argmin([found for _, found in curve.rows])
    for ending, shown in {"": samples[:SHOWN], "_nearest": grid.frames[1 + nearest]}.items():
        save_grid(shown, Path(work) / f"{name}{ending}.png", columns=8, scale=64 // images.shape[1])
    trainer.averaged_generator.save(Path(work) / f"{name}.keras")
    return {
        "steps": int(trainer.step.numpy()),
        "patches": curve.rows,
        "patches_of_other_z": [distance(trainer, other) for other in range(2, 2 + OTHERS)],
        "gap": [gap.steps.tolist(), gap.seen.tolist(), gap.unseen.tolist()],
        "end": measures(samples, images, held_out),
        "checkerboard": checkerboard(samples),
    }


def runs(part, minutes, seeds, work):
    """[run of each seed] of a part."""
    size, recipe = PARTS[part]
    images, held_out = emoji(size)
    plan = with_steps(recipe, images, minutes, work, part)
    found = []
    for seed in range(seeds):
        name = f"{part}_seed_{seed}"
        found.append(kept(work, name, partial(trained, plan, images, held_out, seed, work, name)))
    return found


def main():
    arguments = read_arguments(__doc__.splitlines()[0], WORK, tuple(PARTS), minutes=60)
    record = surroundings()
    for name in arguments.only:
        found = runs(name, arguments.minutes, arguments.seeds, arguments.work)
        for ending in ("", "_nearest"):
            picture = ROOT / "images" / f"emoji_{name}{ending}.png"
            shutil.copyfile(arguments.work / f"{name}_seed_0{ending}.png", picture)
        size, recipe = PARTS[name]
        images, held_out = emoji(size)
        draws = [np.random.default_rng(seed).choice(len(images), len(held_out), replace=False) for seed in range(3)]
        record[name] = {
            "date": record["date"],
            "minutes": arguments.minutes,
            "samples": SAMPLES,
            "recipe": asdict(recipe) | {"steps": None},  # which are those of the runs
            "runs": rounded(found),
            "patches_of_real": rounded([wl.metrics.patch_distance(images[draw], held_out).mean for draw in draws]),
            "checkerboard_of_real": rounded(checkerboard(images)),
        }
        print(name, json.dumps(record[name]["runs"], ensure_ascii=False))
    add_to_record(RECORD, record)


if __name__ == "__main__":
    main()
