"""Model builders, losses and a compiled training loop for GAN, WGAN and WGAN-GP in Keras 3."""

from wganlib.quiet import import_tensorflow_quietly

import_tensorflow_quietly()

from wganlib import checks, conditional, convolution, distances, losses, metrics, toys, widgets
from wganlib.arithmetic import StepFlops, layer_flops, network_flops, step_flops
from wganlib.batches import batches
from wganlib.budgets import Budget, choose_budget
from wganlib.callbacks import HealthAlarm, IterationHistory, LiveCurves, SampleGrid, TimeLeft
from wganlib.code_diff import compare_code
from wganlib.critic_training import CriticFit, fit_critic
from wganlib.data import load_digits
from wganlib.devices import describe_device, use_gpu_memory_as_needed
from wganlib.examination import Examination, examine
from wganlib.feature_matching import critic_with_features
from wganlib.figures import load_figure
from wganlib.health import diagnose
from wganlib.image_folder import load_images
from wganlib.layers import MinibatchDiscrimination
from wganlib.models import (
    make_dcgan_discriminator,
    make_dcgan_generator,
    make_mlp_critic,
    make_mlp_generator,
)
from wganlib.network_plot import plot_network
from wganlib.orthonormal import GroupSort, OrthonormalDense
from wganlib.plots import plot_curves, plot_images
from wganlib.pretrained import draw_latent, load_pretrained
from wganlib.quizzes import quiz
from wganlib.receptive_field import receptive_fields
from wganlib.records import load_record
from wganlib.recipes import Recipe, recipe_for
from wganlib.residual_critic import gradient_by_block, make_residual_critic
from wganlib.resume import ExactResume
from wganlib.spectral import SpectralConv2D, SpectralDense
from wganlib.stages import plan_discriminator, plan_generator, read_stages
from wganlib.start import start
from wganlib.style import use_style
from wganlib.text import decode_text, encode_text, load_text
from wganlib.text_models import make_text_critic, make_text_generator
from wganlib.training import GAN, WGAN, WGANGP

__version__ = "0.1.0"
