"""Explorer: walk through the latent space of a generator."""

import ipywidgets as widgets
import numpy as np

from wganlib._arguments import check_network
from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.networks.pretrained import load_pretrained, slerp
from wganlib.plots.figures import new_figure
from wganlib.plots.style import GREY, RED

STEPS = 9  # images on the way


class LatentExplorer(Explorer):
    """Sliders for the two ends of a walk and the place on it; shows the image there, large, above the whole walk.

    Args:
        generator: a model (batch, z_size) → (batch, h, w, 1) or (batch, h, w, 3) in [−1, 1], trained on z ~ N(0, 1).
    """

    idea = {"place": np.linspace(0, 1, 21).tolist(), "end": (37, 5)}

    @classmethod
    def for_site(cls):
        return cls(load_pretrained())

    def __init__(self, generator):
        before, after = check_network("generator", generator)
        if len(before) != 1 or len(after) != 3 or after[-1] not in (1, 3):
            raise ValueError(
                "`generator` must make images, (batch, z_size) → (batch, h, w, 1) or (batch, h, w, 3). Received: one "
                f"that makes {after} of {before}."
            )
        self._generator, self._ways = generator, {}
        controls = {
            "place": widgets.FloatSlider(value=0.5, min=0, max=1, step=0.02, description="place", **SLIDER),
            "start": widgets.IntSlider(value=20, min=0, max=50, description="from z no.", **SLIDER),
            "end": widgets.IntSlider(value=37, min=0, max=50, description="to z no.", **SLIDER),
        }
        super().__init__(
            self._draw, controls, alt="An image on the way between two latent vectors, above the whole way"
        )

    def _latent(self, number):
        return np.random.default_rng(number).standard_normal(self._generator.input_shape[-1])

    def _generate(self, start, end, positions):
        z = slerp(self._latent(start), self._latent(end), positions)
        images = np.asarray(self._generator(z, training=False))
        return np.repeat(images / 2 + 0.5, 3 // images.shape[-1], axis=-1)  # red, green and blue in [0, 1]

    def _draw(self, place, start, end):
        if start == end:
            raise ValueError("Choose two different ends.")
        if (start, end) not in self._ways:
            self._ways = {(start, end): self._generate(start, end, np.linspace(0, 1, STEPS))}
        figure, axes = new_figure(7.5, 3.6, nrows=2, height_ratios=(3, 1))
        axes[0].imshow(self._generate(start, end, [place])[0])
        axes[0].set_title(f"{place:.0%} of the way from z no. {start} to z no. {end}")
        strip = np.concatenate(list(self._ways[start, end]), axis=1)
        axes[1].imshow(strip, extent=(0, 1, 0, 1 / STEPS))
        # The middle of image k stands for the place k / (STEPS − 1).
        axes[1].axvline((place * (STEPS - 1) + 0.5) / STEPS, color=RED, linewidth=2)
        axes[1].set_xlabel("the whole way", color=GREY)
        for ax in axes:
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
        return figure
