"""Explorers: one idea under sliders, one file each. They draw with matplotlib and need a running kernel to move."""

from wganlib.widgets.batch_normalisation import BatchNormalisationExplorer
from wganlib.widgets.distances import DistancesExplorer
from wganlib.widgets.explorer import Explorer
from wganlib.widgets.gradient_penalty import PenaltyExplorer
from wganlib.widgets.latent_space import LatentExplorer
from wganlib.widgets.networks import NetworkExplorer
from wganlib.widgets.transposed_convolution import TransposedConvolutionExplorer

__all__ = [
    "BatchNormalisationExplorer",
    "DistancesExplorer",
    "Explorer",
    "LatentExplorer",
    "NetworkExplorer",
    "PenaltyExplorer",
    "TransposedConvolutionExplorer",
]
