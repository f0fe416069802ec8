"""The frame of every explorer: controls above one picture that is redrawn when a control moves."""

import io

import ipywidgets as widgets

from wganlib.plots.figures import outside_pyplot

# What every slider and list is made with, so that the controls of an explorer stand in line.
SLIDER = {"style": {"description_width": "90px"}, "layout": {"width": "300px"}}


class Explorer(widgets.VBox):
    """Controls above a picture.

    The picture is one `ipywidgets.Image` whose bytes are replaced: nothing is appended, so nothing flickers and no
    output appears twice.

    Args:
        draw: a function of the controls' values (by name) that returns a matplotlib `Figure`, made by `plot_images`,
            `new_figure` or `matplotlib.figure.Figure`, so that no move leaves one open.
        controls: {name: ipywidgets control}; the names are the arguments of `draw`.
        alt: one sentence for people who cannot see the picture.

    Attributes:
        controls: the controls by name; set `.controls["stride"].value = 2` to move one from code.
        figure: the figure that is shown now.
        idea: of a class, {name: values} of the one or two controls that carry its idea, the first of them the one that
            is moved most. The site, which has no kernel, shows a picture for each combination, at most 80.
        held: of a class, {name: value} of other controls that stand elsewhere there than at their start.
    """

    idea, held = {}, {}

    @classmethod
    def for_site(cls):
        """The explorer as the site shows it, where no notebook has made its arguments."""
        return cls()

    def __init__(self, draw, controls, alt=""):
        self._draw = draw
        self.controls = dict(controls)
        # At its own size where the page is wide enough: a stretched picture has blurred text. A margin on top of the
        # full width would be a reason for a scroll bar.
        layout = widgets.Layout(max_width="100%", margin="0", object_fit="contain", align_self="flex-start")
        self._image = widgets.Image(format="png", layout=layout)
        self._image.add_class("wganlib-explorer")
        self._problem = widgets.HTML()
        for control in self.controls.values():
            control.observe(self._redraw, names="value")
        for labelled in (*self.controls.values(), self._problem):
            if labelled.has_trait("tooltip"):  # ipywidgets 8, whose labels otherwise have a tooltip that says "null"
                labelled.tooltip = labelled.description
        row = widgets.HBox(list(self.controls.values()), layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([row, self._problem, self._image])
        self.alt = alt
        self._redraw()

    @property
    def values(self):
        """The controls' values by name."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def png(self):
        """The picture's bytes as they are shown now."""
        return bytes(self._image.value)

    def still(self, **values):
        """The static twin: the figure for these values (those not named as the controls stand). Moves nothing.

        Raises:
            TypeError: a name that no control has.
        """
        unknown = set(values) - set(self.controls)
        if unknown:
            raise TypeError(f"No control is named {sorted(unknown)}. The controls are {sorted(self.controls)}.")
        return self._draw(**{**self.values, **values})

    def _redraw(self, change=None):
        try:
            with outside_pyplot():
                self.figure = self._draw(**self.values)
        except ValueError as problem:  # a combination that cannot be drawn; a bug of any other type should surface
            self._problem.value = f"<b>{problem}</b>"
            return
        self._problem.value = ""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=100)
        self._image.value = buffer.getvalue()

    def __repr__(self):
        # What a page shows where no kernel has run the cell.
        return (
            f"{type(self).__name__}: to move it, run the cells above (Run > Run All Above Selected Cell) and then this "
            "one (Shift+Enter)"
        )
