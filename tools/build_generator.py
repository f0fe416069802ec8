"""Writes wganlib/assets/generator.keras, which chapter 00 opens with: a generator of benchmarks/full_recipe.py.

    python tools/build_generator.py [--work FOLDER] [--seed N]

Without --seed it is the median of the seeds that have ended in --work, by their last Fréchet distance. generator.json
records the recipe and that run's measures.
"""

import argparse
import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from build_classifier import compress  # noqa: E402
from full_recipe import SAMPLES, SURE, WORK, generator_path  # noqa: E402
from kept_runs import rounded  # noqa: E402

import wganlib as wl  # noqa: E402

TARGET = ROOT / "wganlib" / "assets" / "generator.keras"


def ended_runs(work):
    """The runs in a folder of full_recipe.py, the best first."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in Path(work).glob("seed_*.json")]
    return sorted(runs, key=lambda run: run["end"]["frechet"])


def chosen_run(runs, seed=None):
    """The run of a seed, or the median of all."""
    if seed is not None:
        runs = [run for run in runs if run["seed"] == seed]
    if not runs:
        raise SystemExit("No such run has ended. benchmarks/full_recipe.py makes them.")
    return runs[len(runs) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    run = chosen_run(ended_runs(arguments.work), arguments.seed)
    shutil.copyfile(generator_path(arguments.work, run["seed"]), arguments.out)
    compress(arguments.out)
    record = {
        "recipe": asdict(wl.recipe("full")),
        "data": "MNIST, 60,000 training images",
        "seed": run["seed"],
        "steps": run["rows"][-1][0],
        "protocol": f"features of assets/digit_classifier.keras, {SAMPLES:,} samples (seed 1), the 10,000 test images; "
        f"sure: the share to which the classifier gives one class {SURE} or more",
        "measures": rounded(run["end"]),
        "parameters": wl.load_pretrained(arguments.out).count_params(),
    }
    arguments.out.with_suffix(".json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2), f"\n{arguments.out.name}: {arguments.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
