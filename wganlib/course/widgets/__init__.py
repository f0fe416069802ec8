"""Explorers: one idea under sliders, one file each. They draw with matplotlib and need a running kernel to move."""

from wganlib.course.widgets.asked_class import AskedClassExplorer
from wganlib.course.widgets.batch_normalisation import BatchNormalisationExplorer
from wganlib.course.widgets.best_discriminator import DiscriminatorExplorer
from wganlib.course.widgets.bilinear_game import BilinearExplorer
from wganlib.course.widgets.clinic import ClinicExplorer
from wganlib.course.widgets.clipping import ClippingExplorer
from wganlib.course.widgets.critic_depth import CriticDepthExplorer
from wganlib.course.widgets.dirac_gan import DiracExplorer
from wganlib.course.widgets.distances import DistancesExplorer
from wganlib.course.widgets.explorer import Explorer
from wganlib.course.widgets.generator_metrics import MetricsExplorer
from wganlib.course.widgets.gradient_penalty import PenaltyExplorer
from wganlib.course.widgets.latent_space import LatentExplorer
from wganlib.course.widgets.networks import NetworkExplorer
from wganlib.course.widgets.run_cost import RunCostExplorer
from wganlib.course.widgets.transposed_convolution import TransposedConvolutionExplorer

__all__ = [
    "AskedClassExplorer",
    "BatchNormalisationExplorer",
    "BilinearExplorer",
    "ClinicExplorer",
    "ClippingExplorer",
    "CriticDepthExplorer",
    "DiracExplorer",
    "DiscriminatorExplorer",
    "DistancesExplorer",
    "Explorer",
    "LatentExplorer",
    "MetricsExplorer",
    "NetworkExplorer",
    "PenaltyExplorer",
    "RunCostExplorer",
    "TransposedConvolutionExplorer",
]
