"""The main job without a notebook: python -m wganlib.train [--budget laptop] [--run FOLDER]

Trains a WGAN-GP on the digits and leaves in a run folder: generator.keras, critic.keras, history.csv (one line an
epoch), iterations.csv (one line an iteration), settings.json, samples.png, curves.png and training.gif.
"""

import argparse
import csv
import json
import time
from dataclasses import asdict
from pathlib import Path

import keras
import tensorflow as tf

import wganlib
from wganlib.budgets import NAMES, choose_budget
from wganlib.callbacks import HealthAlarm, IterationHistory, SampleGrid, TimeLeft
from wganlib.data import SOURCES, load_digits
from wganlib.devices import describe_device, use_gpu_memory_as_needed
from wganlib.plots import plot_curves, plot_images
from wganlib.recipes import recipe_for
from wganlib.style import use_style


def train(budget, run, source="auto", seed=0):
    """Train at a budget and write everything into a new folder.

    Args:
        budget: a `Budget`.
        run: the folder; it is made, and must not hold a run already.
        source: see `load_digits`.
        seed: of everything.

    Returns:
        The trainer.

    Raises:
        FileExistsError: the folder holds a run.
    """
    run = Path(run)
    if (run / "settings.json").exists():
        raise FileExistsError(f"{run} holds a run already: name another folder, or remove it.")
    run.mkdir(parents=True, exist_ok=True)
    use_gpu_memory_as_needed()
    use_style()
    print(f"device: {describe_device()} · budget: {budget}\nrun folder: {run}")
    digits = load_digits(source=source)
    recipe = recipe_for(budget)
    trainer = recipe.build(seed=seed)
    data = recipe.batches(digits, trainer)
    epochs = recipe.epochs(len(digits))
    settings = {
        "recipe": asdict(recipe),
        "seed": seed,
        "images": len(digits),
        "epochs": epochs,
        "steps_per_epoch": len(data),
        "device": describe_device(),
        "versions": {"wganlib": wganlib.__version__, "tensorflow": tf.__version__, "keras": keras.__version__},
    }
    (run / "settings.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    iterations, grid = IterationHistory(), SampleGrid(count=64, every=max(1, epochs // 40))
    log = keras.callbacks.CSVLogger(run / "history.csv")
    began = time.monotonic()
    trainer.fit(data, epochs=epochs, verbose=0, callbacks=[iterations, grid, log, HealthAlarm(), TimeLeft()])
    print(f"trained {int(trainer.step.numpy())} steps in {(time.monotonic() - began) / 60:.1f} minutes")
    trainer.averaged_generator.save(run / "generator.keras")
    trainer.critic.save(run / "critic.keras")
    _write_iterations(run / "iterations.csv", iterations)
    plot_images(trainer.sample(64)).savefig(run / "samples.png", dpi=120)
    plot_curves(iterations, steps_per_epoch=len(data)).savefig(run / "curves.png", dpi=120)
    grid.save_gif(run / "training.gif")
    print(f"in {run}: {', '.join(sorted(path.name for path in run.iterdir()))}")
    return trainer


def _write_iterations(path, history):
    curves = history.curves
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["step", *curves])
        writer.writerows(zip(history.steps, *(curve.round(6) for curve in curves.values()), strict=True))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m wganlib.train", description=__doc__.splitlines()[0])
    parser.add_argument("--budget", choices=NAMES, help="default: full where there is a GPU, else laptop")
    parser.add_argument("--run", type=Path, help="run folder; default: runs/ and the date and time")
    parser.add_argument("--source", choices=SOURCES, default="auto", help="where the digits come from")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    run = chosen.run or Path("runs") / time.strftime("%Y-%m-%d_%H-%M-%S")
    try:
        train(choose_budget(chosen.budget), run, chosen.source, chosen.seed)
    except FileExistsError as problem:
        parser.error(str(problem))


if __name__ == "__main__":
    main()
