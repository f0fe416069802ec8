"""Explorer: the two DCGAN builders under their options, drawn by arithmetic; no Keras model is built."""

import ipywidgets as widgets

from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.networks.picture import plot_network
from wganlib.networks.receptive_field import receptive_fields
from wganlib.networks.stages import plan_discriminator, plan_generator

# Image side → how often it can halve and still be a map of at least 4×4 cells.
BLOCKS = {28: 2, 32: 3, 64: 4, 128: 4}
WIDTH = 9.3  # inches, for two stages as for seven: the page under the picture must not jump
NORMS = {
    "generator": (("batch", "batch"), ("layer", "layer"), ("none", None)),
    "critic": (("batch", "batch"), ("layer", "layer"), ("spectral", "spectral"), ("none", None)),
}


def draw_network(network, size, channels, n_filters, n_blocks, kernel_size, norm, stem):
    """The picture of one builder's network for these options (see `make_dcgan_generator`, `…_discriminator`)."""
    shape = (size, size, channels)
    options = dict(norm=norm, kernel_size=kernel_size, stem=stem)
    if network == "generator":
        plan = plan_generator(output_size=shape, n_filters=n_filters, n_blocks=n_blocks, **options)
        notes = ["latent z", *[""] * (len(plan) - 1), "image"]
    else:
        plan = plan_discriminator(input_size=shape, n_filters=n_filters, n_blocks=n_blocks, **options)
        fields = receptive_fields(plan)
        notes = ["image", *(f"sees {min(field.size, size)}×{min(field.size, size)}" for field in fields)]
    return plot_network(plan, notes=notes, width=WIDTH)


class NetworkExplorer(Explorer):
    """Turn the options of the two builders and see shapes, parameters and work change."""

    idea = {"n_blocks": range(1, 5), "network": list(NORMS)}
    held = {"size": 128}

    _settling = False  # whether one control is just being fitted to another

    def __init__(self):
        controls = {
            "network": widgets.Dropdown(options=list(NORMS), value="generator", description="network", **SLIDER),
            "size": widgets.Dropdown(options=list(BLOCKS), value=28, description="image side", **SLIDER),
            "channels": widgets.Dropdown(
                options=[("1 (grey)", 1), ("3 (colour)", 3)], value=1, description="channels", **SLIDER
            ),
            "n_filters": widgets.SelectionSlider(
                options=[16, 32, 64, 128, 256], value=64, description="n_filters", **SLIDER
            ),
            "n_blocks": widgets.IntSlider(value=2, min=1, max=2, description="n_blocks", **SLIDER),
            "kernel_size": widgets.IntSlider(value=5, min=2, max=7, description="kernel_size", **SLIDER),
            "norm": widgets.Dropdown(options=NORMS["generator"], value="batch", description="norm", **SLIDER),
            "stem": widgets.Checkbox(value=True, description="stem (a stride-1 layer first)", indent=False),
        }
        # What cannot work cannot be chosen. These run before the redraw, which `Explorer` registers after them.
        controls["size"].observe(self._fit_blocks, names="value")
        controls["network"].observe(self._fit_norms, names="value")
        super().__init__(
            draw_network,
            controls,
            alt="The feature maps of the chosen network as blocks, with the share of parameters and work per layer.",
        )

    def _fit_blocks(self, change):
        self._settling = True
        self.controls["n_blocks"].max = BLOCKS[change["new"]]
        self._settling = False

    def _fit_norms(self, change):
        norm, offered = self.controls["norm"], NORMS[change["new"]]
        kept = norm.value if norm.value in dict(offered).values() else None
        self._settling = True
        norm.options = offered  # this alone would fall back to the first
        norm.value = kept
        self._settling = False

    def _redraw(self, change=None):
        if not self._settling:  # one move, one picture
            super()._redraw(change)
