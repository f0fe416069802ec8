"""The generator that ships with the package, and the z that it was trained on."""

from importlib.resources import as_file, files

import keras
import numpy as np

from wganlib.arguments import as_rng, check_count, check_network


def load_pretrained():
    """The shipped WGAN-GP generator of digits: z (n, 20) ~ N(0, 1) → float32 (n, 28, 28, 1) in [−1, 1].

    assets/generator.json beside it records its recipe, its data and its measures; tools/build_generator.py made it.
    """
    with as_file(files("wganlib") / "assets" / "generator.keras") as path:
        return keras.models.load_model(path, compile=False)


def draw_latent(generator, count, seed=0):
    """z ~ N(0, 1) for a generator, as float32 (count, z_size); the same seed gives the same z.

    Raises:
        ValueError: no built generator, a count below 1, or what is no seed.
    """
    shape, _ = check_network("generator", generator)
    if len(shape) != 1:
        raise ValueError(f"generator must take z of shape (batch, z_size); it takes samples of shape {shape}.")
    return as_rng(seed).standard_normal((check_count("count", count), *shape)).astype(np.float32)
