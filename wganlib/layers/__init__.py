"""Layers that Keras lacks, or has in another form."""

from wganlib.layers.leaky_relu import LeakyReLU
from wganlib.layers.minibatch_discrimination import MinibatchDiscrimination
from wganlib.layers.orthonormal import GroupSort, OrthonormalDense
from wganlib.layers.spectral import SpectralConv2D, SpectralDense

__all__ = ["GroupSort", "LeakyReLU", "MinibatchDiscrimination", "OrthonormalDense", "SpectralConv2D", "SpectralDense"]
