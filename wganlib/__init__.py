"""GAN, WGAN and WGAN-GP in Keras 3: networks, losses, a compiled training step, distances and measures.

What a notebook writes as `wl.…` is listed in `__all__`. The rooms bear Keras' names: `wl.layers`, `wl.losses`,
`wl.metrics`, `wl.callbacks` and so on. `wl.course` holds what only the chapters need and is loaded when it is first
asked for.
"""

from wganlib._output import let_streams_take_any_text
from wganlib._quiet import import_tensorflow_quietly

let_streams_take_any_text()
if not import_tensorflow_quietly():
    from wganlib.devices import warn_if_convolutions_are_slow

    warn_if_convolutions_are_slow()

from wganlib import callbacks, data, distances, layers, losses, metrics, networks, plots, training
from wganlib.callbacks import ExactResume, HealthAlarm, IterationHistory, LiveCurves, SampleGrid
from wganlib.data import decode_text, encode_text, load_digits, load_emoji, load_images, load_text
from wganlib.diagnosis import diagnose, examine
from wganlib.networks import (
    invert,
    load_pretrained,
    make_dcgan_discriminator,
    make_dcgan_generator,
    make_mlp_critic,
    make_mlp_generator,
    make_residual_critic,
    make_text_critic,
    make_text_generator,
    sample_latent,
    slerp,
    step_flops,
)
from wganlib.plots import plot_curves, plot_images
from wganlib.training import GAN, WGAN, WGANGP, FeatureMatchingGAN, fit_critic, recipe
from wganlib.training.input_pipeline import batches

__version__ = "0.1.0"

__all__ = [
    "GAN",
    "WGAN",
    "WGANGP",
    "ExactResume",
    "FeatureMatchingGAN",
    "HealthAlarm",
    "IterationHistory",
    "LiveCurves",
    "SampleGrid",
    "batches",
    "callbacks",
    "data",
    "decode_text",
    "diagnose",
    "distances",
    "encode_text",
    "examine",
    "fit_critic",
    "invert",
    "layers",
    "load_digits",
    "load_emoji",
    "load_images",
    "load_pretrained",
    "load_text",
    "losses",
    "make_dcgan_discriminator",
    "make_dcgan_generator",
    "make_mlp_critic",
    "make_mlp_generator",
    "make_residual_critic",
    "make_text_critic",
    "make_text_generator",
    "metrics",
    "networks",
    "plot_curves",
    "plot_images",
    "plots",
    "recipe",
    "sample_latent",
    "slerp",
    "step_flops",
    "training",
]


def __getattr__(name):
    if name == "course":
        import importlib

        return importlib.import_module("wganlib.course")
    raise AttributeError(f"module 'wganlib' has no attribute {name!r}")


def __dir__():
    return [*__all__, "course"]
