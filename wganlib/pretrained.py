"""Saved generators: the one that ships with the package, and your own; and the z that they take."""

from importlib.resources import as_file, files

import keras
import numpy as np

from wganlib.arguments import as_rng, check_count, check_network, check_path


def load_pretrained(path=None):
    """The shipped WGAN-GP generator of digits: z (n, 20) ~ N(0, 1) → float32 (n, 28, 28, 1) in [−1, 1].

    assets/generator.json beside it records its recipe, its data and its measures; tools/build_generator.py made it.

    Args:
        path: of another network that was saved as .keras, e.g. runs/mine/generator.keras; None loads the shipped one.
            Code that such a file may carry (Lambda layers) is not run.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, or is no network that Keras saved.
    """
    if path is None:
        with as_file(files("wganlib") / "assets" / "generator.keras") as shipped:
            return keras.models.load_model(shipped, compile=False)
    path = check_path("path", path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}: check the path, it is taken from {path.cwd()}.")
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as problem:  # Keras and h5py raise anything on a damaged file
        reason = str(problem).partition("\n")[0]
        raise ValueError(
            f"{path} cannot be loaded ({type(problem).__name__}: {reason}). It is damaged, or was not written by "
            "model.save('….keras'), or holds code. Save it again; what `wganlib.train` was writing when it was "
            "stopped, --resume writes anew."
        ) from None


def draw_latent(generator, count, seed=0):
    """z ~ N(0, 1) for a generator, as float32 (count, z_size); the same seed gives the same z.

    Raises:
        ValueError: no built generator, a count below 1, or what is no seed.
    """
    shape, _ = check_network("generator", generator)
    if len(shape) != 1:
        raise ValueError(f"generator must take z of shape (batch, z_size); it takes samples of shape {shape}.")
    return as_rng(seed).standard_normal((check_count("count", count), *shape)).astype(np.float32)
