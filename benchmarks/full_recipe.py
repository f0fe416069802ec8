"""What the recipe "full" gives: its digits over steps and arithmetic, several seeds, beside real digits.

    python benchmarks/full_recipe.py --idx FOLDER [--seeds 3] [--work FOLDER]

It trains on the 60,000 training digits; FOLDER holds the four original MNIST files. After every pass the Fréchet
distance of 10,000 samples to the 10,000 test digits is measured in the shipped classifier's features, after the last
one all that `wl.metrics.measure` says. Real digits beside it: 10,000 training digits, drawn at random three times.

A run that is in --work already is not made again, and one that was stopped goes on from its last pass. What a step
takes is measured last, on a machine that should do nothing else; a run's minutes are its steps times that. The
generators stay in --work, where tools/build_generator.py finds the one that ships. The record "full_recipe" is what
chapters and README quote.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import numpy as np
from kept_runs import kept, rounded
from quality.run import SAMPLES, QualityCurve
from quality.sets import load_set
from surroundings import surroundings

from wganlib.metrics.features import load_digit_classifier
from wganlib.train import seconds_per_step

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "full_recipe.json"
WORK = ROOT / "runs" / "full_recipe"
SURE = 0.9  # a sample is sure where the classifier gives one class so much


def generator_path(work, seed):
    """Where the generator of a seed is kept."""
    return Path(work) / f"generator_{seed}.keras"


def measures(images, reference):
    """{measure: value} of samples, or of real digits, against a reference."""
    report = wl.metrics.measure(images, reference)
    names = ("frechet", "precision", "recall", "density", "coverage")
    return {name: float(getattr(report, name)) for name in names} | {
        "sure": sure_share(images),
        "class_shares": [float(share) for share in report.classes.shares],
    }


def sure_share(images):
    """The share of images to which the classifier gives one class at least SURE."""
    logits = load_digit_classifier().predict(images, batch_size=500, verbose=0)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return float(np.mean(odds.max(axis=1) / odds.sum(axis=1) >= SURE))


def train(recipe, seed, images, reference, work):
    """One run, measured after every pass: {"seed", "rows": [[step, distance], …], "end": measures}."""
    features = wl.metrics.digit_features(reference)[0]

    def distance(trainer):
        samples = trainer.sample(SAMPLES, seed=1)
        return float(wl.metrics.frechet_distance(wl.metrics.digit_features(samples)[0], features))

    def trained():
        trainer = recipe.build(images.shape[1:], seed=seed)
        data = recipe.batches(images, trainer)
        epochs = recipe.epochs(len(images))
        curve = QualityCurve(distance, [len(data) * epoch for epoch in range(1, epochs + 1)])
        resume = wl.ExactResume(Path(work) / "states" / str(seed), also=[curve])
        trainer.fit(data, epochs=epochs, verbose=0, callbacks=[curve, wl.HealthAlarm(), resume])
        trainer.averaged_generator.save(generator_path(work, seed))
        return {"seed": seed, "rows": curve.rows, "end": measures(trainer.sample(SAMPLES, seed=1), reference)}

    return kept(work, f"seed_{seed}", trained)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--idx", type=Path, help="folder with the four original MNIST files; default: TFDS")
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    recipe = wl.recipe("full")
    images, reference, _ = load_set("mnist", arguments.idx)
    runs = [train(recipe, seed, images, reference, arguments.work) for seed in range(arguments.seeds)]
    per_step = seconds_per_step(recipe, images, recipe.build(images.shape[1:]))
    draws = [np.random.default_rng(seed).choice(len(images), SAMPLES, replace=False) for seed in range(3)]
    record = surroundings() | {
        "samples": SAMPLES,
        "recipe": asdict(recipe),
        "flops_per_step": wl.step_flops(recipe.build(images.shape[1:]), recipe.batch_size).total,
        "seconds_per_step": rounded(per_step),
        "runs": rounded(runs),
        "real": rounded([measures(images[draw], reference) for draw in draws]),
    }
    RECORD.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({"runs": record["runs"], "real": record["real"]}, indent=1))


if __name__ == "__main__":
    main()
