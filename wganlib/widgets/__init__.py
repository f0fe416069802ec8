"""Explorers: one idea under sliders, one file each. They draw with matplotlib and need a running kernel to move."""

from wganlib.widgets.batch_normalisation import BatchNormalisationExplorer
from wganlib.widgets.best_discriminator import DiscriminatorExplorer
from wganlib.widgets.bilinear_game import BilinearExplorer
from wganlib.widgets.clinic import ClinicExplorer
from wganlib.widgets.clipping import ClippingExplorer
from wganlib.widgets.critic_depth import CriticDepthExplorer
from wganlib.widgets.distances import DistancesExplorer
from wganlib.widgets.explorer import Explorer
from wganlib.widgets.generator_metrics import MetricsExplorer
from wganlib.widgets.gradient_penalty import PenaltyExplorer
from wganlib.widgets.latent_space import LatentExplorer
from wganlib.widgets.networks import NetworkExplorer
from wganlib.widgets.run_cost import RunCostExplorer
from wganlib.widgets.transposed_convolution import TransposedConvolutionExplorer

__all__ = [
    "BatchNormalisationExplorer",
    "BilinearExplorer",
    "ClinicExplorer",
    "ClippingExplorer",
    "CriticDepthExplorer",
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
