"""Trains wganlib/assets/generator.keras, the generator that chapter 00 opens with.

    python tools/build_generator.py --idx FOLDER [--steps 5000]

FOLDER holds the four original MNIST files, checked by hash as in build_digits.py. It is the first laptop recipe with
more steps and a longer average, on all 60,000 training digits; generator.json records the settings and the measures.
"""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from build_classifier import compress
from build_digits import ROOT, from_idx, scaled

import wganlib as wl
from wganlib.training.recipes import FIRST_LAPTOP

TARGET = ROOT / "wganlib" / "assets" / "generator.keras"
SHIPPED = replace(FIRST_LAPTOP, name="shipped", ema_decay=0.998, steps_per_epoch=None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--idx", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    images = {split: scaled(pixels) for split, (pixels, _) in from_idx(arguments.idx).items()}
    recipe = replace(SHIPPED, steps=arguments.steps)
    trainer = recipe.build(seed=0)
    trainer.fit(
        recipe.batches(images["train"], trainer),
        epochs=recipe.epochs(len(images["train"])),
        verbose=0,
        callbacks=[wl.HealthAlarm(), wl.callbacks.TimeLeft(seconds=20)],
    )
    test = wl.metrics.digit_features(images["test"])[0]
    features, classes = wl.metrics.digit_features(trainer.sample(10_000, seed=1))
    trainer.averaged_generator.save(arguments.out)
    compress(arguments.out)
    record = {
        "recipe": asdict(recipe),
        "data": "MNIST, 60,000 training images",
        "steps": int(trainer.step.numpy()),
        "frechet_distance": {
            "value": round(wl.metrics.frechet_distance(features, test), 2),
            "protocol": "features of assets/digit_classifier.keras, 10,000 samples (seed 1), 10,000 test images",
        },
        "class_shares": [round(float(np.mean(classes == digit)), 4) for digit in range(10)],
        "parameters": trainer.generator.count_params(),
    }
    arguments.out.with_suffix(".json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2), f"\n{arguments.out.name}: {arguments.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
