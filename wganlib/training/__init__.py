"""The trainers, their recipes and budgets, and a critic trained alone."""

from wganlib.training.adversarial_model import AdversarialModel
from wganlib.training.augmentation import augment_images
from wganlib.training.budgets import Budget, choose_budget
from wganlib.training.conditional import ConditionalWGANGP
from wganlib.training.critic_fit import CriticFit, fit_critic
from wganlib.training.feature_matching import FeatureMatching, FeatureMatchingGAN
from wganlib.training.fused_adam import FusedAdam
from wganlib.training.input_pipeline import batches
from wganlib.training.recipes import Recipe, recipe
from wganlib.training.trainers import GAN, WGAN, WGANGP

__all__ = [
    "GAN",
    "WGAN",
    "WGANGP",
    "AdversarialModel",
    "Budget",
    "ConditionalWGANGP",
    "CriticFit",
    "FeatureMatching",
    "FeatureMatchingGAN",
    "FusedAdam",
    "Recipe",
    "augment_images",
    "batches",
    "choose_budget",
    "fit_critic",
    "recipe",
]
