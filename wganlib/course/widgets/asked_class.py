"""Explorer of chapter 04: what a generator draws when it is asked for a class."""

from importlib.resources import as_file, files

import ipywidgets as widgets

from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.networks.conditional import ask_for
from wganlib.networks.pretrained import load_pretrained, sample_latent
from wganlib.plots.figures import plot_images

COUNT = 8  # images at once


class AskedClassExplorer(Explorer):
    """A list of digits and a slider for the noise; shows eight images of the digit that is asked for.

    Args:
        draw_digit: a function (digit, count, seed) → images (count, height, width, 1) in [−1, 1].
    """

    idea = {"digit": list(range(10)), "seed": list(range(8))}

    @classmethod
    def for_site(cls):
        """With assets/class_generator.keras, which tools/build_class_generator.py made."""
        with as_file(files("wganlib") / "assets" / "class_generator.keras") as shipped:
            generator = load_pretrained(shipped)

        def draw_digit(digit, count, seed):
            z = ask_for(sample_latent(generator, count, seed), digit)
            return generator(z, training=False).numpy()

        return cls(draw_digit)

    def __init__(self, draw_digit):
        self._draw_digit = draw_digit
        controls = {
            "digit": widgets.Dropdown(options=range(10), value=7, description="digit", **SLIDER),
            "seed": widgets.IntSlider(value=0, min=0, max=20, description="noise", continuous_update=False, **SLIDER),
        }
        super().__init__(self._draw, controls, alt="Eight generated images of the digit asked for")

    def _draw(self, digit, seed):
        return plot_images(self._draw_digit(digit, COUNT, seed), columns=COUNT, title=f"Eight times a {digit}")
