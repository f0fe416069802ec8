"""Explorer: walk through the latent space of a generator."""

import ipywidgets as widgets
import numpy as np

from wganlib._arguments import check_network, show
from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.networks.pretrained import SHIPPED, load_pretrained, slerp
from wganlib.plots.figures import new_figure
from wganlib.plots.style import GREY, RED

STEPS = 9  # images on the way


class LatentExplorer(Explorer):
    """Sliders for the two ends of a walk and the place on it; shows the image there, large, above the whole walk.

    Args:
        generators: {name: model}, to choose from. A model is (batch, z_size) → (batch, h, w, 1) or (batch, h, w, 3) in
            [−1, 1], trained on z ~ N(0, 1).
    """

    idea = {"draws": tuple(SHIPPED), "place": np.linspace(0, 1, 21).tolist()}

    @classmethod
    def for_site(cls):
        return cls({name: load_pretrained(name) for name in SHIPPED})

    def __init__(self, generators):
        if not isinstance(generators, dict) or not generators:
            raise ValueError(f"`generators` must be {{name: model}}. Received: {show(generators)}.")
        for name, generator in generators.items():
            before, after = check_network(f"generators[{name!r}]", generator)
            if len(before) != 1 or len(after) != 3 or after[-1] not in (1, 3):
                raise ValueError(
                    "`generators` must make images, (batch, z_size) → (batch, h, w, 1) or (batch, h, w, 3). Received: "
                    f"one that makes {after} of {before}."
                )
        self._generators, self._ways = generators, {}
        controls = {
            "draws": widgets.Dropdown(options=list(generators), description="draws", **SLIDER),
            "place": widgets.FloatSlider(value=0.5, min=0, max=1, step=0.02, description="place", **SLIDER),
            "start": widgets.IntSlider(value=20, min=0, max=50, description="from z no.", **SLIDER),
            "end": widgets.IntSlider(value=37, min=0, max=50, description="to z no.", **SLIDER),
        }
        super().__init__(
            self._draw, controls, alt="An image on the way between two latent vectors, above the whole way"
        )

    def _generate(self, draws, start, end, positions):
        generator = self._generators[draws]
        ends = (np.random.default_rng(number).standard_normal(generator.input_shape[-1]) for number in (start, end))
        images = np.asarray(generator(slerp(*ends, positions), training=False))
        return np.repeat(images / 2 + 0.5, 3 // images.shape[-1], axis=-1)  # red, green and blue in [0, 1]

    def _draw(self, draws, place, start, end):
        if start == end:
            raise ValueError("Choose two different ends.")
        way = (draws, start, end)
        if way not in self._ways:
            self._ways = {way: self._generate(*way, np.linspace(0, 1, STEPS))}
        figure, axes = new_figure(7.5, 3.6, nrows=2, height_ratios=(3, 1))
        axes[0].imshow(self._generate(*way, [place])[0])
        axes[0].set_title(f"{place:.0%} of the way from z no. {start} to z no. {end}")
        strip = np.concatenate(list(self._ways[way]), axis=1)
        axes[1].imshow(strip, extent=(0, 1, 0, 1 / STEPS))
        # The middle of image k stands for the place k / (STEPS − 1).
        axes[1].axvline((place * (STEPS - 1) + 0.5) / STEPS, color=RED, linewidth=2)
        axes[1].set_xlabel("the whole way", color=GREY)
        for ax in axes:
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
        return figure
