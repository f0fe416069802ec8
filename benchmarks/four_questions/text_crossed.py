"""Text, WGAN-GP or GAN: is it the loss or the penalty? Each loss with the penalty and without it, three seeds.

What learns is trained twice as long with the first seed. Networks, optimiser, rates, data and what is measured are
those of text.py. Equal steps: the penalty on a quarter of the batch makes a step 8 % dearer.
"""

from functools import partial
from pathlib import Path

from kept_runs import kept, rounded
from text import LENGTH, MARKS, run

import wganlib as wl

STEPS, SEEDS = 1250, (0, 1, 2)


class PenalisedGAN(wl.WGANGP):
    """The standard GAN's losses, and WGAN-GP's penalty on the discriminator's logits (arXiv 1710.08446)."""

    def critic_loss(self, real, fake, draw):
        values = self.critic_values(real, fake)
        _, logs = self.penalized_loss(values, real, fake, self.values, draw)
        return wl.losses.minimax_discriminator_loss(*values) + self.gp_weight * logs["gradient_penalty"], logs

    def generator_loss(self, fake_values):
        return wl.losses.non_saturating_generator_loss(fake_values)


KINDS = {"WGAN-GP": wl.WGANGP, "GAN + penalty": PenalisedGAN, "standard GAN": wl.GAN, "Wasserstein loss alone": wl.WGAN}


def measure(quick=False, work="runs/four_questions"):
    """The record's part "text_crossed": {"steps": …, "runs": {name of KINDS: [the rows of each seed]}, "longer": {name:
    rows}}, with the rows of text.py."""
    texts = wl.load_text(LENGTH, verbose=False)
    steps, seeds = (8, SEEDS[:1]) if quick else (STEPS, SEEDS)
    options = {"filters": 4, "jit_compile": False} if quick else {}

    def rows(name, seed, steps, marks):
        make = partial(run, KINDS[name], steps, *texts, marks=marks, seed=seed, **options)
        return rounded(kept(Path(work) / "text", f"crossed_{KINDS[name].__name__}_{seed}_{steps}", make), 3)

    runs = {name: [rows(name, seed, steps, MARKS[3:]) for seed in seeds] for name in KINDS}
    longer = {name: rows(name, seeds[0], 2 * steps, MARKS[2:]) for name in ("WGAN-GP", "GAN + penalty")}
    return {"steps": steps, "runs": runs, "longer": longer}
