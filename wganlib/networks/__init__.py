"""Generators and critics, what they cost, what they see, how they are drawn. Every builder returns a Keras model."""

from wganlib.networks import conditional
from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator
from wganlib.networks.exporting import export_network
from wganlib.networks.features import critic_with_features
from wganlib.networks.flops import StepFlops, layer_flops, step_flops
from wganlib.networks.inversion import Inversion, invert
from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator
from wganlib.networks.picture import plot_network
from wganlib.networks.pretrained import load_pretrained, sample_latent, slerp
from wganlib.networks.projection import make_class_generator, make_projection_critic
from wganlib.networks.receptive_field import receptive_fields
from wganlib.networks.residual import gradient_by_block, make_residual_critic
from wganlib.networks.stages import plan_discriminator, plan_generator, read_stages
from wganlib.networks.text import make_text_critic, make_text_generator

__all__ = [
    "Inversion",
    "StepFlops",
    "conditional",
    "critic_with_features",
    "export_network",
    "gradient_by_block",
    "invert",
    "layer_flops",
    "load_pretrained",
    "make_class_generator",
    "make_dcgan_discriminator",
    "make_dcgan_generator",
    "make_mlp_critic",
    "make_mlp_generator",
    "make_projection_critic",
    "make_residual_critic",
    "make_text_critic",
    "make_text_generator",
    "plan_discriminator",
    "plan_generator",
    "plot_network",
    "read_stages",
    "receptive_fields",
    "sample_latent",
    "slerp",
    "step_flops",
]
