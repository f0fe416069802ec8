"""The main job without a notebook: python -m wganlib.train [--images FOLDER --size 32] [--recipe laptop] [--run FOLDER]

Trains a WGAN-GP on the digits, or on a folder of pictures, with --conditional one that is asked for a class, and leaves
in a run folder: generator.keras, critic.keras, history.csv (one line an epoch), iterations.csv (one line an iteration),
settings.json, samples.png, curves.png and training.gif. Its state is saved at the end of each epoch in states/: a run
that was stopped goes on with --run FOLDER --resume, which reads the other options in settings.json, and takes --images
where the pictures have moved. One process at a time trains in a folder. `wganlib.generate` draws from a run.
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
from wganlib._arguments import as_tuple, check_count, check_flag, check_number, check_path, check_seed, show
from wganlib._output import say
from wganlib._saving import lock_folder, read_settings, unlock_folder, whole_file
from wganlib.callbacks.alarm import HealthAlarm
from wganlib.callbacks.epoch_report import EpochReport
from wganlib.callbacks.history import IterationHistory
from wganlib.callbacks.pictures import SampleGrid
from wganlib.callbacks.resume import ExactResume
from wganlib.callbacks.time_left import TimeLeft
from wganlib.data.digits import SOURCES, load_digits
from wganlib.data.image_cache import cache_found
from wganlib.data.image_folder import look_for_pictures
from wganlib.data.image_writer import save_grid
from wganlib.devices import describe_device, use_gpu_memory_as_needed
from wganlib.plots.figures import outside_pyplot, plot_curves, plot_images
from wganlib.plots.style import use_style
from wganlib.training.augmentation import AUGMENTATIONS, DIFFERENTIABLE
from wganlib.training.budgets import choose_budget
from wganlib.training.input_pipeline import batches
from wganlib.training.recipes import RECIPES, Recipe, fitting_blocks, recipe

BETWEEN_STATES = 30.0  # seconds, where epochs are shorter: a state is several times as large as the weights
LINES = 20  # about so many epochs of a run are reported on
TRIAL = 2.0  # seconds of steps that are timed, after those that compile
FEW = 500  # pictures: below, --augment is suggested (benchmarks/few_pictures.py: 100 need it, 1,177 do not yet)
DEFAULT_SIZE, LARGEST_SIZE = 32, 1024  # of pictures; the weights of a recipe for more fill the memory
NO_RUN = "{} holds no run to resume. Leave --resume out, or name its folder with --run."
A_RUN = "{} holds a run already. Go on with it by --resume, or name another folder."


def train(plan, images, run, seed=0, resume=False, labels=None, classes=(), options=None):
    """Train by a recipe and write everything into a folder.

    Args:
        plan: a `Recipe`.
        images: what `wganlib.batches` takes, e.g. of `load_digits` or `wganlib.data.cache_images`.
        run: the folder; it is made, and must not hold a run already.
        seed: of everything.
        resume: whether to go on with the run in the folder, which must have been started with the same settings.
        labels: None, or (n,) whole numbers, the class of each image: the generator is then asked for a class.
        classes: the names of the classes that the labels stand for.
        options: None, or {option: value} of the command, which its --resume reads in settings.json.

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
        raise FileNotFoundError(NO_RUN.format(run))
    use_gpu_memory_as_needed()
    trainer = plan.build(images, seed=seed, n_classes=len(classes) or None)
    data = plan.batches(images, trainer, labels)
    run.mkdir(parents=True, exist_ok=True)
    lock_folder(run)
    begun = []
    try:
        if _started(run) and not resume:
            raise FileExistsError(A_RUN.format(run))
        _train(plan, trainer, data, run, begun, classes, options)
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


def _train(plan, trainer, data, run, begun, classes, options):
    """The training itself; the list `begun` gets the epochs that it begins."""
    use_style()
    images = data.settings["images"]
    epochs = plan.epochs(images)
    length = f"{epochs * len(data):,} steps in epochs of {len(data):,}"
    say(f"device: {describe_device()} · recipe: {plan.name}, {length}\nrun folder: {run}")
    settings = {
        **({"options": options} if options else {}),
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

    def show_samples(epoch, logs):
        if (epoch + 1) % grid.every == 0:
            with contextlib.suppress(OSError):  # of a full disk the states tell
                save_grid(grid.frames[-1], run / "samples.png", scale=2)

    newest = keras.callbacks.LambdaCallback(on_epoch_end=show_samples)
    report = EpochReport(every=max(1, epochs // LINES))
    states = ExactResume(run / "states", seconds=BETWEEN_STATES)
    callbacks = [note, iterations, grid, newest, states, HealthAlarm(), report, TimeLeft()]
    began = time.monotonic()
    trainer.fit(data, epochs=epochs, verbose=0, callbacks=callbacks)
    since = " since it was resumed" if begun and begun[0] else ""
    say(f"trained up to step {int(trainer.step.numpy())} in {(time.monotonic() - began) / 60:.1f} minutes{since}")
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
    """64 samples; of a conditional trainer eight of each class, of the first twenty classes."""
    if not classes:
        return plot_images(trainer.sample(64))
    shown = classes[:20]
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


def _given(chosen):
    """{option: value} of what was given, without --run and --resume; the folder of pictures as any folder calls it."""
    given = {name: value for name, value in vars(chosen).items() if value is not None and name not in ("run", "resume")}
    if "size" in given:
        given["size"] = _size(given["size"])
    if "images" in given:
        given["images"] = str(check_path("--images", given["images"]).expanduser().absolute())
    if given.get("augment") == []:
        given["augment"] = list(DIFFERENTIABLE)
    return given


def _size(text):
    """The value of --size: a side of squares, or "HEIGHTxWIDTH" where the two differ."""
    sides = text.lower().replace("×", "x").split("x")
    if not all(side.isdecimal() for side in sides) or len(sides) > 2:
        raise ValueError(f"`--size` must be a side in pixels, or HEIGHTxWIDTH, e.g. 48x64. Received: {text}.")
    height, width = int(sides[0]), int(sides[-1])
    return height if height == width else f"{height}x{width}"


def _height_and_width(size):
    height, _, width = str(size).partition("x")
    return int(height), int(width or height)


def _option(name):
    return f"--{name.replace('_', '-')}"


def _words(options):
    """The options as a command has them."""
    words = []
    for name, value in options.items():
        words += [_option(name)]
        words += [] if value is True else map(str, value) if isinstance(value, list) else [str(value)]
    return words


def _what_next(chosen, given):
    """The command that goes on with a run that was stopped, to be pasted into a terminal in any folder."""
    started = chosen.run is not None and _started(chosen.run)
    if started and (kept := _settings(chosen.run)[-1]):  # which need not be given again, but for a new length or place
        given = {name: value for name, value in given.items() if chosen.resume and value != kept.get(name)}
    words = [sys.executable, "-m", "wganlib.train", *_words(given)]
    words += [] if chosen.run is None else ["--run", str(chosen.run.absolute())]
    words += ["--resume"] if started else []
    command = subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
    if not started:
        return f"Nothing was saved yet. Begin again with: {command}"
    if not _has_state(chosen.run):
        return f"No state was saved yet. The run begins at its first step again with: {command}"
    return f"Go on with: {command}"


def _settings(run):
    """(recipe, seed, shape of the images, names of classes, options or None) of a run, by its settings.json."""

    def wanted(settings):
        plan = Recipe(**settings["recipe"])
        plan = replace(plan, augment=tuple(plan.augment))
        classes = tuple(settings.get("classes", ()))
        return plan, settings["seed"], tuple(settings["images"]), classes, settings.get("options")

    return read_settings(run, wanted)


def _begin(run, given):
    """(recipe, options) of a new run, or a ValueError about what is wrong with them before anything is read or made."""
    pictures = [name for name in ("size", "channels", "skip_unreadable") if name in given]
    if pictures and "images" not in given:
        raise ValueError(f"{_option(pictures[0])} needs --images FOLDER, the pictures that it is for.")
    if "source" in given and "images" in given:
        raise ValueError("--source is for the digits: leave it out, or leave out --images.")
    if "steps" in given:
        check_count("--steps", given["steps"])
    if "minutes" in given:
        check_number("--minutes", given["minutes"], above=0)
    usual = choose_budget().name
    if "images" in given and usual != "smoke":
        usual = "pictures"
    options = {"recipe": usual, "seed": 0, **given}
    check_seed("--seed", options["seed"])
    plan = recipe(options["recipe"])
    plan = replace(
        plan,
        augment=tuple(given.get("augment", ())),
        resize=plan.resize or "images" in given,
        steps=given.get("steps", plan.steps),
    )
    if "images" in given:
        options = {"size": DEFAULT_SIZE, **options}
        _check_size(options["size"], plan)
    if run is not None:
        _check_new(run)
    return plan, options


def _check_size(size, plan):
    sides = _height_and_width(size)
    for side in sides:
        check_number("--size", side, at_least=4, at_most=LARGEST_SIZE)
    factor = 2 ** (plan.n_blocks or fitting_blocks((*sides, 1)))
    if any(side % factor for side in sides):
        fitting = _size("x".join(str(side // factor * factor) for side in sides))
        raise ValueError(
            f"`--size` must be divisible by {factor}, so that it can be halved often enough. Received: {size}. "
            f"{fitting} would work."
        )


def _check_new(run):
    """Refuse a folder that holds a run, or that cannot be made; nothing is left behind."""
    if _started(run):
        raise FileExistsError(A_RUN.format(run))
    missing = [folder for folder in (run, *run.parents) if not folder.exists()]
    try:
        run.mkdir(parents=True, exist_ok=True)
        reason = "" if os.access(run, os.W_OK) else "it cannot be written to"
    except OSError as problem:
        reason = problem.strerror
    for folder in missing:
        with contextlib.suppress(OSError):
            folder.rmdir()
    if reason:
        raise ValueError(
            f"`--run` must be a folder, or one that can be made. Received: {run} ({reason}). Name another."
        )


def _go_on(run, given):
    """(recipe, options, shape of the images, names of classes) of a run that is resumed, or a ValueError about options
    that differ."""
    if not _started(run):
        raise FileNotFoundError(NO_RUN.format(run))
    plan, seed, shape, classes, options = _settings(run)
    if options is None:  # a run from before they were kept: they have to be given again
        options = {"size": DEFAULT_SIZE, **given, "recipe": plan.name, "seed": seed, "steps": plan.steps}
    for name, value in given.items():
        if value == options.get(name) or (name == "steps" and value == plan.steps):
            continue
        if name == "images" and name in options:  # moved, or others, which the state's checksum tells
            options = options | {name: value}
            continue
        option = _option(name)
        if name != "steps":
            begun = f"with {' '.join(_words({name: options[name]}))}" if name in options else f"without {option}"
            raise ValueError(f"This run was begun {begun}. Leave {option} out, or begin another run.")
        if plan.decay:
            raise ValueError(
                f"This run has {plan.steps:,} steps, no more and no fewer: its learning rates fall to their end with "
                "them. Leave --steps out, or begin another run."
            )
        plan = replace(plan, steps=check_count("--steps", value))
    return plan, options, shape, classes


def _check_same(images, shape, classes, names):
    """Refuse to resume a run whose images had another shape, or whose classes other names."""
    rule, remedy = "must be those that the run was begun with", "Bring those back, or begin another run."
    if classes != names:
        differing = {"without": {*names} - {*classes}, "with": {*classes} - {*names}}
        found = " and ".join(f"{word} {_first_few(sorted(some))}" for word, some in differing.items() if some)
        raise ValueError(f"The classes {rule}. Received: pictures {found}. {remedy}")
    if images.shape != shape:
        before, now = (
            f"{count:,} of {height}×{width}×{depth}" for count, height, width, depth in (shape, images.shape)
        )
        raise ValueError(f"The images {rule}, {before} (height×width×channels). Received: {now}. {remedy}")


def _first_few(names):
    return ", ".join(names[:3]) + ", …" * (len(names) > 3)


def _load(options, plan):
    """The images of a command, and if it is conditional their labels and the classes' names, else None and ()."""
    conditional = options.get("conditional", False)
    if "images" not in options:
        found = load_digits(source=options.get("source", "auto"), labels=conditional)
        return (*found, tuple("0123456789")) if conditional else (found, None, ())
    how = {
        "size": _height_and_width(options["size"]),
        "channels": options.get("channels"),
        "labels": conditional,
        "skip_unreadable": options.get("skip_unreadable", False),
    }
    found = look_for_pictures(options["images"], **how)
    _check_enough(len(found.paths), plan)
    cached = cache_found(found, how["labels"], how["skip_unreadable"])
    images, labels, classes = cached if conditional else (cached, None, ())
    _check_enough(len(images), plan)
    if len(classes) == 1:
        raise ValueError(
            f"--conditional needs a folder for each of at least two classes. Received: {options['images']} with "
            f"{classes[0]} alone."
        )
    lone = [name for name, count in zip(classes, np.bincount(labels), strict=True) if count < 2] if classes else []
    if lone:
        raise ValueError(
            "--conditional needs at least two pictures of each class: one alone can only be copied. Received: one in "
            f"{_first_few(lone)}. Add some, or move the folder elsewhere."
        )
    return images, labels, classes


def _check_enough(count, plan):
    fewest = plan.n_critic * plan.batch_size
    if count < fewest:
        raise ValueError(
            f"A step of --recipe {plan.name} needs at least {fewest} pictures. Received: {count}. Add some."
        )


def _timed(plan, minutes, images, labels, classes):
    """The recipe, with as many steps as take these minutes, and how long they take said."""
    trial = plan.build(images, n_classes=len(classes) or None)
    seconds = seconds_per_step(plan, images, trial, labels)
    if minutes is not None:
        plan = replace(plan, steps=max(1, round(60 * minutes / seconds)))
    plan = plan.in_whole_epochs(len(images))
    networks = " and ".join(f"{network.count_params():,}" for network in (trial.generator, trial.critic))
    total = plan.steps * seconds
    say(
        f"generator and critic have {networks} parameters; a step takes {1000 * seconds:.0f} ms, {plan.steps:,} of "
        f"them about {f'{total:.0f} s' if total < 100 else f'{total / 60:.0f} min'}"
    )
    return plan


def _stop(signal_number, frame):
    # As Ctrl-C, which waits for a step to end: what is under way is left in order, and said.
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):  # Ctrl-C is ignored, as in a command that a script has begun by `&`
        raise KeyboardInterrupt
    handler(signal_number, frame)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m wganlib.train",
        usage="%(prog)s [--images FOLDER] [--run FOLDER] [--resume] [options, see --help]",
        description=__doc__.splitlines()[0],
    )
    parser.add_argument(
        "--recipe", choices=RECIPES, help="default: pictures with --images, else full with a GPU, else laptop"
    )
    parser.add_argument("--run", metavar="FOLDER", help="run folder; default: runs/ and the date and time")
    parser.add_argument("--images", metavar="FOLDER", help="folder of pictures; default: the digits")
    parser.add_argument(
        "--size", help=f"side, or HEIGHTxWIDTH, that pictures are cut and scaled to; default: {DEFAULT_SIZE}"
    )
    parser.add_argument("--channels", type=int, choices=(1, 3), help="grey or colour; default: as the pictures are")
    parser.add_argument(
        "--conditional",
        action="store_true",
        default=None,
        help="one generator for all classes, which is asked for one: digits, or the folders in --images",
    )
    parser.add_argument(
        "--skip-unreadable", action="store_true", default=None, help="leave out pictures that cannot be read"
    )
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
    length.add_argument("--steps", type=int, help="generator updates, in whole epochs; default: the recipe's")
    length.add_argument("--minutes", type=float, help="as many steps as fit into this time on this machine, roughly")
    parser.add_argument("--seed", type=int, help="of the weights and of every draw; default: 0")
    parser.add_argument(
        "--resume", action="store_true", help="go on with the run in the folder --run, with the options that it has"
    )
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(signal, "SIGHUP"):  # of a terminal that is closed
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stopped, given = None, {}
    try:
        chosen.run = None if chosen.run is None else check_path("--run", chosen.run)
        given = _given(chosen)
        _run(chosen, given)
    except (FileExistsError, FileNotFoundError, BlockingIOError, ValueError) as problem:
        parser.error(_of_options(problem))
    except OSError as problem:
        stopped = f"{_of_options(problem)}\n"
    except KeyboardInterrupt:
        stopped = "Stopped. "
    if stopped:
        # Not from within the handler, whose exception holds the run's iterator: TensorFlow's threads would still be
        # fetching batches, through Python, while Python is taken down, and could crash it.
        gc.collect()
        sys.exit(f"\n{stopped}{_what_next(chosen, given)}")


def _of_options(problem):
    return str(problem).replace("skip_unreadable=True", "--skip-unreadable")


def _run(chosen, given):
    """What the command does: the cheap refusals, the pictures, the trial, the training."""
    if chosen.resume:
        if chosen.run is None:
            raise ValueError("--resume needs --run FOLDER, the run to go on with.")
        plan, options, shape, names = _go_on(chosen.run, given)
    else:
        plan, options = _begin(chosen.run, given)
    try:
        images, labels, classes = _load(options, plan)
    except FileNotFoundError as problem:
        moved = " If the pictures have moved, name their folder by --images." if chosen.resume else ""
        raise FileNotFoundError(f"{problem}{moved}") from problem
    if not chosen.resume:
        if len(images) < FEW and not plan.augment:
            say(f"{len(images)} pictures are few, and a critic soon knows them by heart: better begin with --augment")
        if "images" in options or "minutes" in options:
            plan = _timed(plan, options.get("minutes"), images, labels, classes)
        else:
            plan = plan.in_whole_epochs(len(images))
    else:
        _check_same(images, shape, classes, names)
    chosen.run = chosen.run or _new_run()
    train(plan, images, chosen.run, options["seed"], chosen.resume, labels, classes, options)


if __name__ == "__main__":
    main()
