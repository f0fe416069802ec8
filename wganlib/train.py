"""The main job without a notebook: python -m wganlib.train [--recipe laptop] [--run FOLDER]

Trains a WGAN-GP on the digits and leaves in a run folder: generator.keras, critic.keras, history.csv (one line an
epoch), iterations.csv (one line an iteration), settings.json, samples.png, curves.png and training.gif. Its state is
saved at the end of each epoch in states/: a run that was stopped goes on with --run FOLDER --resume, and prints the
whole command. One process at a time trains in a folder.
"""

import argparse
import contextlib
import csv
import itertools
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import wganlib
from wganlib._arguments import check_choice, check_flag, check_path, check_seed, show
from wganlib._output import say
from wganlib._saving import lock_folder, unlock_folder, whole_file
from wganlib.callbacks.alarm import HealthAlarm
from wganlib.callbacks.history import IterationHistory
from wganlib.callbacks.pictures import SampleGrid
from wganlib.callbacks.resume import ExactResume
from wganlib.callbacks.time_left import TimeLeft
from wganlib.data.digits import SOURCES, load_digits
from wganlib.devices import describe_device, use_gpu_memory_as_needed
from wganlib.plots.figures import outside_pyplot, plot_curves, plot_images
from wganlib.plots.style import use_style
from wganlib.training.budgets import choose_budget
from wganlib.training.recipes import RECIPES, Recipe, recipe


def train(plan, run, source="auto", seed=0, resume=False):
    """Train by a recipe and write everything into a folder.

    Args:
        plan: a `Recipe`.
        run: the folder; it is made, and must not hold a run already.
        source: see `load_digits`.
        seed: of everything.
        resume: whether to go on with the run in the folder, which must have been started with the same settings.

    Returns:
        The trainer.

    Raises:
        FileExistsError: the folder holds a run, and resume is False.
        FileNotFoundError: there is no run in the folder, and resume is True.
        BlockingIOError: another process is training in the folder.
        ValueError: the run in the folder has other settings, or an argument is out of range.
        RuntimeError: the training failed; its cause is the error.
        OSError: the folder cannot be written to.
    """
    if not isinstance(plan, Recipe):
        raise ValueError(f'`plan` must be a Recipe, e.g. wganlib.recipe("laptop"). Received: {show(plan)}.')
    run = check_path("run", run)
    check_choice("source", source, SOURCES)
    seed, resume = check_seed("seed", seed), check_flag("resume", resume)
    if resume and not _started(run):
        raise FileNotFoundError(f"{run} holds no run to resume. Leave --resume out, or name its folder with --run.")
    run.mkdir(parents=True, exist_ok=True)
    lock_folder(run)
    begun = []
    try:
        if _started(run) and not resume:
            raise FileExistsError(f"{run} holds a run already. Go on with it by --resume, or name another folder.")
        trainer = _train(plan, run, source, seed, begun)
    except ValueError as problem:
        if not begun:  # a refusal, such as that of another run's state
            raise
        raise RuntimeError(f"The training failed in epoch {begun[-1] + 1} or after it.") from problem
    finally:
        unlock_folder(run)
    say(f"in {run}: {', '.join(sorted(path.name for path in run.iterdir()))}")
    return trainer


def _started(run):
    return (run / "settings.json").exists()


def _has_state(run):
    return any((run / "states").glob("epoch_*.npz"))


def _train(plan, run, source, seed, begun):
    """The training itself; the list `begun` gets the epochs that it begins."""
    use_gpu_memory_as_needed()
    use_style()
    say(f"device: {describe_device()} · recipe: {plan.name}, {plan.steps:,} steps\nrun folder: {run}")
    digits = load_digits(source=source)
    trainer = plan.build(seed=seed)
    data = plan.batches(digits, trainer)
    epochs = plan.epochs(len(digits))
    settings = {
        "recipe": asdict(plan),
        "seed": seed,
        "source": source,
        "images": len(digits),
        "epochs": epochs,
        "steps_per_epoch": len(data),
        "device": describe_device(),
        "versions": {"wganlib": wganlib.__version__, "tensorflow": tf.__version__, "keras": keras.__version__},
    }
    if not _has_state(run):
        with whole_file(run / "settings.json") as place:
            place.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    iterations, grid = IterationHistory(), SampleGrid(count=64, every=max(1, epochs // 40))
    note = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: begun.append(epoch))
    callbacks = [note, iterations, grid, ExactResume(run / "states"), HealthAlarm(), TimeLeft()]
    began = time.monotonic()
    trainer.fit(data, epochs=epochs, verbose=0, callbacks=callbacks)
    say(f"trained up to step {int(trainer.step.numpy())} in {(time.monotonic() - began) / 60:.1f} minutes")
    for name, network in {"generator": trainer.averaged_generator, "critic": trainer.critic}.items():
        with whole_file(run / f"{name}.keras") as place:
            network.save(place)
    _write_curves(run / "iterations.csv", "step", iterations.steps, iterations.curves)
    epoch_numbers, means = _epoch_means(iterations, len(data))
    _write_curves(run / "history.csv", "epoch", epoch_numbers, means)
    with outside_pyplot():
        figures = {
            "samples": plot_images(trainer.sample(64)),
            "curves": plot_curves(iterations, steps_per_epoch=len(data)),
        }
    for name, figure in figures.items():
        with whole_file(run / f"{name}.png") as place:
            figure.savefig(place, dpi=120)
    grid.save_gif(run / "training.gif")
    return trainer


def _epoch_means(history, steps_per_epoch):
    """(epoch numbers from 1, {name: mean of each epoch})."""
    epochs = (history.steps - 1) // steps_per_epoch + 1
    numbers = np.unique(epochs)
    return numbers, {
        name: np.array([curve[epochs == number].mean() for number in numbers]) for name, curve in history.curves.items()
    }


def _write_curves(path, counter, counts, curves):
    with whole_file(path) as place, open(place, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([counter, *curves])
        writer.writerows(zip(counts, *(curve.round(6) for curve in curves.values()), strict=True))


def _new_run():
    """A folder in runs/ that no other process has, even if both begin in the same second."""
    for number in itertools.count(1):
        run = Path("runs") / (time.strftime("%Y-%m-%d_%H-%M-%S") + (f"_{number}" if number > 1 else ""))
        with contextlib.suppress(FileExistsError):
            run.mkdir(parents=True)
            return run


def _what_next(chosen):
    """The command that goes on with a run that was stopped, to be pasted into a terminal in any folder."""
    words = [sys.executable, "-m", "wganlib.train"]
    for name in ("recipe", "source", "seed", "run"):
        value = getattr(chosen, name)
        if value is not None:
            words += [f"--{name}", str(value.absolute() if name == "run" else value)]
    started = chosen.run is not None and _started(chosen.run)
    words += ["--resume"] if started else []
    command = subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
    if started and _has_state(chosen.run):
        return f"Go on with: {command}"
    return f"No state was saved yet. Begin anew with: {command}"


def _stop(signal_number, frame):
    # As Ctrl-C: what is under way is left in order, and said.
    raise KeyboardInterrupt


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m wganlib.train", description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", choices=RECIPES, help="default: the budget's, full with a GPU, else laptop")
    parser.add_argument("--run", type=Path, help="run folder; default: runs/ and the date and time")
    parser.add_argument("--source", choices=SOURCES, default="auto", help="where the digits come from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on with the run in the folder --run")
    chosen = parser.parse_args(arguments)
    if chosen.resume and chosen.run is None:
        parser.error("--resume needs --run FOLDER, the run to go on with")
    signal.signal(signal.SIGTERM, _stop)
    try:
        chosen.recipe, chosen.run = chosen.recipe or choose_budget().name, chosen.run or _new_run()
        train(recipe(chosen.recipe), chosen.run, chosen.source, chosen.seed, chosen.resume)
    except (FileExistsError, FileNotFoundError, BlockingIOError, ValueError) as problem:
        parser.error(str(problem))
    except OSError as problem:
        sys.exit(f"\n{problem}\n{_what_next(chosen)}")
    except KeyboardInterrupt:
        sys.exit(f"\nStopped. {_what_next(chosen)}")


if __name__ == "__main__":
    main()
