"""Pictures of a trained generator: python -m wganlib.generate --run FOLDER [--count 64] [--seed 0] [--out FOLDER]

--label asks a conditional run's generator for one of its classes.

Reads generator.keras in a run folder of wganlib.train and leaves in the folder --out: grid.png, the samples beside each
other; images/0000.png, …, each for itself; interpolation.gif, a walk through z that ends where it began. All of it is a
function of the generator and the seed.
"""

import argparse
import signal
import sys
from pathlib import Path

import numpy as np

from wganlib._arguments import as_tuple, check_choice, check_count, check_path, check_seed, show
from wganlib._output import say
from wganlib._saving import read_settings
from wganlib.data.image_writer import save_animation, save_grid, save_images
from wganlib.networks.conditional import ask_for
from wganlib.networks.exporting import check_can_write_onnx, export_network
from wganlib.networks.pretrained import load_pretrained, sample_latent, slerp

EXPORTS = {"saved_model": "generator", "onnx": "generator.onnx"}
IN_GRID = 64  # samples in grid.png at most
# Of interpolation.gif: images side by side, z on the way, frames from one to the next
WALKERS, STATIONS, FRAMES = 9, 4, 12
MILLISECONDS = 100
LEAST_SIDE = 64  # of an image in grid.png and interpolation.gif, in pixels


def generate(run, out=None, count=64, seed=0, export=None, label=None):
    """Draw samples of a run's generator and write them into a folder, as `python -m wganlib.generate` does.

    Args:
        run: the run's folder, which holds generator.keras.
        out: the folder that is made; None takes generated_seed_… in the run's folder.
        count: how many samples.
        seed: of z.
        export: "saved_model" or "onnx" to write the generator, too, for programs without Keras; see
            `wganlib.networks.export_network`.
        label: of a conditional run, the name of the class to draw; None draws all of them, each as likely.

    Returns:
        The folder, a pathlib.Path.

    Raises:
        FileNotFoundError: no such run, or one without a generator.
        FileExistsError: `out` exists and is not an empty folder.
        ValueError: a file that is not a generator of images, an argument out of range, a label that the run lacks, or
            damaged settings that should name it.
        ModuleNotFoundError: export="onnx" without tf2onnx.
        OSError: `out` cannot be written to.
    """
    run, count, seed = check_path("run", run).expanduser(), check_count("count", count), check_seed("seed", seed)
    export = check_choice("export", export, (None, *EXPORTS))
    out = None if out is None else check_path("out", out).expanduser()
    if label is not None and not isinstance(label, str):
        raise ValueError(f"`label` must be the name of a class, as text, or None. Received: {show(label)}.")
    if export == "onnx":
        check_can_write_onnx()
    generator = _load(run)
    asked = _asking_for(label, run)
    if out is None:
        out = run / (f"generated_seed_{seed}" if label is None else f"generated_{label}_seed_{seed}")
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise FileExistsError(f"{out} already exists. Name another folder with --out, or take another --seed.")
    out.mkdir(parents=True, exist_ok=True)
    if export is not None:
        export_network(generator, out / EXPORTS[export])
    samples = generator.predict(asked(sample_latent(generator, count, seed)), batch_size=256, verbose=0)
    scale = -(-LEAST_SIDE // min(samples.shape[1:3]))
    save_grid(samples[:IN_GRID], out / "grid.png", scale=scale)
    save_images(samples, out / "images")
    save_animation(_walk(generator, seed, asked), out / "interpolation.gif", MILLISECONDS, scale, last=MILLISECONDS)
    say(f"{count:,} samples of seed {seed} in {out}: {', '.join(sorted(path.name for path in out.iterdir()))}")
    return out


def _load(run):
    path = run / "generator.keras"
    if not path.is_file():
        raise FileNotFoundError(
            f"{run} holds no generator.keras, which a run of wganlib.train writes at its end. Name another run, or let "
            f"this one go on by its --resume. Relative paths start at {Path.cwd()}."
        )
    generator = load_pretrained(path)
    drawn = generator.output_shape
    if len(drawn) != 4 or drawn[-1] not in (1, 3):
        raise ValueError(f"{path} must draw images (batch, height, width, 1 or 3). Received: one of {drawn}.")
    return generator


def _asking_for(label, run):
    """A function of z that puts the label's class into it; None leaves z as it is."""
    if label is None:
        return lambda z: z
    classes = read_settings(run, _classes) if (run / "settings.json").is_file() else ()
    if not classes:
        raise ValueError(
            f"`label` must be left out for {run}, which was not trained with --conditional. Received: {label!r}."
        )
    check_choice("label", label, classes)
    return lambda z: ask_for(z, classes.index(label), len(classes))


def _classes(settings):
    return as_tuple("classes", settings.get("classes", ()), "must be names of classes", str)


def _walk(generator, seed, asked=lambda z: z):
    """Frames (WALKERS, height, width, channels): every walker goes from z to z on circles, and back to its first."""
    stations = sample_latent(generator, WALKERS * STATIONS, seed).reshape(STATIONS, WALKERS, -1)
    positions = np.linspace(0, 1, FRAMES, endpoint=False)
    ways = [
        [slerp(start, end, positions) for start, end in zip(here, there, strict=True)]
        for here, there in zip(stations, np.roll(stations, -1, axis=0), strict=True)
    ]
    z = np.stack(ways).swapaxes(1, 2).reshape(STATIONS * FRAMES * WALKERS, -1)
    frames = generator.predict(asked(z), batch_size=256, verbose=0)
    return frames.reshape(STATIONS * FRAMES, WALKERS, *frames.shape[1:])


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m wganlib.generate",
        usage="%(prog)s --run FOLDER [--count 64] [--seed 0] [--out FOLDER] [options, see --help]",
        description=__doc__.splitlines()[0],
    )
    parser.add_argument("--run", metavar="FOLDER", required=True, help="run folder of wganlib.train")
    parser.add_argument("--out", metavar="FOLDER", help="to make; default: generated_seed_… in the run folder")
    parser.add_argument("--count", type=int, default=64, help="how many samples; default: 64")
    parser.add_argument("--seed", type=int, default=0, help="of the samples' z; default: 0")
    parser.add_argument("--label", help="the class to draw, of a run with --conditional")
    parser.add_argument("--export", choices=EXPORTS, help="write the generator, too, for programs without Keras")
    chosen = parser.parse_args(arguments)
    if hasattr(signal, "SIGHUP"):  # a terminal that is closed
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        generate(chosen.run, chosen.out, chosen.count, chosen.seed, chosen.export, chosen.label)
    except (FileExistsError, FileNotFoundError, ValueError, ModuleNotFoundError) as problem:
        parser.error(str(problem))
    except OSError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
