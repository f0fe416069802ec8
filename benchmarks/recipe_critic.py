"""The critic of a recipe under another normalisation, for methods that are compared on one recipe's networks."""

import wganlib as wl
from wganlib.training.recipes import fitting_blocks


def recipe_critic(recipe, image_size, norm):
    """What `recipe.networks` builds as the critic, but with this norm of `make_dcgan_discriminator`."""
    return wl.make_dcgan_discriminator(
        image_size,
        recipe.critic_filters,
        norm=norm,
        dropout=recipe.dropout,
        hidden_units=recipe.critic_hidden_units,
        n_blocks=recipe.n_blocks or fitting_blocks(image_size),
        kernel_size=recipe.kernel_size,
        stem=recipe.stem,
    )
