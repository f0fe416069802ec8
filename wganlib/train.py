"""The main job without a notebook: python -m wganlib.train [--images FOLDER --size 32] [--recipe laptop] [--run FOLDER]

Trains a WGAN-GP on the digits, or on a folder of pictures, with --conditional one that is asked for a class, and leaves
in a run folder: generator.keras, critic.keras, history.csv (one line an epoch), iterations.csv (one line an iteration),
settings.json, samples.png, curves.png and training.gif. Its state is saved at the end of each epoch in states/: a run
that was stopped goes on with --run FOLDER --resume, and prints the whole command. One process at a time trains in a
folder. `wganlib.generate` draws from a run.
"""

import argparse
import contextlib
import csv
import gc
import itertools
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import wganlib
from wganlib._arguments import as_tuple, check_flag, check_number, check_path, check_seed, show
from wganlib._output import say
from wganlib._saving import lock_folder, unlock_folder, whole_file
from wganlib.callbacks.alarm import HealthAlarm
from wganlib.callbacks.history import IterationHistory
from wganlib.callbacks.pictures import SampleGrid
from wganlib.callbacks.resume import ExactResume
from wganlib.callbacks.time_left import TimeLeft
from wganlib.data.digits import SOURCES, load_digits
from wganlib.data.image_cache import cache_images
from wganlib.devices import describe_device, use_gpu_memory_as_needed
from wganlib.plots.figures import outside_pyplot, plot_curves, plot_images
from wganlib.plots.style import use_style
from wganlib.training.augmentation import AUGMENTATIONS, DIFFERENTIABLE
from wganlib.training.batches import batches
from wganlib.training.budgets import choose_budget
from wganlib.training.recipes import RECIPES, Recipe, recipe

TRIAL = 2.0  # seconds of steps that are timed, after those that compile


def train(plan, images, run, seed=0, resume=False, labels=None, classes=()):
    """Train by a recipe and write everything into a folder.

    Args:
        plan: a `Recipe`.
        images: what `wganlib.batches` takes, e.g. of `load_digits` or `wganlib.data.cache_images`.
        run: the folder; it is made, and must not hold a run already.
        seed: of everything.
        resume: whether to go on with the run in the folder, which must have been started with the same settings.
        labels: None, or (n,) whole numbers, the class of each image: the generator is then asked for a class.
        classes: the names of the classes that the labels stand for.

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
    seed, resume = check_seed("seed", seed), check_flag("resume", resume)
    classes = as_tuple("classes", classes, "must be names of classes", str)
    if (labels is None) != (len(classes) == 0):
        raise ValueError(
            f"`labels` and `classes` must be given together, or neither. Received: {show(labels)} and {show(classes)}."
        )
    if resume and not _started(run):
        raise FileNotFoundError(f"{run} holds no run to resume. Leave --resume out, or name its folder with --run.")
    use_gpu_memory_as_needed()
    trainer = plan.build(images, seed=seed, n_classes=len(classes) or None)
    data = plan.batches(images, trainer, labels)
    run.mkdir(parents=True, exist_ok=True)
    lock_folder(run)
    begun = []
    try:
        if _started(run) and not resume:
            raise FileExistsError(f"{run} holds a run already. Go on with it by --resume, or name another folder.")
        _train(plan, trainer, data, run, begun, classes)
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


def seconds_per_step(plan, images, trainer, labels=None):
    """How long a step of a recipe takes here, by a trial on the images with a trainer that is not kept."""

    def seconds(steps):
        length = steps * plan.steps_per_execution
        data = batches(images, trainer, plan.batch_size, labels=labels, steps_per_epoch=length)
        began = time.monotonic()
        trainer.fit(data, verbose=0)
        return (time.monotonic() - began) / plan.steps_per_execution

    seconds(1)  # compiles
    steps, took = 2, seconds(2)
    while took < TRIAL:
        steps *= 2
        took = seconds(steps)
    return took / steps


def _train(plan, trainer, data, run, begun, classes):
    """The training itself; the list `begun` gets the epochs that it begins."""
    use_style()
    say(f"device: {describe_device()} · recipe: {plan.name}, {plan.steps:,} steps\nrun folder: {run}")
    images = data.settings["images"]
    epochs = plan.epochs(images)
    settings = {
        "recipe": asdict(plan),
        "seed": trainer.seed,
        "images": [images, *trainer.critic.input_shape[1:]],
        **({"classes": classes} if classes else {}),
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
            "samples": _plot_samples(trainer, classes),
            "curves": plot_curves(iterations, steps_per_epoch=len(data)),
        }
    for name, figure in figures.items():
        with whole_file(run / f"{name}.png") as place:
            figure.savefig(place, dpi=120)
    grid.save_gif(run / "training.gif")


def _plot_samples(trainer, classes):
    """64 samples; of a conditional trainer eight of each class, of the first eight classes."""
    if not classes:
        return plot_images(trainer.sample(64))
    shown = classes[:8]
    labels = np.repeat(np.arange(len(shown)), 8)
    return plot_images(trainer.sample(len(labels), labels=labels), columns=8, row_labels=shown)


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
    for name in ("recipe", "images", "size", "channels", "source", "seed", "steps", "minutes", "run"):
        value = getattr(chosen, name)
        if value is not None:
            words += [f"--{name}", str(value.absolute() if isinstance(value, Path) else value)]
    words += ["--skip-unreadable"] if chosen.skip_unreadable else []
    words += ["--conditional"] if chosen.conditional else []
    words += ["--augment", *chosen.augment] if chosen.augment else []
    started = chosen.run is not None and _started(chosen.run)
    words += ["--resume"] if started else []
    command = subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
    if started and _has_state(chosen.run):
        return f"Go on with: {command}"
    return f"No state was saved yet. Begin anew with: {command}"


def _load(chosen):
    """The images of a command, and if it is conditional their labels and the classes' names, else None and ()."""
    if chosen.images is None:
        found = load_digits(source=chosen.source or "auto", labels=chosen.conditional)
        return (*found, tuple("0123456789")) if chosen.conditional else (found, None, ())
    chosen.size = chosen.size or 32
    found = cache_images(
        chosen.images,
        chosen.size,
        chosen.channels,
        labels=chosen.conditional,
        skip_unreadable=chosen.skip_unreadable,
    )
    if not chosen.conditional:
        return found, None, ()
    if len(found[2]) < 2:
        raise ValueError(
            f"--conditional needs a folder for each of at least two classes. Received: {chosen.images} with "
            f"{', '.join(found[2])} alone."
        )
    return found


def _planned(chosen, images, labels, classes):
    """The recipe of a command; minutes become steps, with which it goes on when it was stopped."""
    plan = replace(recipe(chosen.recipe), augment=tuple(chosen.augment or ()))
    if chosen.minutes is not None:
        check_number("--minutes", chosen.minutes, above=0)
    if chosen.minutes is None and (chosen.images is None or chosen.resume):
        return plan if chosen.steps is None else replace(plan, steps=chosen.steps)
    trial = plan.build(images, n_classes=len(classes) or None)
    seconds = seconds_per_step(plan, images, trial, labels)
    if chosen.minutes is not None:
        chosen.steps, chosen.minutes = max(1, round(60 * chosen.minutes / seconds)), None
    plan = plan if chosen.steps is None else replace(plan, steps=chosen.steps)
    networks = " and ".join(f"{network.count_params():,}" for network in (trial.generator, trial.critic))
    say(
        f"generator and critic have {networks} parameters; a step takes {1000 * seconds:.0f} ms, "
        f"{plan.steps:,} of them about {plan.steps * seconds / 60:.0f} minutes"
    )
    return plan


def _stop(signal_number, frame):
    # As Ctrl-C: what is under way is left in order, and said.
    raise KeyboardInterrupt


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m wganlib.train", description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", choices=RECIPES, help="default: the budget's, full with a GPU, else laptop")
    parser.add_argument("--run", type=Path, help="run folder; default: runs/ and the date and time")
    parser.add_argument("--images", type=Path, help="folder of pictures; default: the digits")
    parser.add_argument("--size", type=int, help="height and width that pictures are cut and scaled to; default: 32")
    parser.add_argument("--channels", type=int, choices=(1, 3), help="grey or colour; default: as the pictures are")
    parser.add_argument(
        "--conditional",
        action="store_true",
        help="one generator for all classes, which is asked for one: digits, or the folders in --images",
    )
    parser.add_argument("--skip-unreadable", action="store_true", help="leave out files that are no pictures")
    parser.add_argument(
        "--augment",
        nargs="*",
        choices=AUGMENTATIONS,
        metavar="NAME",
        help=f"for few pictures: change real and generated ones at random, by {', '.join(AUGMENTATIONS)}; without a "
        "name by all but flip, which the generator learns",
    )
    parser.add_argument("--source", choices=SOURCES, help="where the digits come from; default: auto")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, help="generator updates; default: the recipe's")
    length.add_argument("--minutes", type=float, help="as many steps as take about so long here")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on with the run in the folder --run")
    chosen = parser.parse_args(arguments)
    if chosen.resume and chosen.run is None:
        parser.error("--resume needs --run FOLDER, the run to go on with")
    given = [name for name in ("size", "channels", "skip_unreadable") if getattr(chosen, name)]
    if given and chosen.images is None:
        parser.error(f"--{given[0].replace('_', '-')} needs --images FOLDER, the pictures that it is for")
    if chosen.augment == []:
        chosen.augment = list(DIFFERENTIABLE)
    if chosen.source and chosen.images:
        parser.error("--source is for the digits: leave it out, or leave out --images")
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(signal, "SIGHUP"):  # of a terminal that is closed
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stopped = None
    try:
        chosen.recipe = chosen.recipe or choose_budget().name
        images, labels, classes = _load(chosen)
        plan = _planned(chosen, images, labels, classes)
        chosen.run = chosen.run or _new_run()
        train(plan, images, chosen.run, chosen.seed, chosen.resume, labels, classes)
    except (FileExistsError, FileNotFoundError, BlockingIOError, ValueError) as problem:
        parser.error(str(problem).replace("skip_unreadable=True", "--skip-unreadable"))
    except OSError as problem:
        stopped = f"{problem}\n"
    except KeyboardInterrupt:
        stopped = "Stopped. "
    if stopped:
        # Not from within the handler, whose exception holds the run's iterator: TensorFlow's threads would still be
        # fetching batches, through Python, while Python is taken down, and could crash it.
        gc.collect()
        sys.exit(f"\n{stopped}{_what_next(chosen)}")


if __name__ == "__main__":
    main()
