"""What a GPU makes of the recipes: a step of each in four ways, and one whole run of "full". It runs unattended.

    python benchmarks/on_gpu.py --idx FOLDER [--work FOLDER] [--anyway]

What is made is kept in --work: a script that was stopped goes on where it stopped. The record is "on_gpu".
"""

import argparse
import json
import time
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import full_recipe
import keras
import tensorflow as tf
from kept_runs import kept, rounded
from quality.sets import SIZES, load_set
from quality.step_times import step_times
from surroundings import surroundings

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "on_gpu.json"
RECIPES = ("laptop", "full", "sources")
# Name: (precision, options of compile)
WAYS = {
    "eager": ("float32", {"run_eagerly": True}),
    "graph": ("float32", {"jit_compile": False}),
    "XLA": ("float32", {"jit_compile": True}),
    "XLA, mixed_float16": ("mixed_float16", {"jit_compile": True}),
}


def prepared(recipe, precision, options):
    """A function (image_size, seed) → (compiled trainer, batch size), as `step_times` takes it."""

    def make(image_size, seed):
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(precision)
        try:
            trainer = recipe.build(image_size, seed=seed)
            trainer.compile(trainer.generator_optimizer, trainer.critic_optimizer, **options)
        finally:
            keras.config.set_dtype_policy(before)
        return trainer, recipe.batch_size

    return make


def steps_of(recipes, work):
    """[{"recipe", "way", "gflop", "milliseconds", "quartiles", "tflop_per_second"}], the ways of a recipe in turns."""
    rows = []
    for recipe in recipes:
        gflop = wl.step_flops(recipe.build(SIZES["mnist"]), recipe.batch_size).total / 1e9
        makes = {way: (prepared(recipe, *how), SIZES["mnist"]) for way, how in WAYS.items()}
        for way, cost in step_times(makes, Path(work) / recipe.name).items():
            rate = gflop / cost["milliseconds"]
            rows.append({"recipe": recipe.name, "way": way, "gflop": gflop, **cost, "tflop_per_second": rate})
    return rows


def whole_run(recipe, images, reference, work):
    """Seed 0 of a recipe from noise to its last step, with its minutes of the clock, measuring included."""

    def made():
        began = time.monotonic()
        run = full_recipe.train(recipe, 0, images, reference, work)
        return run | {"recipe": recipe.name, "minutes": (time.monotonic() - began) / 60}

    return kept(work, f"whole_{recipe.name}", made)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--idx", type=Path, help="folder with the four original MNIST files; default: TFDS")
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "on_gpu")
    parser.add_argument("--anyway", action="store_true", help="measure here, although TensorFlow sees no GPU")
    arguments = parser.parse_args()
    if not (arguments.anyway or tf.config.list_physical_devices("GPU")):
        parser.error("TensorFlow must see a GPU. Received: none. --anyway measures what there is")
    steps = steps_of([wl.recipe(name) for name in RECIPES], arguments.work)
    images, reference, _ = load_set("mnist", arguments.idx)
    run = whole_run(wl.recipe("full"), images, reference, arguments.work)
    record = surroundings() | {"steps": rounded(steps), "run": rounded(run)}
    RECORD.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
