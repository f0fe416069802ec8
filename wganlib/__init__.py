"""Model builders, losses and a compiled training loop for GAN, WGAN and WGAN-GP in Keras 3."""

from wganlib.quiet import import_tensorflow_quietly

import_tensorflow_quietly()

from wganlib import checks, widgets
from wganlib.budgets import Budget, choose_budget
from wganlib.devices import describe_device, use_gpu_memory_as_needed
from wganlib.figures import load_figure
from wganlib.models import (
    make_dcgan_discriminator,
    make_dcgan_generator,
    make_mlp_critic,
    make_mlp_generator,
)
from wganlib.plots import plot_images
from wganlib.quizzes import quiz
from wganlib.start import start
from wganlib.style import use_style

__version__ = "0.1.0"
