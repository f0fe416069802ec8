"""Writes the generators that ship, which chapter 00 opens with, from the runs of benchmarks.

    python tools/build_generator.py digits [--work FOLDER] [--seed N]
    python tools/build_generator.py emoji [--work FOLDER] [--seed N]

That of digits comes from full_recipe.py: without --seed the median of the seeds that have ended in --work, by their
last Fréchet distance. That of emoji comes from own_images.py's part "wide", by the distance in patches. The .json
beside each records the recipe and that run's measures.
"""

import argparse
import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import full_recipe  # noqa: E402
import own_images  # noqa: E402
from build_classifier import compress  # noqa: E402
from kept_runs import rounded  # noqa: E402

import wganlib as wl  # noqa: E402
from wganlib.networks.pretrained import SHIPPED  # noqa: E402

ASSETS = ROOT / "wganlib" / "assets"


def digits(work, seed):
    """The generator's file and its record, of a run of full_recipe.py."""
    run = chosen_run(ended_runs(work, "seed_*.json"), lambda run: run["end"]["frechet"], seed)
    return full_recipe.generator_path(work, run["seed"]), {
        "recipe": asdict(wl.recipe("full")),
        "data": "MNIST, 60,000 training images",
        "seed": run["seed"],
        "steps": run["rows"][-1][0],
        "protocol": f"features of assets/digit_classifier.keras, {full_recipe.SAMPLES:,} samples (seed 1), the 10,000 "
        f"test images; sure: the share to which the classifier gives one class {full_recipe.SURE} or more",
        "measures": rounded(run["end"]),
    }


def emoji(work, seed):
    """The generator's file and its record, of a run of own_images.py with the wide generator."""
    run = chosen_run(ended_runs(work, "wide_seed_*.json"), lambda run: run["patches"][-1][1], seed)
    return Path(work) / f"wide_seed_{run['seed']}.keras", {
        "recipe": asdict(wl.recipe("pictures")) | {"steps": run["steps"]},
        "data": "1,177 of the emoji, 32×32 pixels",
        "seed": run["seed"],
        "steps": run["steps"],
        "measures": rounded(run["end"]),
    }


MADE = {"digits": (digits, full_recipe.WORK), "emoji": (emoji, own_images.WORK)}


def ended_runs(work, pattern):
    """The runs in a folder, each with its seed, which is the last part of its file's name."""
    files = sorted(Path(work).glob(pattern))
    return [json.loads(path.read_text(encoding="utf-8")) | {"seed": int(path.stem.split("_")[-1])} for path in files]


def chosen_run(runs, distance, seed=None):
    """The run of a seed, or the median of all by their distance."""
    if seed is not None:
        runs = [run for run in runs if run["seed"] == seed]
    if not runs:
        raise SystemExit("No such run has ended. benchmarks/full_recipe.py and benchmarks/own_images.py make them.")
    return sorted(runs, key=distance)[len(runs) // 2]


def round_weights(path):
    """Leave a saved network's weights the digits that float16 has: as float32 still, but half as large compressed."""
    network = wl.load_pretrained(path)
    network.set_weights([weights.astype("float16").astype("float32") for weights in network.get_weights()])
    network.save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=MADE)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    make, usual_work = MADE[arguments.name]
    source, record = make(arguments.work or usual_work, arguments.seed)
    target = arguments.out or ASSETS / SHIPPED[arguments.name]
    shutil.copyfile(source, target)
    round_weights(target)
    compress(target)
    record["parameters"] = wl.load_pretrained(target).count_params()
    target.with_suffix(".json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2), f"\n{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
